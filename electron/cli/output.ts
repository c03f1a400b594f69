/** Terminal output: progress and puzzle grids. */
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { printable, printableJson } from '../../datasets/printable';
import { formatEnglish } from '../../renderer/messages/english';
import { isText } from '../../renderer/messages/format-message';
import type { Text } from '../../renderer/messages/message';
import { Job } from '../compute/job';
import { onInterrupt } from './exit';

const WIDTH = 28;

/** A progress line on a terminal; prints no progress elsewhere. */
export class ProgressLine {
  private readonly isOn = process.stderr.isTTY === true;

  show(share: number, text: string): void {
    if (!this.isOn) return;
    const filled = Math.round(Math.min(1, share) * WIDTH);
    process.stderr.write(`\r\x1b[K${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${printable(text)}`);
  }

  /** Prints a line above the progress, also without a terminal. */
  print(text: string): void {
    this.clear();
    printNotice(text);
  }

  clear(): void {
    if (this.isOn) process.stderr.write('\r\x1b[K');
  }
}

/** Prints lines on stdout; a line break within one is escaped, as what else a terminal would act upon. */
export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${escapeLine(line)}\n`).join(''));
}

/** Prints a line on stderr. */
export function printNotice(line: string): void {
  process.stderr.write(`${escapeLine(line)}\n`);
}

const BOLD = { on: '\x1b[1m', off: '\x1b[22m' } as const;

/** Our own bold text stays; in a text from elsewhere it does no harm. */
const escapeLine = (line: string): string =>
  line
    .split(BOLD.on)
    .map((part) => part.split(BOLD.off).map(printable).join(BOLD.off))
    .join(BOLD.on);

/** Prints JSON on one line of stdout; messages are formatted in English. */
export function printJson(value: unknown): void {
  const json = JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === 'object' && !Array.isArray(entry) && isText(entry) ? formatEnglish(entry) : entry,
  );
  process.stdout.write(`${printableJson(json)}\n`);
}

/** Prints the result of a command: a value as JSON, or lines of text. */
export function printResult(json: true | undefined, value: unknown, lines: readonly string[]): void {
  if (json) printJson(value);
  else printLines(lines);
}

/** What a list has left out. */
export function printUnreadable(folders: readonly { readonly folder: string; readonly reason: Text }[]): void {
  for (const { folder, reason } of folders) printNotice(`${folder} cannot be read: ${formatEnglish(reason)}`);
}

/** Runs work with a progress line, which is cleared when the work ends or fails; Ctrl-C cancels the job. @throws Error with `cancelled` then */
export async function withProgress<T>(
  work: (job: Job) => Promise<T>,
  cancelled = 'Cancelled. Nothing was saved.',
): Promise<T> {
  const line = new ProgressLine();
  const controller = new AbortController();
  const ignoreInterrupts = onInterrupt(() => controller.abort(new Error(cancelled)));
  const job = new Job(({ fraction, message }) => line.show(fraction ?? 0, formatEnglish(message)), controller.signal);
  return work(job).finally(() => {
    ignoreInterrupts();
    line.clear();
  });
}

/** A grid with its boxes; given cells are bold on a terminal. */
export function renderGridText(kind: PuzzleKind, inputs: ArrayLike<number>, answer: ArrayLike<number>): string {
  const { rows, columns, box } = kind;
  const bold = process.stdout.isTTY === true;
  const cell = (i: number) => {
    const symbol = answer[i] === kind.blank ? '·' : printable(kind.symbols[answer[i]!] || '?');
    return bold && inputs[i] !== kind.blank ? `${BOLD.on}${symbol}${BOLD.off}` : symbol;
  };
  const grouped = (parts: string[], size: number, separator: string) =>
    parts.map((part, i) => (i > 0 && i % size === 0 ? `${separator}${part}` : part));
  const line = (row: number) =>
    grouped(
      Array.from({ length: columns }, (_, column) => `${cell(row * columns + column)} `),
      box?.columns ?? columns,
      '│ ',
    ).join('');
  const rule = grouped(
    Array.from({ length: columns }, () => '──'),
    box?.columns ?? columns,
    '┼─',
  ).join('');
  return Array.from({ length: rows }, (_, row) =>
    box && row > 0 && row % box.rows === 0 ? [rule, line(row)] : [line(row)],
  )
    .flat()
    .join('\n');
}
