/** Families of kinds: one fixed kind, kinds by side (`maze-5` to `maze-30`), or kinds created to fit the grids of a file. */
import { message, MessageError, type Message, type MessageId, type Text } from '../../renderer/messages/message';
import type { PuzzleKind } from './puzzle-kind';
import type { PuzzleRow } from './puzzle-text';

/** Sides of the grids, both ends included. */
interface KindSizes {
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export interface KindFamily {
  /** e.g. `maze` */
  readonly id: string;
  /** e.g. `Maze` */
  readonly name: Message;
  /** Ids of its kinds: `maze-5 to maze-30`. */
  readonly ids: Text;
  /** Sides of the grids; null for families without sizes. */
  readonly sizes: KindSizes | null;
  /** Whether a kind of a larger size takes smaller grids, padded with token 0. */
  readonly takesSmallerGrids?: true;
  /** What can be generated: single puzzles, tasks of several examples, or nothing. */
  readonly generates: 'puzzles' | 'tasks' | null;
  /** Id of a kind that stands for the whole family: that of the default size. */
  readonly exampleId: string;
  /** Ids of all kinds of the family, small ones first; empty where there is no end of them. */
  listIds(): readonly string[];
  /** The kind of an id; null for an id of another family. @throws UnknownIdError for a malformed id of this one */
  create(id: string): PuzzleKind | null;
  /** Extensions of files that hold only puzzles of this family, in lower case: `.sdk`. */
  readonly extensions?: readonly string[];
  /** The puzzles of a text in a format of the family's own, in the text form of its kinds; null for other texts. */
  readonly readText?: (text: string) => PuzzleRow[] | null;
  /** For families whose kinds are created to fit the grids of a file; null for others. */
  readonly detector: KindDetector | null;
}

/** Detects the kind that fits the grids of a file. */
export interface KindDetector {
  /** Whether an id leaves the kind to the grids: `custom`, or `custom-3x5` with their shape. */
  accepts(id: string): boolean;
  /** The id for grids of which only the number of cells and of tokens (padding included) is known. */
  idOfNumbers(cells: number, vocabulary: number): string;
  /** Collects the texts of a file, for an id that is accepted. */
  collect(id: string): TextCollector;
}

export interface TextCollector {
  /** @throws KindDetectionError for grids that do not fit those before */
  add(puzzle: { readonly question: string; readonly answer: string }): void;
  /** The id for all grids added; null where there were none. @throws KindDetectionError */
  id(): string | null;
}

/** Grids that no kind of a family fits. */
export class KindDetectionError extends Error {
  override readonly name = 'KindDetectionError';

  constructor(
    readonly expected: Text,
    readonly found: string,
    /** The text that is wrong; null if it is not one alone. */
    readonly part: 'question' | 'answer' | null = null,
  ) {
    super('no kind fits the grids');
  }
}

/** The family of a single kind, which has the same id and name. */
export function createSingleFamily({
  id: family,
  name,
  generates,
  create,
  ...options
}: Pick<KindFamily, 'id' | 'name' | 'generates' | 'extensions'> & { readonly create: () => PuzzleKind }): KindFamily {
  return {
    id: family,
    name,
    ids: family,
    ...options,
    sizes: null,
    generates,
    exampleId: family,
    listIds: () => [family],
    create: (id) => (id === family ? create() : null),
    detector: null,
  };
}

/** A family of kinds `<id>-<side>` whose puzzles can be generated. */
export function createSizedFamily({
  id: family,
  name,
  sizes,
  create,
  ...options
}: Pick<KindFamily, 'id' | 'name' | 'takesSmallerGrids' | 'extensions' | 'readText'> & {
  readonly sizes: KindSizes;
  readonly create: (side: number) => PuzzleKind;
}): KindFamily {
  const { min, max } = sizes;
  const idOf = (side: number) => `${family}-${side}`;
  return {
    id: family,
    name,
    ids: message('kinds.idRange', { first: idOf(min), last: idOf(max) }),
    ...options,
    sizes,
    generates: 'puzzles',
    exampleId: idOf(sizes.default),
    listIds: () => Array.from({ length: max - min + 1 }, (_, i) => idOf(min + i)),
    create: (id) => {
      const side = Number(id.slice(family.length + 1));
      return id === idOf(side) && Number.isInteger(side) && side >= min && side <= max ? create(side) : null;
    },
    detector: null,
  };
}

/** An unknown id; the message names the known ones. */
export class UnknownIdError<Id extends MessageId = MessageId> extends MessageError<Id> {
  override readonly name = 'UnknownIdError';
}
