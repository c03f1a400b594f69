import { describe, expect, test } from 'vitest';
import { Queue } from '../../../../../electron/compute/runs/queue';
import type { RunRequest } from '../../../../../electron/contract/contract';
import { cannedLab } from '../../../canned-lab';
import type { Message } from '../../../../../renderer/app/notifications.svelte';
import { RunQueue } from '../../../../../renderer/features/train/queue/queue.svelte';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const request = (name: string): RunRequest => ({
  name,
  dataset: 'sudoku-4x4',
  preset: 'classroom',
  seed: 1,
  maxSeconds: 60,
});

/** The real queue of compute, in which no run can start, behind the requests of the window. */
async function createQueue() {
  const queue = new Queue({
    file: join(await mkdtemp(join(tmpdir(), 'trm-queue-')), 'queue.json'),
    start: () => Promise.reject(new Error('nothing starts here')),
    isBusy: () => true,
    onChange: (changed) => lab.emit({ type: 'queue/changed', queue: changed }),
  });
  const lab = cannedLab({
    getQueue: () => queue.read(),
    enqueueRun: (input) => queue.add(input),
    moveQueuedRun: ({ queueId, to }) => queue.move(queueId, to),
    removeQueuedRun: ({ queueId }) => queue.remove(queueId),
    setQueuePaused: ({ isPaused }) => queue.pause(isPaused),
  });
  const messages: Message[] = [];
  const state = new RunQueue(lab.compute, { show: (message) => void messages.push(message) });
  await state.read();
  for (const name of ['one', 'two', 'three']) await state.add(request(name));
  return { queue: state, messages };
}

const names = ({ waiting }: RunQueue) => waiting.map((entry) => entry.request.name);

describe('RunQueue', () => {
  test('moves a run and keeps the new order', async () => {
    const { queue } = await createQueue();
    await queue.move(queue.waiting[2]!.queueId, 0);
    expect(names(queue)).toEqual(['three', 'one', 'two']);
    await queue.read();
    expect(names(queue)).toEqual(['three', 'one', 'two']);
  });

  test('restores a removed run at its position', async () => {
    const { queue, messages } = await createQueue();
    for (const position of [0, 1, 2]) {
      await queue.remove(queue.waiting[position]!, `the one in position ${position}`);
      expect(names(queue)).toHaveLength(2);
      expect(messages[position]!.text).toBe(`Removed the one in position ${position} from the queue.`);
      await messages[position]!.undo?.();
      expect(names(queue)).toEqual(['one', 'two', 'three']);
    }
  });

  test('reports why a change failed, and keeps its order', async () => {
    const { queue } = await createQueue();
    await queue.move('gone', 0);
    expect(queue.failure).toBe('this run is no longer in the queue');
    expect(names(queue)).toEqual(['one', 'two', 'three']);
  });
});
