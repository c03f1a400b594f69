import { expect, test, vi } from 'vitest';

vi.mock('electron', () => ({ app: {}, BrowserWindow: {}, nativeTheme: {}, screen: {} }));

const { minSize, restoreBounds } = await import('../../../electron/main/window');

const screen = { x: 0, y: 0, width: 1920, height: 1040 };
const second = { x: 1920, y: 200, width: 1280, height: 984 };
const at = (x: number, y: number) => ({ x, y, width: 1280, height: 800, maximized: false });

test('a window opens where it was, on whichever screen that is', () => {
  expect(restoreBounds(at(100, 50), [screen])).toEqual({ x: 100, y: 50, width: 1280, height: 800 });
  expect(restoreBounds(at(2000, 300), [screen, second])).toMatchObject({ x: 2000, y: 300 });
});

test.each([
  ['the screen it was on is gone', at(2000, 300)],
  ['only a sliver of it would be seen', at(1800, 50)],
  ['its upper edge would be above the screen', at(100, -300)],
  ['its upper edge would be below the screen', at(100, 1030)],
])('it is centred where %s', (_why, place) => {
  expect(restoreBounds(place, [screen])).toEqual({ width: 1280, height: 800 });
});

test('half a window beside the screen can be got hold of and stays', () => {
  expect(restoreBounds(at(-640, 0), [screen])).toMatchObject({ x: -640, y: 0 });
});

test('a window that was never closed is centred, and none is smaller than the lab can be used in', () => {
  expect(restoreBounds({ width: 1280, height: 800, maximized: false }, [screen])).toEqual({ width: 1280, height: 800 });
  expect(restoreBounds({ x: 10, y: 10, width: 1, height: 1, maximized: false }, [screen])).toEqual({
    x: 10,
    y: 10,
    ...minSize,
  });
});
