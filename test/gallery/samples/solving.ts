/** The Solve room standing somewhere in a solve. */
import { kindOf } from '../../../datasets/kinds/registry';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import type { PuzzleMessage } from '../../../electron/contract/contract';
import { Draft } from '../../../renderer/features/solve/puzzle/draft.svelte';
import type { Facts } from '../../../renderer/app/catalog-store.svelte';
import { Solving } from '../../../renderer/features/solve/solve.svelte';
import { classicalAccount } from '../../../renderer/features/solve/classical/classical';
import { shipped } from './models';
import { puzzleOf } from './puzzles';
import { factsOf, silent } from './rooms';
import { solveOf } from './traces';

export interface SolvingWish {
  readonly kind?: string;
  readonly puzzle?: PuzzleMessage;
  /** Share of the walk; null before there is an answer. */
  readonly at?: number | null;
  readonly address?: string;
  /** Name of the model. */
  readonly model?: string;
  readonly heads?: number;
  readonly editing?: boolean;
  readonly live?: boolean;
  readonly slow?: boolean;
  readonly cancelled?: boolean;
  readonly picking?: boolean;
  /** Step of the classical solver that is looked at. */
  readonly solver?: number;
}

export interface StandingSolve {
  readonly solving: Solving;
  readonly facts: Facts;
  readonly kind: PuzzleKind;
}

export function solvingOf(wish: SolvingWish = {}): StandingSolve {
  const { kind: id = 'sudoku-6x6', at = 0.45, heads = 0 } = wish;
  const kind = kindOf(id);
  const model = { ...shipped, kind: id, name: wish.model ?? shipped.name };
  const facts = factsOf({ models: [model] });
  const solving = new Solving(silent(), facts);
  const { puzzle, journey } = solveOf({ kind: id, puzzle: wish.puzzle ?? puzzleOf(id, 3), heads });
  solving.model = model;
  solving.puzzle = { ...puzzle, address: wish.address ?? puzzle.address };
  if (at !== null) {
    solving.player.show(journey);
    solving.player.seek(Math.round(at * (journey.moments.length - 1)));
  }
  stand(solving, wish);
  return { solving, facts, kind };
}

function stand(
  solving: Solving,
  { editing = false, live = false, slow = false, cancelled = false, picking = false, solver }: SolvingWish,
): void {
  [solving.live, solving.cancelled, solving.picking.open] = [live, cancelled, picking];
  if (slow) Object.assign(solving.tracing, { busy: true, slow: true, share: 0.4, words: 'step 3 of 8' });
  if (editing) solving.edit();
  if (solver === undefined || !solving.kind || !solving.puzzle) return;
  solving.classical.account = classicalAccount(solving.kind, Uint8Array.from(solving.puzzle.inputs));
  solving.classical.step = solver;
}

/** @param text typed over it */
export function draftOf(id: string, inputs: readonly number[] = puzzleOf(id).inputs, text?: string): Draft {
  const draft = new Draft(kindOf(id), inputs);
  if (text !== undefined) draft.setText(text);
  return draft;
}
