/** Finds the kind of the puzzles of a file: the one whose rules its first rows obey. */
import { message, type Text } from '../../renderer/messages/message';
import { checkPuzzle } from '../inspect';
import { KindDetectionError, type KindDetector } from '../kinds/kind-family';
import { PuzzleTextError, type PuzzleKind } from '../kinds/puzzle-kind';
import { findDetector, getKind, listKindsOfFile } from '../kinds/registry';
import { FormatError } from './format-error';
import { rowPlace, type FileRow } from './puzzle-file';

/** Rows that are compared with the rules of every kind. */
const SAMPLE_ROWS = 100;

interface DetectOptions {
  /** For errors: the name of the file or folder. */
  readonly file: string;
  /** `.sdk`; some are used for one kind only. */
  readonly extension: string;
  /** Id that the user chose; `custom` leaves the kind to the grids. */
  readonly id?: string | undefined;
}

/**
 * Returns the kind of a file's rows.
 * @throws FormatError where no kind fits, or several do; UnknownIdError
 */
export async function detectKind(rows: AsyncIterable<FileRow>, options: DetectOptions): Promise<PuzzleKind> {
  const { file, id } = options;
  const detector = id === undefined ? null : findDetector(id);
  if (id !== undefined) return detector ? collectKind(rows, { file, id, detector }) : getKind(id);
  const sample: FileRow[] = [];
  for await (const row of rows) if (sample.push(row) === SAMPLE_ROWS) break;
  if (sample.length === 0) throw new FormatError(file, message('formats.dataset.puzzles'), message('formats.none'));
  return chooseKind(sample, options);
}

interface Fit {
  readonly kind: PuzzleKind;
  /** Rows that are puzzles of the kind. */
  readonly obeying: number;
}

/** The kind that most rows obey. Several with equally many are a question to the user. */
function chooseKind(rows: readonly FileRow[], { file, extension }: DetectOptions): PuzzleKind {
  const fits = listKindsOfFile(extension).flatMap((kind) => fitRows(kind, rows) ?? []);
  const most = Math.max(0, ...fits.map(({ obeying }) => obeying));
  const best = fits.filter(({ obeying }) => obeying === most);
  const kinds = best.map(({ kind }) => kind.id);
  const [fit] = best;
  if (!fit) throw unknownPuzzle(rows[0]!, extension);
  // Without answers, the rows that have no solution, or several, are named one by one.
  if (most === 0 && rows.some(({ answer }) => answer.trim() !== ''))
    throw new FormatError(
      file,
      message('formats.dataset.legalAnswers'),
      message('formats.dataset.brokenRules', { kinds }),
    );
  if (best.length === 1) return fit.kind;
  throw new FormatError(file, message('formats.dataset.oneType'), message('formats.dataset.severalTypes', { kinds }));
}

/** Null where no row is in the text form of the kind. */
function fitRows(kind: PuzzleKind, rows: readonly FileRow[]): Fit | null {
  const verdicts = rows.map((row) => obeysRules(kind, row));
  const readable = verdicts.filter((verdict) => verdict !== null);
  return readable.length === 0 ? null : { kind, obeying: readable.filter(Boolean).length };
}

/** Whether the answer is legal, or a puzzle without an answer has one solution; null for a text that the kind does not read. */
function obeysRules(kind: PuzzleKind, { question, answer, problem }: FileRow): boolean | null {
  if (problem) return null;
  try {
    const inputs = kind.parse(question);
    if (answer.trim() === '') return checkPuzzle(kind, inputs).state === 'ok';
    return kind.check(inputs, kind.parseAnswer(answer, question)).legal;
  } catch (reason) {
    if (reason instanceof PuzzleTextError) return null;
    throw reason;
  }
}

/** Says what is wrong for the kinds with as many cells, else how many cells there are. */
function unknownPuzzle(row: FileRow, extension: string): FormatError {
  const { question, answer, problem } = row;
  const count = [...question.trim()].length;
  const near = listKindsOfFile(extension).find(({ rows, columns }) => rows * columns === count);
  const reason =
    problem?.text ??
    (near &&
      (describeProblem(() => near.parse(question)) ?? describeProblem(() => near.parseAnswer(answer, question))));
  return new FormatError(
    rowPlace(row),
    message('formats.dataset.knownPuzzle'),
    reason
      ? message('formats.dataset.unreadable', { reason })
      : message('formats.dataset.cells', { count, text: JSON.stringify(question.slice(0, 40)) }),
  );
}

function describeProblem(parse: () => Uint8Array): Text | null {
  try {
    parse();
    return null;
  } catch (reason) {
    if (reason instanceof PuzzleTextError) return reason.text;
    throw reason;
  }
}

interface CollectOptions {
  readonly file: string;
  readonly id: string;
  readonly detector: KindDetector;
}

/** Reads all rows to find the kind that fits all their grids. @throws FormatError if there is none */
async function collectKind(
  rows: AsyncIterable<FileRow>,
  { file, id: wanted, detector }: CollectOptions,
): Promise<PuzzleKind> {
  const collector = detector.collect(wanted);
  let last: FileRow | null = null;
  try {
    for await (const row of rows) {
      last = row;
      if (!row.problem) collector.add(row);
    }
    last = null;
    const id = collector.id();
    if (id !== null) return getKind(id);
  } catch (reason) {
    if (!(reason instanceof KindDetectionError)) throw reason;
    const { part, expected, found } = reason;
    throw new FormatError(describePlace(file, last, part), expected, found);
  }
  throw new FormatError(file, message('formats.dataset.puzzles'), message('formats.none'));
}

function describePlace(file: string, row: FileRow | null, part: KindDetectionError['part']): Text {
  if (row === null) return file;
  if (part === null || row.counts === 'puzzles') return rowPlace(row);
  return message('formats.place.linePart', { file: row.file, line: row.line, part });
}
