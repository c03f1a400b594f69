/** `dataset list` */
import { join } from 'node:path';
import { datasetSpecs } from '../../../datasets/catalog';
import { families, kindOf } from '../../../datasets/kinds/registry';
import { DatasetLibrary } from '../../compute/datasets/library';
import { Trash } from '../../compute/storage/trash';
import { dataFolder } from '../../compute/storage/data-folders';

export async function listCommand({ json }: { readonly json?: true }): Promise<void> {
  const sets = datasetSpecs.map(({ id, name, kind, summary }) => ({ id, name, kind, summary }));
  const library = new DatasetLibrary(join(dataFolder(), 'datasets'), new Trash(join(dataFolder(), 'trash')));
  const own = (await library.list()).filter(({ source }) => source === 'yours');
  const kinds = families
    .filter(({ id }) => id !== 'arc')
    .map(({ id, sizes, kind }) => {
      const { name, generator } = sizes ? kind(sizes.usual) : kindOf(id);
      return {
        id,
        name,
        sizes,
        difficulties: (generator?.difficulties ?? []).map((band) => band.id),
        unit: generator?.unit ?? null,
      };
    });
  const setLines = sets.map(({ id, summary }) => `  ${id.padEnd(12)} ${summary}`);
  const ownLines = own.map(
    ({ id, kind, train, test, summary, problem }) =>
      `  ${id.padEnd(12)} ${problem ?? `${kind}, ${train.puzzles} puzzles to learn from, ${test.puzzles} held out; ${summary}`}`,
  );
  const kindLines = kinds.map(
    ({ id, sizes, difficulties }) =>
      `  ${id.padEnd(12)} ${sizes ? `sides ${sizes.least} to ${sizes.most}; ` : ''}${difficulties.join(', ')}`,
  );
  const text = [
    'Sets that come with the lab:',
    ...setLines,
    ...(own.length > 0 ? ['', 'Yours:', ...ownLines] : []),
    '',
    'Kinds to generate, with their difficulties:',
    ...kindLines,
    `  ${'arc'.padEnd(12)} tasks of the lab's own rules`,
  ].join('\n');
  process.stdout.write(`${json ? JSON.stringify({ sets, own, kinds }) : text}\n`);
}
