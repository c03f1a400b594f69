/** All kinds of puzzles: a kind is a folder and a line here. */
import { UnknownIdError, type KindFamily, type KindDetector } from './kind-family';
import { arcFamily } from './arc/arc';
import { customFamily } from './custom/custom';
import { mazeFamily } from './maze/maze';
import { nonogramFamily } from './nonogram/nonogram';
import { numberlinkFamily } from './numberlink/numberlink';
import { PuzzleTextError, type PuzzleKind } from './puzzle-kind';
import { listJsonPuzzles } from './puzzle-json';
import { readPuzzleText, type PuzzleRow } from './puzzle-text';
import { queensFamily } from './queens/queens';
import { sudokuFamilies } from './sudoku/sudoku';

const registered: KindFamily[] = [
  ...sudokuFamilies,
  mazeFamily,
  nonogramFamily,
  queensFamily,
  numberlinkFamily,
  arcFamily,
  customFamily,
];

export const kindFamilies: readonly KindFamily[] = registered;

/** Kinds made so far: their tables are built once. */
const cache = new Map<string, PuzzleKind>();

/** Adds a family, e.g. in a test. Returns a function that removes it. @throws RangeError for an id that is taken */
export function registerFamily(family: KindFamily): () => void {
  if (registered.some(({ id }) => id === family.id))
    throw new RangeError(`puzzle type "${family.id}" is registered already`);
  registered.push(family);
  return () => {
    registered.splice(registered.indexOf(family), 1);
    cache.clear();
  };
}

/**
 * Returns the kind of an id such as `sudoku-9x9` or `maze-11`.
 * @throws UnknownIdError naming the known ids
 */
export function getKind(id: string): PuzzleKind {
  const kind = cache.get(id) ?? createKind(id);
  cache.set(id, kind);
  return kind;
}

function createKind(id: string): PuzzleKind {
  for (const family of kindFamilies) {
    const kind = family.create(id);
    if (kind) return kind;
  }
  throw new UnknownIdError('kinds.unknownId', { id, known: kindFamilies.map(({ ids }) => ids) });
}

/** The kinds of the same family with as many symbols, small ones first; of a family without sizes the kind alone. */
export function listSizes({ id, symbols }: Pick<PuzzleKind, 'id' | 'symbols'>): PuzzleKind[] {
  const sized = kindFamilies.filter(({ sizes }) => sizes !== null).map((family) => family.listIds());
  const ids = sized.find((known) => known.includes(id)) ?? [id];
  return ids.map(getKind).filter((kind) => kind.symbols.length === symbols.length);
}

/** The kind of the same family with this number of cells; the kind itself if there is none. */
export function findSize(kind: PuzzleKind, cells: number): PuzzleKind {
  const isSize = ({ rows, columns }: PuzzleKind) => rows * columns === cells;
  return isSize(kind) ? kind : (listSizes(kind).find(isSize) ?? kind);
}

/** Families whose kinds can be generated: as single puzzles, or as tasks. */
export function listGenerated(as: NonNullable<KindFamily['generates']>): readonly KindFamily[] {
  return kindFamilies.filter(({ generates }) => generates === as);
}

/** Returns the detector for an id that leaves the kind to the grids (`custom`); null for other ids. */
export function findDetector(id: string): KindDetector | null {
  return kindFamilies.find(({ detector }) => detector?.accepts(id))?.detector ?? null;
}

/** Every kind that can be listed, each family's in ascending order of size. */
function* everyKind(): Generator<PuzzleKind> {
  for (const family of kindFamilies) for (const id of family.listIds()) yield getKind(id);
}

/** Kinds with rules whose files have this extension; all kinds with rules where no family has it. */
export function listKindsOfFile(extension: string): PuzzleKind[] {
  const named = kindFamilies.filter(({ extensions = [] }) => extensions.includes(extension));
  const families = named.length > 0 ? named : kindFamilies;
  return families.flatMap((family) => family.listIds().map(getKind)).filter(({ hasRules }) => hasRules);
}

/** Whether a text is in a format of some family's own. */
export const hasOwnFormat = (text: string): boolean => readOwnFormat(text) !== null;

/** The puzzles of a text in a format of some family's own; null for other texts. */
export function readOwnFormat(text: string): PuzzleRow[] | null {
  for (const { readText } of kindFamilies) {
    const rows = readText?.(text) ?? null;
    if (rows) return rows;
  }
  return null;
}

/** Whether a text is a puzzle of the kind, in any form that `parsePuzzle` reads. */
export function canParse(kind: PuzzleKind, text: string): boolean {
  try {
    parsePuzzle(kind, text);
    return true;
  } catch (reason) {
    if (reason instanceof PuzzleTextError) return false;
    throw reason;
  }
}

/**
 * Tokens of a puzzle that was typed or pasted: in the kind's text form, or in the form of a file with one puzzle.
 * @throws PuzzleTextError
 */
export function parsePuzzle(kind: PuzzleKind, text: string): Uint8Array {
  try {
    return kind.parse(text);
  } catch (reason) {
    if (!(reason instanceof PuzzleTextError)) throw reason;
    const [row, ...others] = readOwnFormat(text) ?? readJson(text) ?? readPuzzleText(text);
    if (!row || others.length > 0 || row.question === text) throw reason;
    if (row.problem) throw row.problem;
    return kind.parse(row.question);
  }
}

/** Null for a text that is not JSON with puzzles. */
function readJson(text: string): PuzzleRow[] | null {
  try {
    return /^\s*[[{]/u.test(text) ? listJsonPuzzles(JSON.parse(text)) : null;
  } catch {
    return null;
  }
}

/** The kinds with this number of cells and tokens; the first is the default. */
export function detectKindsByShape(cells: number, vocabulary: number): PuzzleKind[] {
  return [...everyKind()].filter((kind) => kind.rows * kind.columns === cells && kind.symbols.length === vocabulary);
}
