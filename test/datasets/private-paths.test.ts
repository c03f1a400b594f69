import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lastComponent, mapStrings, withoutFolders } from '../../datasets/private-paths';

test.each([
  ['/home/ada/My data/set', 'set'],
  ['C:\\Users\\Ada L\\set.csv', 'set.csv'],
  ['folder/', 'folder'],
  ['/tasks.json+20', 'tasks.json+20'],
  ['sudoku-4x4', 'sudoku-4x4'],
  ['', ''],
  ['/', '/'],
])('lastComponent of %j is %j', (path, name) => expect(lastComponent(path)).toBe(name));

describe('withoutFolders', () => {
  test.each([
    ['/home/ada/My data/set: not found', 'set: not found'],
    ["ENOENT: no such file, open '/tmp/Secret Project/a b/x.json'", "ENOENT: no such file, open 'x.json'"],
    ['C:\\Users\\Ada L\\x y\\set.csv, line 3', 'set.csv, line 3'],
    ['\\\\server\\share\\model.pt', 'model.pt'],
    ['copy /a/b to /c/d/e', 'copy b to e'],
    ["train --dataset '/home/a/Secret Project/set' --from /x/y/m", "train --dataset 'set' --from m"],
    ['at load (/opt/lab/app.asar/x.js:1:2)', 'at load (x.js:1:2)'],
    ['“../Secret Project/set”, “~/data/set”', '“set”, “set”'],
    ['file:///home/ada/b.txt', 'b.txt'],
    ['in /home/ada: gone', 'in ~: gone'],
    ['“/Users/ada”', '“~”'],
  ])('shortens the paths of %j', (text, shortened) => expect(withoutFolders(text)).toBe(shortened));

  test.each([
    'see https://example.org/a/b and http://localhost:80/x/',
    'sudoku-4x4/test/17',
    '12 of 20 kB/s, 3 / 4 / 5',
    'and/or, TRM/HRM/baseline',
    '',
  ])('leaves %j', (text) => expect(withoutFolders(text)).toBe(text));

  test('removes the folders of any path', () => {
    const folder = fc.stringMatching(/^[A-Za-z\p{L}][\p{L}\d ._-]{0,8}[\p{L}\d_-]$/u);
    fc.assert(
      fc.property(
        fc.array(folder, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('/', '\\'),
        (folders, separator) => {
          const drive = separator === '/' ? '' : 'D:';
          expect(withoutFolders(`cannot read “${[drive, ...folders, 'x.json'].join(separator)}”`)).toBe(
            'cannot read “x.json”',
          );
        },
      ),
    );
  });

  test('takes no time for long texts', () => {
    const started = performance.now();
    for (const part of ['/', '/a', 'a ', '/ ', '/a ', '\\', '/home/']) withoutFolders(`/a${part.repeat(100_000)}`);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

test('mapStrings changes the strings of a value and nothing else', () => {
  const value = { a: 'x', b: [1, 'y', null, { c: true, d: 'z' }] };
  expect(mapStrings(value, (text) => `${text}!`)).toEqual({ a: 'x!', b: [1, 'y!', null, { c: true, d: 'z!' }] });
});
