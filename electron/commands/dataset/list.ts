/** `dataset list` */
import { datasetSpecs } from '../../../datasets/catalog';
import { families, kindOf } from '../../../datasets/families';

export function listCommand({ json }: { readonly json?: true }): void {
  const sets = datasetSpecs.map(({ id, name, kind, summary }) => ({ id, name, kind, summary }));
  const kinds = families.map(({ id, sizes, kind }) => {
    const { name, generator } = sizes ? kind(sizes.usual) : kindOf(id);
    return { id, name, sizes, difficulties: (generator?.difficulties ?? []).map((band) => band.id), unit: generator?.unit ?? null };
  });
  const setLines = sets.map(({ id, summary }) => `  ${id.padEnd(12)} ${summary}`);
  const kindLines = kinds.map(({ id, sizes, difficulties }) => `  ${id.padEnd(12)} ${sizes ? `sides ${sizes.least} to ${sizes.most}; ` : ''}${difficulties.join(', ')}`);
  const text = ['Sets that come with the lab:', ...setLines, '', 'Kinds to generate, with their difficulties:', ...kindLines].join('\n');
  process.stdout.write(`${json ? JSON.stringify({ sets, kinds }) : text}\n`);
}
