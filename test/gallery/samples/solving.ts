/** The state of the Solve view at a position of a solve. */
import { getKind } from '../../../datasets/kinds/registry';
import type { PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import type { PuzzleMessage } from '../../../electron/contract/contract';
import { Draft } from '../../../renderer/features/solve/puzzle/draft.svelte';
import type { CatalogStore } from '../../../renderer/app/catalog-store.svelte';
import { SolveState } from '../../../renderer/features/solve/solve.svelte';
import { shipped } from './models';
import { puzzleOf } from './puzzles';
import { sampleCatalog, silent } from './states';
import { solveOf } from './traces';

export interface SampleSolveOptions {
  readonly kind?: string;
  readonly puzzle?: PuzzleMessage;
  /** Position as a share of the playback; null without a solve. */
  readonly at?: number | null;
  readonly address?: string;
  /** Name of the model. */
  readonly model?: string;
  readonly heads?: number;
  readonly editing?: boolean;
  readonly live?: boolean;
  readonly slow?: boolean;
  readonly cancelled?: boolean;
  readonly picker?: boolean;
  /** The selected step of the classical solver. */
  readonly solver?: number;
}

export interface SampleSolve {
  readonly solveState: SolveState;
  readonly catalog: CatalogStore;
  readonly kind: PuzzleKind;
}

export function sampleSolve(options: SampleSolveOptions = {}): SampleSolve {
  const { kind: id = 'sudoku-6x6', at = 0.45, heads = 0 } = options;
  const kind = getKind(id);
  const model = { ...shipped, kind: id, name: options.model ?? shipped.name };
  const catalog = sampleCatalog({ models: [model] });
  const solveState = new SolveState(silent(), catalog);
  const { puzzle, playback } = solveOf({ kind: id, puzzle: options.puzzle ?? puzzleOf(id, 3), heads });
  solveState.model = model;
  solveState.puzzle = { ...puzzle, address: options.address ?? puzzle.address };
  if (at !== null) {
    solveState.player.show(playback);
    solveState.player.seek(Math.round(at * (playback.frames.length - 1)));
  }
  applyOptions(solveState, options);
  return { solveState, catalog, kind };
}

function applyOptions(
  solveState: SolveState,
  { editing = false, live = false, slow = false, cancelled = false, picker = false, solver }: SampleSolveOptions,
): void {
  [solveState.isLive, solveState.cancelled, solveState.picker.open] = [live, cancelled, picker];
  if (slow)
    Object.assign(solveState.traceRequest, { isBusy: true, isSlow: true, fraction: 0.4, message: 'step 3 of 8' });
  if (editing) solveState.edit();
  if (solver === undefined || !solveState.kind || !solveState.puzzle) return;
  solveState.classical.solution = solveState.kind.solveClassically(Uint8Array.from(solveState.puzzle.inputs));
  solveState.classical.step = solver;
}

/** @param text typed into the draft */
export function draftOf(id: string, inputs: readonly number[] = puzzleOf(id).inputs, text?: string): Draft {
  const draft = new Draft(getKind(id), inputs);
  if (text !== undefined) draft.setText(text);
  return draft;
}
