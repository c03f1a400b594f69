import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sudoku } from '../../../datasets/kinds/sudoku/sudoku';
import { printJson, printLines, printNotice, renderGridText, ProgressLine } from '../../../electron/cli/output';

afterEach(() => vi.restoreAllMocks());

/** Returns what a progress line writes to stderr. */
function progressOutput(isTerminal: boolean, use: (line: ProgressLine) => void): string {
  const texts: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  const before = process.stderr.isTTY;
  process.stderr.isTTY = isTerminal;
  use(new ProgressLine());
  process.stderr.isTTY = before;
  return texts.join('');
}

test('ProgressLine draws a bar that never exceeds its width', () => {
  expect(progressOutput(true, (line) => line.show(0.5, 'half'))).toBe(
    `\r\x1b[K${'█'.repeat(14)}${'░'.repeat(14)} half`,
  );
  expect(progressOutput(true, (line) => line.show(7, 'over'))).toBe(`\r\x1b[K${'█'.repeat(28)} over`);
});

test('ProgressLine prints only lines without a terminal', () => {
  const use = (line: ProgressLine) => {
    line.show(0.5, 'half');
    line.print('measured');
    line.clear();
  };
  expect(progressOutput(false, use)).toBe('measured\n');
});

test.each([
  [sudoku(2, 2), '1234341221434321', ['1 2 │ 3 4 ', '3 4 │ 1 2 ', '────┼─────', '2 1 │ 4 3 ', '4 3 │ 2 1 ']],
  [
    sudoku(2, 3),
    '.'.repeat(36),
    [
      '· · · │ · · · ',
      '· · · │ · · · ',
      '──────┼───────',
      '· · · │ · · · ',
      '· · · │ · · · ',
      '──────┼───────',
      '· · · │ · · · ',
      '· · · │ · · · ',
    ],
  ],
])('renderGridText draws the boxes of $name', (kind, text, lines) => {
  const tokens = kind.parse(text);
  expect(renderGridText(kind, tokens, tokens).split('\n')).toEqual(lines);
});

test('renderGridText draws predicted padding tokens as question marks', () => {
  const kind = sudoku(2, 2);
  const inputs = kind.parse('.'.repeat(16));
  expect(renderGridText(kind, inputs, new Uint8Array(16))).toContain('? ? │ ? ? ');
});

/** What a function writes to stdout and stderr. */
function outputOf(print: () => void): string {
  const texts: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  print();
  vi.restoreAllMocks();
  return texts.join('');
}

describe('text from files on the terminal', () => {
  const hostile = 'a\u001b]0;title\u0007\r\nforged line\u202e';
  const escaped = 'aU+001B]0;titleU+0007U+000DU+000Aforged lineU+202E';

  test('is escaped in lines, notices and progress', () => {
    expect(outputOf(() => printLines([hostile, 'next']))).toBe(`${escaped}\nnext\n`);
    expect(outputOf(() => printNotice(hostile))).toBe(`${escaped}\n`);
    expect(outputOf(() => new ProgressLine().print(hostile))).toBe(`${escaped}\n`);
    expect(progressOutput(true, (line) => line.show(0, hostile))).toBe(`\r\x1b[K${'░'.repeat(28)} ${escaped}`);
  });

  test('is escaped in JSON without changing its value', () => {
    const printed = outputOf(() => printJson({ name: hostile }));
    expect(JSON.parse(printed)).toEqual({ name: hostile });
    expect(printed).toMatch(/^[\x20-\x7e]*\n$/u);
  });

  test('is printed by these functions only', async () => {
    const isDirect = /process\.(?:stdout|stderr)\.write|console\.\w+\(/u;
    const writers: string[] = [];
    for (const folder of ['electron', 'models', 'datasets', 'renderer'])
      for (const file of await readdir(folder, { recursive: true }))
        if (/\.(?:ts|svelte)$/u.test(file) && isDirect.test(await readFile(join(folder, file), 'utf8')))
          writers.push(join(folder, file));
    expect(writers).toEqual(['electron/cli/output.ts']);
  });
});
