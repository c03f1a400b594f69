/** Puzzles of the rows of a file: their tokens, answers from the solver where the file has none, and the rows passed over. */
import { basename } from 'node:path';
import { message, type Message, type Text } from '../../renderer/messages/message';
import { checkPuzzle } from '../inspect';
import { PuzzleTextError, type PuzzleKind, type RatedPuzzle } from '../kinds/puzzle-kind';
import type { PuzzleRow } from '../kinds/puzzle-text';
import { FormatError } from './format-error';
import { readPuzzleFile, type FileFormat } from './puzzle-file';

/** A row that is no puzzle of the kind; the others can be read without it. */
export class BadRowError extends FormatError {}

/** Bad rows that are named in a report. */
const MAX_NAMED = 5;

/** What the last pass over a file did beyond copying it. */
export class RowReport {
  private skipped = 0;
  private readonly named: Text[] = [];
  private solved = 0;
  private lostRatings = 0;

  addSkipped(error: FormatError): void {
    if (++this.skipped <= MAX_NAMED) this.named.push(error.text);
  }

  addSolved(): void {
    this.solved++;
  }

  addLostRating(): void {
    this.lostRatings++;
  }

  notes(): Message[] {
    const { skipped, named: rows, solved, lostRatings } = this;
    return [
      ...(solved > 0 ? [message('datasets.note.solved', { count: solved })] : []),
      ...(lostRatings > 0 ? [message('datasets.note.lostRatings', { count: lostRatings })] : []),
      ...(skipped > 0 ? [message('datasets.note.skippedRows', { count: skipped, rows })] : []),
    ];
  }
}

export interface ReadOptions {
  readonly kind: PuzzleKind;
  readonly format: FileFormat;
  readonly report: RowReport;
  /** Passes over bad rows and counts them, instead of throwing. */
  readonly skipBadRows: boolean;
}

/** @throws BadRowError at the first bad row, unless bad rows are skipped; FormatError for a file that cannot be read */
export async function* readRows(path: string, options: ReadOptions): AsyncGenerator<RatedPuzzle> {
  const { kind, format, report, skipBadRows } = options;
  const file = basename(path);
  const onBadRow = ({ where, expected, found }: FormatError) => {
    const error = new BadRowError(where, expected, found);
    if (!skipBadRows) throw error;
    report.addSkipped(error);
  };
  for await (const row of readPuzzleFile(path, format, onBadRow)) {
    try {
      yield readPuzzle(kind, row, report);
    } catch (reason) {
      if (!(reason instanceof PuzzleTextError)) throw reason;
      onBadRow(
        new FormatError(
          message('formats.place.line', { file, line: row.line }),
          message('formats.dataset.puzzleOf', { kind: kind.name }),
          message('formats.dataset.unreadable', { reason: reason.text }),
        ),
      );
    }
  }
}

/** @throws PuzzleTextError */
function readPuzzle(kind: PuzzleKind, { question, answer, rating }: PuzzleRow, report: RowReport): RatedPuzzle {
  const inputs = kind.parse(question);
  const value = readRating(rating);
  if (value === null && rating.trim() !== '') report.addLostRating();
  const hasAnswer = answer.trim() !== '';
  const labels = hasAnswer ? kind.parse(answer) : solve(kind, inputs);
  if (!hasAnswer) report.addSolved();
  return { inputs, labels, ...(value !== null && { rating: value }) };
}

/** The only solution. @throws PuzzleTextError where there is none, or several */
function solve(kind: PuzzleKind, inputs: Uint8Array): Uint8Array {
  if (!kind.hasRules) throw new PuzzleTextError('kinds.text.noAnswer', { kind: kind.name });
  const verdict = checkPuzzle(kind, inputs);
  if (verdict.state === 'ok') return verdict.solution;
  throw new PuzzleTextError('kinds.text.notSolved', { reason: verdict.message });
}

/** A number from 0, with a decimal point or comma; null for other texts. */
function readRating(text: string): number | null {
  const number = text.trim().replace(',', '.');
  return /^\d{1,9}(?:\.\d{1,15})?$/u.test(number) ? Number(number) : null;
}
