import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Notices } from '../../../renderer/app/notifications.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a sentence stays six seconds, and in the list for good', () => {
  const notices = new Notices();
  notices.tell({ text: 'Done.' });
  vi.advanceTimersByTime(5900);
  expect(notices.current?.text).toBe('Done.');
  vi.advanceTimersByTime(200);
  expect(notices.current).toBeNull();
  expect(notices.history.map(({ text }) => text)).toEqual(['Done.']);
});

test('it waits while it is pointed at or focused, and at least three seconds after', () => {
  const notices = new Notices();
  notices.tell({ text: 'Done.' });
  vi.advanceTimersByTime(5500);
  notices.hold('pointer');
  notices.hold('focus');
  vi.advanceTimersByTime(60_000);
  notices.release('pointer');
  vi.advanceTimersByTime(60_000);
  expect(notices.current).not.toBeNull();
  notices.release('focus');
  vi.advanceTimersByTime(2900);
  expect(notices.current).not.toBeNull();
  vi.advanceTimersByTime(200);
  expect(notices.current).toBeNull();
});

test('one that is told while a window is not looked at waits from the beginning', () => {
  const notices = new Notices();
  notices.hold('hidden');
  notices.tell({ text: 'Done.' });
  vi.advanceTimersByTime(60_000);
  expect(notices.current).not.toBeNull();
  notices.release('hidden');
  vi.advanceTimersByTime(6100);
  expect(notices.current).toBeNull();
});

test('a later one takes its place at once, and what could not be read is counted until the list is looked at', () => {
  const notices = new Notices();
  notices.tell({ text: 'First.' });
  notices.tell({ text: 'Second.' });
  expect([notices.current?.text, notices.unread]).toEqual(['Second.', 1]);
  notices.looked();
  expect(notices.unread).toBe(0);
});

test('what is gone can be brought back once, also from the list', async () => {
  const notices = new Notices();
  const undo = vi.fn();
  notices.tell({ text: 'Deleted.', undo });
  vi.advanceTimersByTime(13_000);
  expect(notices.current).not.toBeNull();
  vi.advanceTimersByTime(2000);
  expect(notices.current).toBeNull();
  const [notice] = notices.history;
  await notices.undo(notice!);
  await notices.undo(notices.history[0]!);
  expect(undo).toHaveBeenCalledOnce();
});

test('what cannot be brought back is told', async () => {
  const notices = new Notices();
  notices.tell({ text: 'Deleted.', undo: () => Promise.reject(new Error('the trash was emptied')) });
  await notices.undo(notices.history[0]!);
  expect(notices.current?.text).toBe('That could not be undone: the trash was emptied');
});
