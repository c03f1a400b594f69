/** Creates the augmenter of a puzzle: by the symmetries of its kind, or that of ARC. */
import { hasSolutionClues, showExtraClues } from '../../../../datasets/batches';
import type { Puzzle, PuzzleKind, SymmetrySubgroup } from '../../../../datasets/kinds/puzzle-kind';
import { Random } from '../../../../datasets/random';
import { applyToPuzzle, composeAllSymmetries, invertSymmetry } from '../../../../datasets/symmetry';
import type { ArcAugmenter } from './arc-augmenter';
import { arcAugmenter, findPlacedGrid } from './arc-augmenter';
import type { VariantCount } from './count-variants';
import { canonicalNames, COUNT_LIMIT, countNamings, countOrbit, countRepeats } from './count-variants';
import type { Augmenter, PartIds, VariantGrid, Variant } from './variant';
import { gridsKey, tokensKey } from './variant';
import { t } from '../../../messages/language.svelte';

/** Augmentation by the symmetries of a kind, which permute cells and relabel tokens. */
export function symmetryAugmenter(kind: PuzzleKind, puzzle: Puzzle): Augmenter {
  const parts = kind.symmetrySubgroups;
  const draw = (enabled: PartIds, seed: number): Variant => {
    const drawn = parts.flatMap((part, stream) =>
      enabled.includes(part.id) ? [part.draw(Random.seeded(seed, stream))] : [],
    );
    const symmetry = composeAllSymmetries(kind, drawn);
    const variant = applyToPuzzle(symmetry, puzzle);
    return {
      grids: [toVariantGrid(variant)],
      undone: [toVariantGrid(applyToPuzzle(invertSymmetry(symmetry), variant))],
      origins: [Int16Array.from(symmetry.cells)],
    };
  };
  return {
    original: [toVariantGrid(puzzle)],
    parts,
    draw,
    addClues: hasSolutionClues(puzzle, kind.blank)
      ? ({ grids }, seed) => grids.map((grid) => addClues(grid, kind.blank, Random.seeded(seed, parts.length)))
      : null,
    count: (enabled) => countVariants({ puzzle, parts, draw }, enabled),
  };
}

function addClues(grid: VariantGrid, blank: number, random: Random): VariantGrid {
  const { inputs, answer } = grid;
  return answer ? { ...grid, inputs: showExtraClues({ inputs, labels: answer }, blank, random).inputs } : grid;
}

function toVariantGrid({ inputs, labels }: Puzzle): VariantGrid {
  return { role: 'puzzle', inputs, answer: labels.some((label) => label !== 0) ? labels : null };
}

interface Counted {
  readonly puzzle: Puzzle;
  readonly parts: readonly SymmetrySubgroup[];
  readonly draw: (enabled: PartIds, seed: number) => Variant;
}

function* countVariants({ puzzle, parts, draw }: Counted, enabled: PartIds): Generator<number, VariantCount> {
  const used = parts.filter(({ id }) => enabled.includes(id));
  // Names are given by one part of a kind at most; without it every name stays what it is.
  const names = used.flatMap(({ relabels }) => relabels ?? []);
  const moving = used.filter(({ relabels }) => relabels === null);
  const orbit = yield* countOrbit({
    start: puzzle,
    groups: moving.map(({ generators }) =>
      generators.map((generator) => (from: Puzzle) => applyToPuzzle(generator, from)),
    ),
    key: (variant) => tokensKey(canonicalNames(joinTokens(variant), names)),
    limit: COUNT_LIMIT,
  });
  const namings = countNamings(joinTokens(puzzle), names);
  const repeats = countRepeats(gridsKey([toVariantGrid(puzzle)]), (seed) => gridsKey(draw(enabled, seed).grids));
  return {
    ...orbit,
    namings,
    placements: 1,
    distinct: orbit.arrangements * namings,
    upperBound: used.reduce((product, { order }) => product * order, 1),
    repeats,
  };
}

/** Of puzzle and answer, one after the other. */
function joinTokens({ inputs, labels }: Puzzle): Uint8Array {
  const tokens = new Uint8Array(inputs.length + labels.length);
  tokens.set(inputs);
  tokens.set(labels, inputs.length);
  return tokens;
}

/** A row of a data set, row-major tokens. */
export interface PreviewedPuzzle {
  readonly inputs: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  readonly address: string;
  /** The puzzle's name in `identifiers.json`, in datasets that have one. */
  readonly identifier?: string | null | undefined;
}

type Augmentable =
  | { readonly state: 'none' }
  /** `message` is one sentence, for people. */
  | { readonly state: 'unreadable'; readonly message: string }
  | { readonly state: 'symmetries'; readonly augmenter: Augmenter }
  | { readonly state: 'arc'; readonly augmenter: ArcAugmenter };

export function createAugmentable(kind: PuzzleKind, puzzle: PreviewedPuzzle): Augmentable {
  const [inputs, labels] = [Uint8Array.from(puzzle.inputs), Uint8Array.from(puzzle.labels)];
  const cells = kind.rows * kind.columns;
  const odd = [inputs, labels].find(({ length }) => length !== cells);
  if (odd) {
    const { address } = puzzle;
    return {
      state: 'unreadable',
      message: t('datasets.augment.cellCount', { address, expected: cells, found: odd.length }),
    };
  }
  if (kind.augmentation === 'copies') return augmentableCanvas({ inputs, labels }, puzzle.address, kind.rows);
  if (kind.symmetrySubgroups.length === 0) return { state: 'none' };
  return { state: 'symmetries', augmenter: symmetryAugmenter(kind, { inputs, labels }) };
}

function augmentableCanvas({ inputs, labels }: Puzzle, address: string, side: number): Augmentable {
  const [input, output] = [findPlacedGrid(inputs), findPlacedGrid(labels)];
  if (!input) return { state: 'unreadable', message: t('datasets.augment.badCanvas', { address }) };
  return { state: 'arc', augmenter: arcAugmenter(output ? [input, output] : [input], side) };
}
