/** The command `model download`: lists published models, or downloads and imports one. */
import { join } from 'node:path';
import { formatEnglish } from '../../renderer/messages/english';
import { Downloads } from '../compute/downloads/downloads';
import { publishedModels } from '../compute/downloads/published-models';
import { PublishedModels } from '../compute/models/published-models';
import { dataFolder } from '../compute/storage/data-folder';
import type { PublishedModel } from '../contract/contract';
import { formatInteger, formatMegabytes, formatPercent } from '../contract/format';
import type { JsonFlag } from './args';
import { printNotice, printResult, withProgress } from './output';
import { openModelLibrary } from './resolve-names';

export async function downloadModelCommand(id: string | undefined, { json }: JsonFlag): Promise<void> {
  const downloads = new Downloads({ folder: join(dataFolder(), 'downloads'), specs: publishedModels });
  const published = new PublishedModels(downloads, openModelLibrary());
  const entries = await published.list();
  if (id === undefined) return printResult(json, entries, entries.flatMap(describeEntry));
  // Print size, licence and source before downloading.
  const entry = entries.find((known) => known.id === id && known.model === null);
  if (entry && !json) describeEntry(entry).forEach(printNotice);
  const { model, notes } = await withProgress((job) => published.download(id, job));
  const lines = [
    `Imported ${model.name} as model ${model.id}: ${model.family}, ${formatInteger(model.parameters)} parameters; published, not evaluated here`,
    ...notes.map((note) => `  ${formatEnglish(note)}`),
  ];
  printResult(json, { model, notes }, lines);
}

function describeEntry(entry: PublishedModel): string[] {
  const { id, name, summary, homepage, licence, kind, dataset, bytes, isHashKnown } = entry;
  return [
    `${id}: ${name}${describeState(entry)}`,
    `  ${formatEnglish(summary)}`,
    `  about ${formatMegabytes(bytes)}, licence: ${licence ?? 'not verified, see the source'}, source: ${homepage}`,
    `  for ${kind} (dataset ${dataset}); ${describeReported(entry)}`,
    `  ${isHashKnown ? 'verified by its SHA-256' : 'its SHA-256 is not known: size and format are checked'}`,
  ];
}

function describeState({ model, isDownloaded, partialBytes }: PublishedModel): string {
  if (model !== null) return ` (in the library as ${model})`;
  if (isDownloaded) return ' (downloaded)';
  return partialBytes > 0 ? ` (${formatMegabytes(partialBytes)} downloaded so far)` : '';
}

const describeReported = ({ reported }: PublishedModel): string =>
  reported === null
    ? 'no accuracy of these weights is known'
    : `its publisher states ${formatPercent(reported)} % exact accuracy, not evaluated here`;
