/** The queue of the data folder as commands change it: they only write it, `queue run` or a window trains. */
import { join } from 'node:path';
import { Queue } from '../../compute/runs/queue';
import { dataFolder } from '../../compute/storage/data-folders';

export const waitingRuns = (): Queue =>
  new Queue({
    file: join(dataFolder(), 'queue.json'),
    start: () => Promise.resolve(),
    isBusy: () => true,
    onChange: () => undefined,
  });
