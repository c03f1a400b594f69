import { isAbsolute } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../../electron/folders';

test("the user's data lie in the platform's place, under the lab's name", () => {
  expect(dataFolder({})).toMatch(/TRM Puzzle Lab$/);
  expect(isAbsolute(dataFolder({}))).toBe(true);
});

test('TRM_LAB_DATA moves them, wherever the command is started', () => {
  expect(isAbsolute(dataFolder({ TRM_LAB_DATA: 'elsewhere' }))).toBe(true);
  expect(dataFolder({ TRM_LAB_DATA: '/somewhere' })).toBe('/somewhere');
  expect(dataFolder({ TRM_LAB_DATA: '' })).toMatch(/TRM Puzzle Lab$/);
});
