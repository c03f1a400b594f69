import { afterEach, expect, test, vi } from 'vitest';
import { sudoku } from '../../../datasets/kinds/sudoku/sudoku';
import { renderGridText, ProgressLine } from '../../../electron/cli/output';

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
