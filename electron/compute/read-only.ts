/** Two labs on one data folder: the second only looks. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Handlers, RequestName } from '../contract/contract';
import { errorMessage } from '../contract/error-message';
import { acquireLock } from './storage/lock-file';
import { MigrationLock } from './storage/copy-data';

/** Requests that change nothing in the data folder; whatever is not named here is refused to a lab that only looks. */
const looking: ReadonlySet<RequestName> = new Set<RequestName>([
  'getLabInfo',
  'listModels',
  'exportModel',
  'traceSolve',
  'evaluateModel',
  'preflight',
  'listDevices',
  'listDatasets',
  'readPuzzles',
  'browsePuzzles',
  'readHistograms',
  'previewPuzzles',
  'inspectFiles',
  'exportDataset',
  'listDownloads',
  'getDownloadSize',
  'listRuns',
  'listUnreadableRuns',
  'getRunConfig',
  'readNotes',
  'listCheckpoints',
  'readMetrics',
  'exportRun',
  'getQueue',
  'getDiskUsage',
  'checkDataFolder',
]);

/** Claims the data folder for this process. Null: it is ours; else why not, for people. */
export async function lockDataFolder(dataFolder: string): Promise<string | null> {
  try {
    await mkdir(dataFolder, { recursive: true });
    await acquireLock(
      join(dataFolder, 'lab.lock'),
      () => new Error('another lab is using this data folder; here it can only be looked at'),
    );
    return null;
  } catch (error) {
    return errorMessage(error);
  }
}

/** The same handlers, which refuse to change anything once there is a reason, or while the data are copied elsewhere. */
export function withReadOnlyGuard(
  handlers: Handlers,
  reason: Promise<string | null>,
  moving = new MigrationLock(),
): Handlers {
  const entries = Object.entries(handlers) as [RequestName, (input: unknown, signal: AbortSignal) => unknown][];
  const guard = ([name, handle]: (typeof entries)[number]) => [
    name,
    looking.has(name)
      ? handle
      : async (input: unknown, signal: AbortSignal) => {
          const problem = await reason;
          if (problem !== null) throw new Error(problem);
          return name === 'copyDataFolder' ? handle(input, signal) : moving.change(() => handle(input, signal));
        },
  ];
  const getLabInfo = async () => ({
    ...(await handlers.getLabInfo({}, new AbortController().signal)),
    readOnly: await reason,
  });
  return { ...(Object.fromEntries(entries.map(guard)) as unknown as Handlers), getLabInfo };
}
