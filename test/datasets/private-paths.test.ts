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
    ['/home/ada/My data/set.csv: not found', 'set.csv: not found'],
    ['/home/ada/My data/set: not found', '…: not found'],
    ["ENOENT: no such file, open '/tmp/Secret Project/a b/x.json'", "ENOENT: no such file, open 'x.json'"],
    ["EACCES: permission denied, mkdir '/tmp/Secret Project'", "EACCES: permission denied, mkdir '…'"],
    ['C:\\Users\\Ada L\\x y\\set.csv, line 3', 'set.csv, line 3'],
    ['D:\\Secret Project: gone', '…: gone'],
    ['\\\\server\\share\\model.pt', 'model.pt'],
    ['\\\\server\\Secret share', '…'],
    ['copy /a/b to /c/d/e', 'copy … …'],
    ["train --dataset '/home/a/Secret Project/set' --from /x/y/m", "train --dataset '…' --from …"],
    ['train --dataset /home/a/set --seed 1', 'train --dataset … --seed 1'],
    ['at load (/opt/lab/app.asar/x.js:1:2)', 'at load (x.js:1:2)'],
    ['“../Secret Project/set”, “~/data/set.npy”', '“…”, “set.npy”'],
    ['file:///home/ada/b.txt', 'b.txt'],
    ['in /home/ada: gone', 'in …: gone'],
    ['“/Users/ada”', '“…”'],
    ["/home/ada/Ada’s files/l'école/x.zip is damaged", 'x.zip is damaged'],
    ['(in /home/ada/set)', '(in …)'],
    ['The folder is /home/ada/set.', 'The folder is ….'],
  ])('shortens the paths of %j', (text, shortened) => expect(withoutFolders(text)).toBe(shortened));

  test.each([
    'see https://example.org/a/b and http://localhost:80/x/',
    'sudoku-4x4/test/17',
    '12 of 20 kB/s, 3 / 4 / 5',
    'and/or, TRM/HRM/baseline',
    '',
  ])('leaves %j', (text) => expect(withoutFolders(text)).toBe(text));

  const folder = fc.stringMatching(/^Secret[\p{L}\d ._-]{0,8}[\p{L}\d_-]$/u).filter((name) => !name.includes(' --'));
  const contexts = [
    (path: string) => `cannot read “${path}”`,
    (path: string) => `ENOENT: no such file or directory, open '${path}'`,
    (path: string) => `${path}: not found`,
    (path: string) => `the folder is ${path}\nand the disk is full`,
    (path: string) => `train --dataset '${path}' --seed 1`,
  ];

  test.each(['', 'x.json'])('leaves nothing of the folders of any path, and its file “%s”', (file) => {
    fc.assert(
      fc.property(
        fc.array(folder, { minLength: 2, maxLength: 5 }),
        fc.constantFrom('/', '\\'),
        fc.constantFrom(...contexts),
        (folders, separator, context) => {
          const drive = separator === '/' ? '' : 'D:';
          const shortened = withoutFolders(context([drive, ...folders, ...(file ? [file] : [])].join(separator)));
          expect(shortened).not.toContain('Secret');
          expect(shortened).toBe(context(file || '…'));
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
