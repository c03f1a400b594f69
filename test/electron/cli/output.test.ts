import { afterEach, expect, test, vi } from 'vitest';
import { sudoku } from '../../../datasets/kinds/sudoku/sudoku';
import { renderGridText, ProgressLine } from '../../../electron/cli/output';

afterEach(() => vi.restoreAllMocks());

/** What a progress line writes, on a terminal or not. */
function written(isTerminal: boolean, use: (line: ProgressLine) => void): string {
  const texts: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  const before = process.stderr.isTTY;
  process.stderr.isTTY = isTerminal;
  use(new ProgressLine());
  process.stderr.isTTY = before;
  return texts.join('');
}

test('progress is a bar that never overflows', () => {
  expect(written(true, (line) => line.show(0.5, 'half'))).toBe(`\r\x1b[K${'█'.repeat(14)}${'░'.repeat(14)} half`);
  expect(written(true, (line) => line.show(7, 'over'))).toBe(`\r\x1b[K${'█'.repeat(28)} over`);
});

test('without a terminal there is no bar, only lines', () => {
  const use = (line: ProgressLine) => {
    line.show(0.5, 'half');
    line.print('measured');
    line.clear();
  };
  expect(written(false, use)).toBe('measured\n');
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
])('a grid of $name is drawn with its boxes', (kind, text, lines) => {
  const tokens = kind.parse(text);
  expect(renderGridText(kind, tokens, tokens).split('\n')).toEqual(lines);
});

test('padding, which a poor model may answer, is drawn as a question', () => {
  const kind = sudoku(2, 2);
  const inputs = kind.parse('.'.repeat(16));
  expect(renderGridText(kind, inputs, new Uint8Array(16))).toContain('? ? │ ? ? ');
});
