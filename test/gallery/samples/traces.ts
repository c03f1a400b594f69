/** Solves as a model makes them: cells settle one after the other, the state comes to rest, the halting logit rises. */
import { getKind } from '../../../datasets/kinds/registry';
import { Random } from '../../../datasets/random';
import type { Cycle, PuzzleMessage, Trace } from '../../../electron/contract/contract';
import { buildPlayback, type SolvePlayback } from '../../../renderer/features/solve/player/solve-playback';
import { puzzleOf } from './puzzles';

export interface SolveWish {
  readonly kind?: string;
  readonly seed?: number;
  readonly puzzle?: PuzzleMessage;
  readonly steps?: number;
  readonly hCycles?: number;
  readonly lCycles?: number;
  /** Of the cells to be found, those that settle on what is wrong. */
  readonly wrong?: number;
  /** Heads of the model's attention. */
  readonly heads?: number;
  readonly halts?: boolean;
}

export interface Solve {
  readonly puzzle: PuzzleMessage;
  readonly trace: Trace;
  readonly playback: SolvePlayback;
}

export function solveOf(wish: SolveWish = {}): Solve {
  const { kind = 'sudoku-6x6', seed = 3 } = wish;
  const puzzle = wish.puzzle ?? puzzleOf(kind, seed);
  const trace = traceOf(puzzle, wish);
  return { puzzle, trace, playback: buildPlayback(trace, { kind: getKind(kind), ...puzzle }) };
}

function traceOf(
  puzzle: PuzzleMessage,
  { seed = 3, steps = 6, hCycles = 3, lCycles = 4, wrong = 0, heads = 0, halts = true }: SolveWish,
): Trace {
  const random = Random.seeded(seed);
  const answers = new Settling(puzzle, { random, cycles: steps * hCycles, wrong });
  const updates = steps * hCycles * (lCycles + 1);
  const logit = (at: number): number => (halts ? -4.2 + 8 * at : -4.2 + 2.5 * at);
  const cycle = (number: number): Cycle => {
    const at = (number + 1) / (steps * hCycles);
    const said = { ...answers.after(at), qHalt: logit(at), attention: null };
    const latent = Array.from({ length: lCycles }, (_, i) => ({
      ...said,
      change: 0.9 * Math.exp(-4 * at) * (1.2 - i / (2 * lCycles)) + 0.01,
    }));
    return { ...said, change: 0.5 * Math.exp(-4.5 * at) + 0.004, latent };
  };
  const made = Array.from({ length: steps }, (_, step) => {
    const cycles = Array.from({ length: hCycles }, (_, i) => cycle(step * hCycles + i));
    return { cycles, qHalt: cycles[hCycles - 1]!.qHalt };
  });
  const halt = made.findIndex(({ qHalt }) => qHalt > 0);
  return {
    model: 'shipped',
    inputs: puzzle.inputs,
    identifier: 0,
    steps: made,
    lCycles,
    heads,
    puzzleEmbLen: 0,
    haltStep: halt < 0 ? null : halt + 1,
    flop: updates * puzzle.inputs.length * 210_000,
    milliseconds: 38.4,
    path: {
      points: pathOf(updates, random),
      shares: [0.61, 0.17],
      positions: puzzle.inputs.length,
      allPositions: puzzle.inputs.length,
    },
  };
}

/** A spiral that comes to rest. */
function pathOf(updates: number, random: Random): [number, number][] {
  return Array.from({ length: updates }, (_, i) => {
    const [turn, reach] = [i / 5, 6 * Math.exp((-3.2 * i) / updates)];
    const jitter = (): number => 0.15 * (random.uniform() - 0.5);
    return [reach * Math.cos(turn) + jitter(), reach * 0.7 * Math.sin(turn) + jitter()];
  });
}

/** Every open cell takes what it stays with at a moment of its own, and guesses until then. */
class Settling {
  private readonly cells: readonly { readonly at: number; readonly last: number; readonly open: boolean }[];
  private readonly tokens: readonly number[];

  constructor(
    { inputs, labels }: PuzzleMessage,
    private readonly wish: { readonly random: Random; readonly cycles: number; readonly wrong: number },
  ) {
    const { random, wrong } = wish;
    this.tokens = [...new Set(labels)].filter((token) => token > 0);
    this.cells = labels.map((label, cell) => {
      const open = label !== inputs[cell];
      return {
        open,
        at: open ? 0.15 + 0.55 * random.uniform() : 0,
        last: open && random.uniform() < wrong ? this.guess() : label,
      };
    });
  }

  /** @param at share of the solve, 0..1 */
  after(at: number): Pick<Cycle, 'answer' | 'confidence'> {
    const settled = (cell: { readonly at: number }): boolean => cell.at <= at;
    return {
      answer: this.cells.map((cell) => (settled(cell) ? cell.last : this.guess())),
      confidence: this.cells.map((cell) =>
        !cell.open ? 1 : settled(cell) ? Math.min(0.99, 0.7 + at * 0.4) : 0.25 + 0.4 * this.wish.random.uniform(),
      ),
    };
  }

  private guess(): number {
    return this.tokens[this.wish.random.integer(0, this.tokens.length - 1)]!;
  }
}
