/** The queue: order, file, and which run starts next. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { withLock } from '../../../../electron/compute/storage/lock-file';
import { Queue } from '../../../../electron/compute/runs/queue';
import type { Queue as QueueMessage, RunRequest } from '../../../../electron/contract/contract';

const request = (seed: number): RunRequest => ({ dataset: 'sudoku-4x4', preset: 'classroom', seed, maxSeconds: 1 });

let folder: string;
let file: string;
let isBusy: boolean;
let started: number[];
let failingSeeds: Set<number>;
let changes: QueueMessage[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'queue-'));
  file = join(folder, 'not', 'yet', 'queue.json');
  [isBusy, started, failingSeeds, changes] = [true, [], new Set(), []];
});
// Repeated where a run that starts has just locked the queue.
afterEach(() => rm(folder, { recursive: true, maxRetries: 5 }));

const open = () =>
  new Queue({
    file,
    isBusy: () => isBusy,
    onChange: (queue) => changes.push(queue),
    start: ({ seed }) => {
      if (failingSeeds.has(seed)) return Promise.reject(new Error(`seed ${seed} cannot start`));
      started.push(seed);
      isBusy = true;
      return Promise.resolve();
    },
  });

const seeds = ({ waiting }: QueueMessage) => waiting.map((entry) => entry.request.seed);

async function queueWith(...numbers: number[]): Promise<Queue> {
  const queue = open();
  for (const number of numbers) await queue.add(request(number));
  return queue;
}

test('queued runs keep their order when the queue is opened again', async () => {
  await queueWith(1, 2, 3);
  expect(seeds(await open().read())).toEqual([1, 2, 3]);
  expect(changes.map((queue) => queue.waiting.length)).toEqual([1, 2, 3]);
});

test('a replaced request keeps its place; one that has started is not replaced', async () => {
  const queue = await queueWith(1, 2, 3);
  const { queueId } = (await queue.read()).waiting[1]!;
  expect(seeds(await queue.replace(queueId, request(9)))).toEqual([1, 9, 3]);
  await expect(queue.replace(queueId, request(10))).rejects.toThrow('this run is no longer in the queue');
  expect(seeds(await open().read())).toEqual([1, 9, 3]);
});

test.each([
  ['everything', 'all'],
  ['puzzle embeddings', 'puzzleEmbeddings'],
])('a request of an earlier version with learns "%s" is read as trainable "%s"', async (learns, trainable) => {
  await mkdir(dirname(file), { recursive: true });
  const stored = { queueId: 'a', request: { ...request(1), from: 'm', learns }, problem: null };
  await writeFile(file, JSON.stringify({ isPaused: true, waiting: [stored] }));
  expect(await open().read()).toEqual({
    damagedFile: null,
    isPaused: true,
    waiting: [{ queueId: 'a', request: { ...request(1), from: 'm', trainable }, problem: null }],
  });
});

test.each([
  [3, 0, [3, 1, 2]],
  [1, 1, [2, 1, 3]],
  [1, 99, [2, 3, 1]],
])('move() moves the run with seed %i to position %i', async (seed, to, order) => {
  const queue = await queueWith(1, 2, 3);
  const entry = (await queue.read()).waiting.find((waiting) => waiting.request.seed === seed);
  expect(seeds(await queue.move(entry?.queueId ?? '', to))).toEqual(order);
});

test('remove() removes a run once; later changes of it are rejected', async () => {
  const queue = await queueWith(1, 2);
  const queueId = (await queue.read()).waiting[0]?.queueId ?? '';
  expect(seeds(await queue.remove(queueId))).toEqual([2]);
  await expect(queue.remove(queueId)).rejects.toThrow('this run is no longer in the queue');
  await expect(queue.move(queueId, 0)).rejects.toThrow('this run is no longer in the queue');
});

test('next() starts the first run if no run is active, one at a time', async () => {
  const queue = await queueWith(1, 2);
  await queue.next();
  expect(started).toEqual([]);
  isBusy = false;
  await Promise.all([queue.next(), queue.next()]);
  expect(started).toEqual([1]);
  expect(seeds(await queue.read())).toEqual([2]);
});

test('a run that cannot start stays queued with the reason, and the next one starts', async () => {
  const queue = await queueWith(1, 2);
  failingSeeds.add(1);
  isBusy = false;
  await queue.next();
  expect(started).toEqual([2]);
  expect((await queue.read()).waiting).toMatchObject([{ request: { seed: 1 }, problem: 'seed 1 cannot start' }]);
  isBusy = false;
  await queue.next();
  expect(started).toEqual([2]);
});

test('a paused queue starts no run until it is resumed', async () => {
  const queue = await queueWith(1);
  await queue.pause(true);
  isBusy = false;
  await queue.next();
  expect(started).toEqual([]);
  await queue.pause(false);
  await queue.next();
  expect(started).toEqual([1]);
});

test('concurrent changes are all applied', async () => {
  const queue = open();
  await Promise.all([1, 2, 3, 4, 5].map((seed) => queue.add(request(seed))));
  expect(seeds(await queue.read()).sort()).toEqual([1, 2, 3, 4, 5]);
});

test('a damaged file is kept aside and reported, and the empty queue can be changed', async () => {
  await (await queueWith(1)).next();
  await writeFile(file, '{"isPaused": tr');
  const damagedFile = join(dirname(file), 'queue.damaged.json');
  const queue = open();
  expect(await queue.read()).toEqual({ isPaused: false, waiting: [], damagedFile });
  expect(await queue.add(request(7))).toMatchObject({ waiting: [{ request: { seed: 7 } }], damagedFile });
  expect(await readFile(file, 'utf8')).toContain('"seed": 7');
  expect(await readFile(damagedFile, 'utf8')).toBe('{"isPaused": tr');
});

test('a file that another process replaces while it is put aside is kept', async () => {
  await (await queueWith(1)).next();
  const whole = await readFile(file, 'utf8');
  await writeFile(file, '{"isPaused": tr');
  const queue = open();
  // In an object: a promise would be awaited under the lock.
  const { reading } = await withLock(`${file}.lock`, async () => {
    const pending = { reading: queue.read() };
    await delay(100);
    expect(await readFile(file, 'utf8')).toBe('{"isPaused": tr');
    await writeFile(file, whole);
    return pending;
  });
  expect(await reading).toMatchObject({ waiting: [{ request: { seed: 1 } }], damagedFile: null });
  expect(await readFile(file, 'utf8')).toBe(whole);
});

test.skipIf(process.platform === 'win32').each<[string, () => unknown]>([
  ['a pipe', () => execFileSync('mkfifo', [file])],
  ['a device without end', () => symlink('/dev/zero', file)],
  ['larger than any queue', () => writeFile(file, ' '.repeat(2 ** 26 + 1))],
  ['too deep', () => writeFile(file, `{"waiting":${'['.repeat(100_000)}${']'.repeat(100_000)},"sha256":"0"}`)],
])('a file that is %s is kept aside', async (_, make) => {
  await mkdir(dirname(file), { recursive: true });
  await make();
  const damagedFile = join(dirname(file), 'queue.damaged.json');
  const queue = open();
  expect(await queue.read()).toEqual({ isPaused: false, waiting: [], damagedFile });
  expect(await queue.add(request(7))).toMatchObject({ waiting: [{ request: { seed: 7 } }], damagedFile });
});

test('any change of a byte is noticed, or changes nothing', async () => {
  const stored = await queueWith(1, 2);
  await stored.next();
  const before = await stored.read();
  const valid = await readFile(file);
  await fc.assert(
    fc.asyncProperty(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 }), async (at, bits) => {
      const bytes = Buffer.from(valid);
      bytes[at]! ^= bits;
      await writeFile(file, bytes);
      const { damagedFile, ...queue } = await open().read();
      if (damagedFile === null) expect(queue).toEqual({ isPaused: before.isPaused, waiting: before.waiting });
      else expect(await readFile(damagedFile)).toEqual(bytes);
    }),
    { numRuns: 200 },
  );
});

test('a file that cannot be read is an error, not an empty queue', async () => {
  await mkdir(file, { recursive: true });
  await expect(open().read()).rejects.toThrow('EISDIR');
  await expect(open().add(request(1))).rejects.toThrow('EISDIR');
});

test('what another process adds is reported and started', async () => {
  const queue = await queueWith(1);
  onTestFinished(() => queue.unwatch());
  queue.watch();
  isBusy = false;
  await queue.next();
  isBusy = false;
  // Another instance, as in another process: it does not start runs.
  const other = new Queue({ file, isBusy: () => true, onChange: () => undefined, start: () => Promise.resolve() });
  await other.add(request(2));
  await vi.waitFor(() => expect(started).toEqual([1, 2]), { timeout: 5000 });
  expect(changes.some((change) => seeds(change).includes(2))).toBe(true);
});
