/** The commands `model import`, `model export` and `model delete`. */
import type { JsonFlag } from '../args';
import { basename, dirname, join, resolve } from 'node:path';
import { requireNew } from '../../../datasets/formats/atomic-write';
import { exportModel, type ExportFormat } from '../../../models/checkpoint/export/export-model';
import { ModelLibrary } from '../../compute/models/library';
import { importInto } from '../../compute/models/import-model';
import { Trash } from '../../compute/storage/trash';
import { dataFolder } from '../../compute/storage/data-folder';
import { UsageError } from '../exit';
import { findModel, library, shippedModels } from '../find';

export interface ImportModelFlags extends JsonFlag {
  readonly out?: string;
  readonly name?: string;
  readonly kind?: string;
  readonly config?: string;
  readonly set?: Record<string, number | boolean | string>;
}

export async function importModelCommand(
  path: string,
  { out, name, kind, config: configFile, set: settings, json }: ImportModelFlags,
): Promise<void> {
  if (out !== undefined) await requireNew(out);
  // The parent of --out serves as the library.
  const into =
    out === undefined ? library() : new ModelLibrary({ shipped: shippedModels, trained: dirname(resolve(out)) });
  const as = out === undefined ? {} : { id: basename(resolve(out)) };
  const { model, notes, missing } = await importInto(into, { path, name, kind, configFile, settings }, as);
  if (missing || !model)
    throw new UsageError(`${missing?.message ?? 'no model'} (--config, or --set ${missing?.settings[0] ?? ''}=…)`);
  const folder = out ?? join(dataFolder(), 'models', model.id);
  const lines = [
    `${model.name}: ${model.family}, ${model.parameters.toLocaleString('en')} weights, saved in ${folder}`,
    ...notes.map((note) => `  ${note}`),
  ];
  process.stdout.write(`${json ? JSON.stringify({ model, notes, folder }) : lines.join('\n')}\n`);
}

export async function exportModelCommand(
  name: string,
  {
    format,
    out,
    batchSize,
    json,
  }: JsonFlag & { readonly format: ExportFormat; readonly out: string; readonly batchSize?: number },
): Promise<void> {
  await requireNew(out);
  const { files, notes } = await exportModel(await findModel(name), format, out, { ...(batchSize && { batchSize }) });
  process.stdout.write(
    `${json ? JSON.stringify({ files, notes }) : [...files.map((file) => `wrote ${file}`), ...notes].join('\n')}\n`,
  );
}

export async function deleteModelCommand(id: string, { json }: JsonFlag): Promise<void> {
  const token = await new Trash(join(dataFolder(), 'trash')).discard(await library().ownFolder(id));
  process.stdout.write(`${json ? JSON.stringify({ token }) : `moved to the trash of the lab as ${token}`}\n`);
}
