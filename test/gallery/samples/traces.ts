/** Synthetic solves: cells settle one after another, the latent change decreases, and the halting logit rises. */
import { getKind } from '../../../datasets/kinds/registry';
import { Random } from '../../../datasets/random';
import type { Cycle, PuzzleMessage, Trace } from '../../../electron/contract/contract';
import { buildPlayback, type SolvePlayback } from '../../../renderer/features/solve/player/solve-playback';
import { puzzleOf } from './puzzles';

export interface TraceOptions {
  readonly kind?: string;
  readonly seed?: number;
  readonly puzzle?: PuzzleMessage;
  readonly steps?: number;
  readonly hCycles?: number;
  readonly lCycles?: number;
  /** Share of the open cells that settle on a wrong token. */
  readonly wrong?: number;
  /** Number of attention heads. */
  readonly heads?: number;
  readonly halts?: boolean;
}

export interface Solve {
  readonly puzzle: PuzzleMessage;
  readonly trace: Trace;
  readonly playback: SolvePlayback;
}

export function solveOf(options: TraceOptions = {}): Solve {
  const { kind = 'sudoku-6x6', seed = 3 } = options;
  const puzzle = options.puzzle ?? puzzleOf(kind, seed);
  const trace = traceOf(puzzle, options);
  return { puzzle, trace, playback: buildPlayback(trace, { kind: getKind(kind), ...puzzle }) };
}

function traceOf(
  puzzle: PuzzleMessage,
  { seed = 3, steps = 6, hCycles = 3, lCycles = 4, wrong = 0, heads = 0, halts = true }: TraceOptions,
): Trace {
  const random = Random.seeded(seed);
  const answers = new SettlingAnswers(puzzle, { random, cycles: steps * hCycles, wrong });
  const updates = steps * hCycles * (lCycles + 1);
  const logit = (at: number): number => (halts ? -4.2 + 8 * at : -4.2 + 2.5 * at);
  const cycle = (number: number): Cycle => {
    const at = (number + 1) / (steps * hCycles);
    const decoded = { ...answers.after(at), qHalt: logit(at), attention: null };
    const latent = Array.from({ length: lCycles }, (_, i) => ({
      attention: null,
      change: 0.9 * Math.exp(-4 * at) * (1.2 - i / (2 * lCycles)) + 0.01,
    }));
    return { ...decoded, change: 0.5 * Math.exp(-4.5 * at) + 0.004, latent };
  };
  const supervisionSteps = Array.from({ length: steps }, (_, step) => {
    const cycles = Array.from({ length: hCycles }, (_, i) => cycle(step * hCycles + i));
    return { cycles, qHalt: cycles[hCycles - 1]!.qHalt };
  });
  const halt = supervisionSteps.findIndex(({ qHalt }) => qHalt > 0);
  return {
    model: 'shipped',
    inputs: puzzle.inputs,
    identifier: 0,
    steps: supervisionSteps,
    lCycles,
    heads,
    puzzleEmbLen: 0,
    haltStep: halt < 0 ? null : halt + 1,
    flop: updates * puzzle.inputs.length * 210_000,
    milliseconds: 38.4,
    path: {
      points: pathOf(updates, random),
      updates: Array.from({ length: updates }, (_, update) => update),
      shares: [0.61, 0.17],
      positions: puzzle.inputs.length,
      allPositions: puzzle.inputs.length,
    },
  };
}

/** A converging spiral. */
function pathOf(updates: number, random: Random): [number, number][] {
  return Array.from({ length: updates }, (_, i) => {
    const [turn, reach] = [i / 5, 6 * Math.exp((-3.2 * i) / updates)];
    const jitter = (): number => 0.15 * (random.uniform() - 0.5);
    return [reach * Math.cos(turn) + jitter(), reach * 0.7 * Math.sin(turn) + jitter()];
  });
}

/** Answers in which every open cell takes its final token at a random time, and a random token before. */
class SettlingAnswers {
  private readonly cells: readonly { readonly at: number; readonly last: number; readonly open: boolean }[];
  private readonly tokens: readonly number[];

  constructor(
    { inputs, labels }: PuzzleMessage,
    private readonly options: { readonly random: Random; readonly cycles: number; readonly wrong: number },
  ) {
    const { random, wrong } = options;
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
        !cell.open ? 1 : settled(cell) ? Math.min(0.99, 0.7 + at * 0.4) : 0.25 + 0.4 * this.options.random.uniform(),
      ),
    };
  }

  private guess(): number {
    return this.tokens[this.options.random.integer(0, this.tokens.length - 1)]!;
  }
}
