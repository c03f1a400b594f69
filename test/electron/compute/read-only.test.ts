import { expect, test } from 'vitest';
import { withReadOnlyGuard } from '../../../electron/compute/read-only';
import { MigrationLock } from '../../../electron/compute/storage/copy-data';
import type { Handlers } from '../../../electron/contract/contract';

const held = () => {
  let release = (): void => undefined;
  const done = new Promise<void>((resolve) => (release = resolve));
  return { done, release };
};

test('while the data are copied nothing is changed; a copy that failed lets go', async () => {
  const moving = new MigrationLock();
  const copy = held();
  const copying = moving.copy(async () => {
    await copy.done;
    throw new Error('no room');
  });
  await expect(moving.change(() => 1)).rejects.toThrow(/are being moved/u);
  copy.release();
  await expect(copying).rejects.toThrow('no room');
  expect(await moving.change(() => 1)).toBe(1);
});

test('a copy that succeeded stays the last word', async () => {
  const moving = new MigrationLock();
  await moving.copy(() => Promise.resolve());
  await expect(moving.change(() => 1)).rejects.toThrow(/are being moved/u);
  await expect(moving.copy(() => Promise.resolve())).rejects.toThrow(/are being moved/u);
});

test('what is being changed ends first, also when it fails', async () => {
  const moving = new MigrationLock();
  const work = held();
  const changing = moving.change(() => work.done.then(() => Promise.reject(new Error('late'))));
  await expect(moving.copy(() => Promise.resolve())).rejects.toThrow(/move the data when it is done/u);
  work.release();
  await expect(changing).rejects.toThrow('late');
  expect(await moving.copy(() => Promise.resolve(2))).toBe(2);
});

test('requests that only look are answered meanwhile, others are refused', async () => {
  const moving = new MigrationLock();
  const handlers = {
    getLabInfo: () => ({}),
    listModels: () => [],
    deleteModel: () => ({ token: '' }),
    copyDataFolder: () => moving.copy(async () => ({})),
  } as unknown as Handlers;
  const { signal } = new AbortController();
  const guards = withReadOnlyGuard(handlers, Promise.resolve(null), moving);
  await guards.copyDataFolder({ path: '/there' }, signal);
  expect(await guards.listModels({}, signal)).toEqual([]);
  await expect(guards.deleteModel({ model: 'a' }, signal)).rejects.toThrow(/are being moved/u);
});
