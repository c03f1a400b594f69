import { expect, test, vi } from 'vitest';

vi.mock('electron', () => ({ app: {}, BrowserWindow: {}, nativeTheme: {}, screen: {} }));

const { minSize, restoreBounds } = await import('../../../electron/main/window');

const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const second = { x: 1920, y: 200, width: 1280, height: 984 };
const at = (x: number, y: number) => ({ x, y, width: 1280, height: 800, maximized: false });

test('restoreBounds returns the saved position on any connected screen', () => {
  expect(restoreBounds(at(100, 50), [screen])).toEqual({ x: 100, y: 50, width: 1280, height: 800 });
  expect(restoreBounds(at(2000, 300), [screen, second])).toMatchObject({ x: 2000, y: 300 });
});

test.each([
  ['its screen is disconnected', at(2000, 300)],
  ['only a narrow edge would be visible', at(1800, 50)],
  ['its top edge would be above the screen', at(100, -300)],
  ['its top edge would be below the screen', at(100, 1030)],
])('restoreBounds centres the window if %s', (_reason, bounds) => {
  expect(restoreBounds(bounds, [screen])).toEqual({ width: 1280, height: 800 });
});

test('restoreBounds keeps the position of a window that is half visible', () => {
  expect(restoreBounds(at(-640, 0), [screen])).toMatchObject({ x: -640, y: 0 });
});

test('restoreBounds centres a window without a position and enforces the minimum size', () => {
  expect(restoreBounds({ width: 1280, height: 800, maximized: false }, [screen])).toEqual({ width: 1280, height: 800 });
  expect(restoreBounds({ x: 10, y: 10, width: 1, height: 1, maximized: false }, [screen])).toEqual({
    x: 10,
    y: 10,
    ...minSize,
  });
});

test('restoreBounds fits the window into the largest screen', () => {
  const huge = { width: 100_000, height: 100_000, maximized: false };
  expect(restoreBounds(huge, [screen, second])).toEqual({ width: 1920, height: 1040 });
  expect(restoreBounds({ ...huge, x: 0, y: 0 }, [screen])).toEqual({ x: 0, y: 0, width: 1920, height: 1040 });
  expect(restoreBounds(huge, [])).toEqual(minSize);
});
