import { expect, test } from 'vitest';
import { ReadOnlyGuard } from '../../../../electron/compute/storage/read-only-guard';

const held = () => {
  let release = (): void => undefined;
  const done = new Promise<void>((resolve) => (release = resolve));
  return { done, release };
};

test('while the data are copied nothing is changed; a copy that failed lets go', async () => {
  const moving = new ReadOnlyGuard();
  const copy = held();
  const copying = moving.copy(async () => {
    await copy.done;
    throw new Error('no room');
  });
  await expect(moving.change(() => 1)).rejects.toThrow(/is being moved/u);
  copy.release();
  await expect(copying).rejects.toThrow('no room');
  expect(await moving.change(() => 1)).toBe(1);
});

test('a copy that succeeded stays the last word', async () => {
  const moving = new ReadOnlyGuard();
  await moving.copy(() => Promise.resolve());
  await expect(moving.change(() => 1)).rejects.toThrow(/is being moved/u);
  await expect(moving.copy(() => Promise.resolve())).rejects.toThrow(/is being moved/u);
});

test('what is being changed ends first, also when it fails', async () => {
  const moving = new ReadOnlyGuard();
  const work = held();
  const changing = moving.change(() => work.done.then(() => Promise.reject(new Error('late'))));
  await expect(moving.copy(() => Promise.resolve())).rejects.toThrow(/move the data when it has finished/u);
  work.release();
  await expect(changing).rejects.toThrow('late');
  expect(await moving.copy(() => Promise.resolve(2))).toBe(2);
});

test('a read-only instance refuses changes and copies, with the reason', async () => {
  const guard = new ReadOnlyGuard(Promise.resolve('in use'));
  await expect(guard.change(() => 1)).rejects.toThrow('in use');
  await expect(guard.copy(() => Promise.resolve())).rejects.toThrow('in use');
});
