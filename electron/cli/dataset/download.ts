/** `dataset download`: public sets, only when asked for. */
import { join } from 'node:path';
import { Fetching } from '../../compute/datasets/fetching';
import { Importer } from '../../compute/datasets/importer';
import { DatasetLibrary } from '../../compute/datasets/library';
import { Downloads } from '../../compute/downloads/downloads';
import { Trash } from '../../compute/storage/trash';
import { dataFolder } from '../../compute/storage/data-folders';
import { withProgress } from './report';

interface Json {
  readonly json?: true;
}

export async function downloadCommand(id: string | undefined, flags: Json): Promise<void> {
  const downloads = new Downloads({ folder: join(dataFolder(), 'downloads') });
  const library = new DatasetLibrary(join(dataFolder(), 'datasets'), new Trash(join(dataFolder(), 'trash')));
  const fetching = new Fetching(downloads, new Importer(library));
  if (id === undefined) return listDownloads(fetching, flags);
  // What is coming is told before it comes.
  if (!flags.json && (await downloads.find(id)) === null)
    process.stderr.write(`${id}: ${spokenSize(await downloads.sizes(id))} to fetch\n`);
  return fetchSet(fetching, id, flags);
}

const spokenSize = (bytes: number | null): string =>
  bytes === null ? 'the publisher does not say how much there is' : `${(bytes / 1e6).toFixed(1)} MB`;

async function listDownloads(fetching: Fetching, { json }: Json): Promise<void> {
  const sets = await fetching.list();
  const lines = sets.map(
    ({ id, name, summary, home, licence, isFetched, kept }) =>
      `${id}: ${name}${isFetched ? ' (here)' : kept > 0 ? ` (${(kept / 1e6).toFixed(1)} MB of it are here)` : ''}\n  ${summary}\n  ${home}, licence: ${licence}`,
  );
  process.stdout.write(`${json ? JSON.stringify(sets) : lines.join('\n')}\n`);
}

async function fetchSet(fetching: Fetching, id: string, { json }: Json): Promise<void> {
  const dataset = await withProgress((job) => fetching.fetch(id, job));
  process.stdout.write(
    `${json ? JSON.stringify(dataset) : `${dataset.name} is data set ${dataset.id}: ${dataset.train.puzzles} puzzles to learn from, ${dataset.test.puzzles} held out`}\n`,
  );
}
