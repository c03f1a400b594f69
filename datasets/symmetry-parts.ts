/** Sorts of symmetries that several kinds have in common, and what can be done with any of them. */
import type { PuzzleKind, Symmetry, SymmetryPart } from './kinds/puzzle-kind';
import { composeSymmetries, identitySymmetry } from './symmetry';

type Named = Pick<SymmetryPart, 'id' | 'name'>;

/** A part that is written out: all of a small group, the identity first. */
export function oneOf({ id, name }: Named, symmetries: readonly Symmetry[]): SymmetryPart {
  return {
    id,
    name,
    order: symmetries.length,
    generators: symmetries.slice(1),
    relabels: null,
    draw: (random) => symmetries[random.integer(0, symmetries.length - 1)]!,
  };
}

/** Of the eight symmetries of a square, in the order of `dihedral.ts`: the four turns, and then a mirror or none. */
export function turnAndMirror(eight: readonly Symmetry[]): readonly SymmetryPart[] {
  return [
    oneOf({ id: 'turn', name: 'Turn' }, eight.slice(0, 4)),
    oneOf({ id: 'mirror', name: 'Mirror' }, [eight[0]!, eight[4]!]),
  ];
}

export interface RelabellingOptions extends Named {
  /** Number of cells. */
  readonly cells: number;
  readonly vocabulary: number;
  /** First of the tokens that change places among each other. */
  readonly from: number;
  /** How many they are. */
  readonly count: number;
}

/** Any permutation of some neighbouring tokens; every cell stays. */
export function relabelling({ id, name, cells, vocabulary, from, count }: RelabellingOptions): SymmetryPart {
  const identity = identitySymmetry(cells, vocabulary);
  const renamed = (names: readonly number[]): Symmetry => {
    const tokens = identity.tokens.slice();
    tokens.set(
      names.map((at) => from + at),
      from,
    );
    return { cells: identity.cells, tokens };
  };
  return {
    id,
    name,
    order: factorial(count),
    generators: neighbourSwaps(count).map(renamed),
    relabels: range(count).map((at) => from + at),
    draw: (random) => renamed(random.shuffle(range(count))),
  };
}

/** Symmetries of a kind done one after another; without any, the one that changes nothing. */
export function doneInOrder(
  { rows, columns, symbols }: Pick<PuzzleKind, 'rows' | 'columns' | 'symbols'>,
  symmetries: readonly Symmetry[],
): Symmetry {
  return symmetries.reduce(
    (first, then) => composeSymmetries(first, then),
    identitySymmetry(rows * columns, symbols.length),
  );
}

/** Orders of `count` things with two neighbours swapped: together they give every order. */
export function neighbourSwaps(count: number): number[][] {
  return range(count - 1).map((at) => range(count).map((i) => (i === at ? at + 1 : i === at + 1 ? at : i)));
}

export function factorial(count: number): number {
  return range(count).reduce((product, i) => product * (i + 1), 1);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
