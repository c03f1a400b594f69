/** Augmentation by the symmetries of a kind: cells change places and tokens names. */
import type { Puzzle, PuzzleKind, SymmetryPart } from '../../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../../datasets/random';
import { applyToPuzzle, invertSymmetry } from '../../../../datasets/symmetry';
import { doneInOrder } from '../../../../datasets/symmetry-parts';
import { COUNT_LIMIT, countOrbit, countRepeats, named, namingsOf, type VariantCount } from './count';
import { keyOfSheets, textOf, type Augmenter, type Chosen, type Sheet, type Variant } from './variant';

export function symmetryAugmenter(kind: PuzzleKind, puzzle: Puzzle): Augmenter {
  const parts = kind.symmetryParts;
  const draw = (chosen: Chosen, seed: number): Variant => {
    const drawn = parts.flatMap((part, stream) =>
      chosen.includes(part.id) ? [part.draw(Random.seeded(seed, stream))] : [],
    );
    const symmetry = doneInOrder(kind, drawn);
    const variant = applyToPuzzle(symmetry, puzzle);
    return {
      sheets: [sheetOf(variant)],
      undone: [sheetOf(applyToPuzzle(invertSymmetry(symmetry), variant))],
      origins: [Int16Array.from(symmetry.cells)],
    };
  };
  return { original: [sheetOf(puzzle)], parts, draw, count: (chosen) => count({ puzzle, parts, draw }, chosen) };
}

function sheetOf({ inputs, labels }: Puzzle): Sheet {
  return { name: 'Puzzle', inputs, answer: labels.some((label) => label !== 0) ? labels : null };
}

interface Counted {
  readonly puzzle: Puzzle;
  readonly parts: readonly SymmetryPart[];
  readonly draw: (chosen: Chosen, seed: number) => Variant;
}

function* count({ puzzle, parts, draw }: Counted, chosen: Chosen): Generator<number, VariantCount> {
  const used = parts.filter(({ id }) => chosen.includes(id));
  // Names are given by one part of a kind at most; without it every name stays what it is.
  const names = used.flatMap(({ relabels }) => relabels ?? []);
  const moving = used.filter(({ relabels }) => relabels === null);
  const orbit = yield* countOrbit({
    start: puzzle,
    groups: moving.map(({ generators }) =>
      generators.map((generator) => (from: Puzzle) => applyToPuzzle(generator, from)),
    ),
    key: (variant) => textOf(named(tokensOf(variant), names)),
    limit: COUNT_LIMIT,
  });
  const namings = namingsOf(tokensOf(puzzle), names);
  const repeats = countRepeats(keyOfSheets([sheetOf(puzzle)]), (seed) => keyOfSheets(draw(chosen, seed).sheets));
  return {
    ...orbit,
    namings,
    places: 1,
    distinct: orbit.made * namings,
    most: used.reduce((product, { order }) => product * order, 1),
    repeats,
  };
}

/** Of puzzle and answer, one after the other. */
function tokensOf({ inputs, labels }: Puzzle): Uint8Array {
  const tokens = new Uint8Array(inputs.length + labels.length);
  tokens.set(inputs);
  tokens.set(labels, inputs.length);
  return tokens;
}
