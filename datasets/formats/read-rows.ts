/** Puzzles of the rows of a file: their tokens, answers from the solver where the file has none, and the rows passed over. */
import { message, type Message, type Text } from '../../renderer/messages/message';
import { checkPuzzle } from '../inspect';
import { PuzzleTextError, type PuzzleKind, type RatedPuzzle } from '../kinds/puzzle-kind';
import { FormatError } from './format-error';
import { readPuzzleFiles, rowPlace, type FileRow } from './puzzle-file';
import type { NamedFile } from './text-file';

/** A row that is no puzzle of the kind; the others can be read without it. */
export class BadRowError extends FormatError {}

/** Bad rows that are named in a report. */
const MAX_NAMED = 5;

/** Bad rows: how many, and the first of them. */
class NamedRows {
  private readonly named: Text[] = [];
  private count = 0;

  add(error: FormatError): void {
    if (++this.count <= MAX_NAMED) this.named.push(error.text);
  }

  note(id: 'datasets.note.skippedRows' | 'datasets.note.wrongAnswers'): Message[] {
    return this.count > 0 ? [message(id, { count: this.count, rows: this.named })] : [];
  }
}

/** What the last pass over a split did beyond copying it. */
export class RowReport {
  readonly skipped = new NamedRows();
  /** Answers that break a rule, which are kept. */
  readonly wrong = new NamedRows();
  private solved = 0;
  private lostRatings = 0;

  addSolved(): void {
    this.solved++;
  }

  addLostRating(): void {
    this.lostRatings++;
  }

  notes(): Message[] {
    const { skipped, wrong, solved, lostRatings } = this;
    return [
      ...(solved > 0 ? [message('datasets.note.solved', { count: solved })] : []),
      ...(lostRatings > 0 ? [message('datasets.note.lostRatings', { count: lostRatings })] : []),
      ...skipped.note('datasets.note.skippedRows'),
      ...wrong.note('datasets.note.wrongAnswers'),
    ];
  }
}

export interface SkipOptions {
  /** Passes over rows that are no puzzles and counts them, instead of throwing. */
  readonly skipBadRows?: boolean | undefined;
  /** Passes over puzzles whose answer breaks a rule and counts them, instead of keeping them. */
  readonly skipWrongAnswers?: boolean | undefined;
}

export interface ReadOptions extends SkipOptions {
  readonly kind: PuzzleKind;
  readonly report: RowReport;
}

/** @throws BadRowError at the first bad row, unless bad rows are skipped; FormatError for a file that cannot be read */
export async function* readRows(files: readonly NamedFile[], options: ReadOptions): AsyncGenerator<RatedPuzzle> {
  const { report } = options;
  const onBadRow = ({ where, expected, found }: FormatError) => {
    const error = new BadRowError(where, expected, found);
    if (!options.skipBadRows) throw error;
    report.skipped.add(error);
  };
  for await (const row of readPuzzleFiles(files, onBadRow)) {
    const puzzle = readRow(row, options, onBadRow);
    if (puzzle) yield puzzle;
  }
}

/** Null for a row that is skipped. */
function readRow(row: FileRow, options: ReadOptions, onBadRow: (error: FormatError) => void): RatedPuzzle | null {
  const { kind, report, skipWrongAnswers } = options;
  try {
    const puzzle = readPuzzle(kind, row, report);
    const wrong = findWrongAnswer(kind, puzzle, row);
    if (wrong) (skipWrongAnswers ? report.skipped : report.wrong).add(wrong);
    return wrong && skipWrongAnswers ? null : puzzle;
  } catch (reason) {
    if (!(reason instanceof PuzzleTextError)) throw reason;
    const expected = message('formats.dataset.puzzleOf', { kind: kind.name });
    onBadRow(new FormatError(rowPlace(row), expected, message('formats.dataset.unreadable', { reason: reason.text })));
    return null;
  }
}

/** Null for an answer that follows the rules, or where there are none. */
function findWrongAnswer(kind: PuzzleKind, { inputs, labels }: RatedPuzzle, row: FileRow): FormatError | null {
  if (!kind.hasRules) return null;
  const { legal, violations } = kind.check(inputs, labels);
  if (legal) return null;
  const reason = violations.length > 0 ? violations.slice(0, MAX_NAMED) : message('formats.dataset.incompleteAnswer');
  return new FormatError(
    rowPlace(row),
    message('formats.dataset.legalAnswer', { kind: kind.name }),
    message('formats.dataset.wrongAnswer', { reason }),
  );
}

/** @throws PuzzleTextError */
function readPuzzle(kind: PuzzleKind, row: FileRow, report: RowReport): RatedPuzzle {
  const { question, answer, rating, problem } = row;
  if (problem) throw problem;
  const inputs = kind.parse(question);
  const value = readRating(rating);
  if (value === null && rating.trim() !== '') report.addLostRating();
  const hasAnswer = answer.trim() !== '';
  const labels = hasAnswer ? kind.parseAnswer(answer, question) : solve(kind, inputs);
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
