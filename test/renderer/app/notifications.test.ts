import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Notifications } from '../../../renderer/app/notifications.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a notification is shown for six seconds and stays in the history', () => {
  const notifications = new Notifications();
  notifications.show({ text: 'Done.' });
  vi.advanceTimersByTime(5900);
  expect(notifications.current?.text).toBe('Done.');
  vi.advanceTimersByTime(200);
  expect(notifications.current).toBeNull();
  expect(notifications.history.map(({ text }) => text)).toEqual(['Done.']);
});

test('a notification stays open while hovered or focused, and three seconds longer', () => {
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

test('a notification in a hidden window starts its time when the window is shown', () => {
  const notifications = new Notifications();
  notifications.holdOpen('hidden');
  notifications.show({ text: 'Done.' });
  vi.advanceTimersByTime(60_000);
  expect(notifications.current).not.toBeNull();
  notifications.release('hidden');
  vi.advanceTimersByTime(6100);
  expect(notifications.current).toBeNull();
});

test('a new notification replaces the current one, which counts as unread until markRead', () => {
  const notifications = new Notifications();
  notifications.show({ text: 'First.' });
  notifications.show({ text: 'Second.' });
  expect([notifications.current?.text, notifications.unread]).toEqual(['Second.', 1]);
  notifications.markRead();
  expect(notifications.unread).toBe(0);
});

test('an action can be undone once, even from the history', async () => {
  const notifications = new Notifications();
  const undo = vi.fn();
  notifications.show({ text: 'Deleted.', undo });
  vi.advanceTimersByTime(13_000);
  expect(notifications.current).not.toBeNull();
  vi.advanceTimersByTime(2000);
  expect(notifications.current).toBeNull();
  const [notification] = notifications.history;
  await notifications.undo(notification!);
  await notifications.undo(notifications.history[0]!);
  expect(undo).toHaveBeenCalledOnce();
});

test('a failed undo shows a notification with the reason', async () => {
  const notifications = new Notifications();
  notifications.show({ text: 'Deleted.', undo: () => Promise.reject(new Error('the trash was emptied')) });
  await notifications.undo(notifications.history[0]!);
  expect(notifications.current?.text).toBe('Could not undo: the trash was emptied');
});
