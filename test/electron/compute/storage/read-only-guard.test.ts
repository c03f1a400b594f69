import { expect, test, vi } from 'vitest';
import { ReadOnlyGuard } from '../../../../electron/compute/storage/read-only-guard';

const deferred = () => {
  let release = (): void => undefined;
  const done = new Promise<void>((resolve) => (release = resolve));
  return { done, release };
};

test('changes are rejected during a copy and allowed again after it failed', async () => {
  const guard = new ReadOnlyGuard();
  const copy = deferred();
  const copying = guard.copy(async () => {
    await copy.done;
    throw new Error('no room');
  });
  await expect(guard.change(() => 1)).rejects.toThrow(/is being moved/u);
  copy.release();
  await expect(copying).rejects.toThrow('no room');
  expect(await guard.change(() => 1)).toBe(1);
});

test('changes and copies are rejected after a successful copy', async () => {
  const guard = new ReadOnlyGuard();
  await guard.copy(() => Promise.resolve());
  await expect(guard.change(() => 1)).rejects.toThrow(/is being moved/u);
  await expect(guard.copy(() => Promise.resolve())).rejects.toThrow(/is being moved/u);
});

test('a copy is rejected while a change is in progress, and allowed after it failed', async () => {
  const guard = new ReadOnlyGuard();
  const work = deferred();
  const changing = guard.change(() => work.done.then(() => Promise.reject(new Error('late'))));
  await expect(guard.copy(() => Promise.resolve())).rejects.toThrow(/move the data when that task has finished/u);
  work.release();
  await expect(changing).rejects.toThrow('late');
  expect(await guard.copy(() => Promise.resolve(2))).toBe(2);
});

test('a read-only instance rejects changes and copies with the reason', async () => {
  const guard = new ReadOnlyGuard(() => Promise.resolve('in use'));
  await expect(guard.change(() => 1)).rejects.toThrow('in use');
  await expect(guard.copy(() => Promise.resolve())).rejects.toThrow('in use');
});

test('changes are allowed as soon as the reason is gone, and each change of the reason is reported once', async () => {
  vi.useFakeTimers();
  let reason: string | null = 'in use';
  const guard = new ReadOnlyGuard(() => Promise.resolve(reason));
  const reports: unknown[] = [];
  guard.watch((found) => reports.push(found));
  await vi.advanceTimersByTimeAsync(5000);
  expect([guard.isReadOnly, reports]).toEqual([true, []]);
  reason = null;
  expect(await guard.change(() => 1)).toBe(1);
  await vi.advanceTimersByTimeAsync(5000);
  reason = 'missing';
  await vi.advanceTimersByTimeAsync(5000);
  expect(reports).toEqual([null, 'missing']);
  vi.useRealTimers();
});
