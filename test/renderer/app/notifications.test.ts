import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Notifications } from '../../../renderer/app/notifications.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a sentence stays six seconds, and in the list for good', () => {
  const notifications = new Notifications();
  notifications.show({ text: 'Done.' });
  vi.advanceTimersByTime(5900);
  expect(notifications.current?.text).toBe('Done.');
  vi.advanceTimersByTime(200);
  expect(notifications.current).toBeNull();
  expect(notifications.history.map(({ text }) => text)).toEqual(['Done.']);
});

test('it waits while it is pointed at or focused, and at least three seconds after', () => {
  const notifications = new Notifications();
  notifications.show({ text: 'Done.' });
  vi.advanceTimersByTime(5500);
  notifications.holdOpen('pointer');
  notifications.holdOpen('focus');
  vi.advanceTimersByTime(60_000);
  notifications.release('pointer');
  vi.advanceTimersByTime(60_000);
  expect(notifications.current).not.toBeNull();
  notifications.release('focus');
  vi.advanceTimersByTime(2900);
  expect(notifications.current).not.toBeNull();
  vi.advanceTimersByTime(200);
  expect(notifications.current).toBeNull();
});

test('one that is told while a window is not looked at waits from the beginning', () => {
  const notifications = new Notifications();
  notifications.holdOpen('hidden');
  notifications.show({ text: 'Done.' });
  vi.advanceTimersByTime(60_000);
  expect(notifications.current).not.toBeNull();
  notifications.release('hidden');
  vi.advanceTimersByTime(6100);
  expect(notifications.current).toBeNull();
});

test('a later one takes its place at once, and what could not be read is counted until the list is looked at', () => {
  const notifications = new Notifications();
  notifications.show({ text: 'First.' });
  notifications.show({ text: 'Second.' });
  expect([notifications.current?.text, notifications.unread]).toEqual(['Second.', 1]);
  notifications.markRead();
  expect(notifications.unread).toBe(0);
});

test('what is gone can be brought back once, also from the list', async () => {
  const notifications = new Notifications();
  const undo = vi.fn();
  notifications.show({ text: 'Deleted.', undo });
  vi.advanceTimersByTime(13_000);
  expect(notifications.current).not.toBeNull();
  vi.advanceTimersByTime(2000);
  expect(notifications.current).toBeNull();
  const [notice] = notifications.history;
  await notifications.undo(notice!);
  await notifications.undo(notifications.history[0]!);
  expect(undo).toHaveBeenCalledOnce();
});

test('what cannot be brought back is told', async () => {
  const notifications = new Notifications();
  notifications.show({ text: 'Deleted.', undo: () => Promise.reject(new Error('the trash was emptied')) });
  await notifications.undo(notifications.history[0]!);
  expect(notifications.current?.text).toBe('Could not undo: the trash was emptied');
});
