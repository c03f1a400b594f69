/** Preventing system sleep, with Electron's power save blocker mocked. */
import { beforeEach, expect, test, vi } from 'vitest';

/** Ids of the blockers that are active. */
const active = new Set<number>();
let lastId = 0;

const electron = vi.hoisted(() => ({ powerSaveBlocker: { start: vi.fn(), stop: vi.fn() } }));
vi.mock('electron', () => electron);

const { KeepAwake } = await import('../../../electron/main/keep-awake');

beforeEach(() => {
  active.clear();
  electron.powerSaveBlocker.start.mockReset().mockImplementation(() => {
    active.add(++lastId);
    return lastId;
  });
  electron.powerSaveBlocker.stop.mockReset().mockImplementation((id: number) => active.delete(id));
});

test('keeps the computer awake, but not the screen, while compute is busy', () => {
  const keepAwake = new KeepAwake();
  keepAwake.update({ isEnabled: true });
  expect(active.size).toBe(0);
  keepAwake.update({ isBusy: true });
  expect(electron.powerSaveBlocker.start.mock.calls).toEqual([['prevent-app-suspension']]);
  keepAwake.update({ isBusy: false });
  expect(active.size).toBe(0);
});

test('applies a changed setting at once', () => {
  const keepAwake = new KeepAwake();
  keepAwake.update({ isBusy: true });
  expect(active.size).toBe(0);
  keepAwake.update({ isEnabled: true });
  expect(active.size).toBe(1);
  keepAwake.update({ isEnabled: false });
  expect(active.size).toBe(0);
});

test('starts at most one blocker and stops it once', () => {
  const keepAwake = new KeepAwake();
  keepAwake.update({ isEnabled: true, isBusy: true });
  keepAwake.update({ isBusy: true });
  expect(active.size).toBe(1);
  keepAwake.update({ isBusy: false });
  keepAwake.update({ isBusy: false });
  expect(electron.powerSaveBlocker.stop).toHaveBeenCalledOnce();
});
