/** Damages the puzzle that is solved, and restores it. */
import { damagePuzzle, type DamageId } from '../../../../datasets/damage/damage';
import { judgeDamaged } from '../../../../datasets/damage/judge-answer';
import type { Puzzle } from '../../../../datasets/kinds/puzzle-kind';
import type { PuzzleMessage } from '../../../../electron/contract/contract';
import type { SolveState } from '../solve.svelte';
import { MAX_RANDOM_SEED, randomBelow, typedAddress } from './load-puzzle';

interface Damaged {
  readonly damage: DamageId;
  readonly original: PuzzleMessage;
  readonly puzzle: PuzzleMessage;
  /** Cells that the damage changed, ascending. */
  readonly changed: readonly number[];
}

export class PuzzleDamage {
  #last = $state.raw<Damaged | null>(null);

  constructor(private readonly solveState: Pick<SolveState, 'model' | 'puzzle' | 'puzzleKind' | 'player' | 'open'>) {}

  /** The damage of the puzzle that is shown; null where it has none. */
  get current(): Damaged | null {
    return this.#last !== null && this.#last.puzzle === this.solveState.puzzle ? this.#last : null;
  }

  /** The puzzle without its damage; null before there is one. */
  get whole(): PuzzleMessage | null {
    return this.current?.original ?? this.solveState.puzzle;
  }

  /** What the last answer is, once all steps are computed: the original solution, another that obeys the rules, or neither. */
  get verdict(): 'recovered' | 'consistent' | 'wrong' | null {
    const { current } = this;
    const { puzzleKind: kind, player } = this.solveState;
    const answer = player.playback?.isComplete ? player.playback.answers.at(-1)?.answer : undefined;
    if (!current || !kind || !answer) return null;
    const { isRecovered, isConsistent } = judgeDamaged(
      kind,
      current.damage,
      toTokens(current.puzzle),
      Uint8Array.from(answer),
    );
    if (isRecovered && current.puzzle.labels.some((label) => label !== 0)) return 'recovered';
    return isConsistent ? 'consistent' : 'wrong';
  }

  /** Damages the whole puzzle by a number of clues or rows, drawn anew each time, and solves it. */
  async apply(damage: DamageId, count: number): Promise<void> {
    const { model, puzzleKind: kind } = this.solveState;
    const original = this.whole;
    if (!model || !kind || !original) return;
    const options = { damage, amount: { count }, seed: randomBelow(MAX_RANDOM_SEED) };
    const { inputs, labels, changed } = damagePuzzle(kind, toTokens(original), options);
    const puzzle = { address: typedAddress, inputs: [...inputs], labels: [...labels] };
    this.#last = { damage, original, puzzle, changed };
    await this.solveState.open({ model, puzzle });
  }

  async restore(): Promise<void> {
    const { model } = this.solveState;
    if (model && this.current) await this.solveState.open({ model, puzzle: this.current.original });
  }
}

const toTokens = ({ inputs, labels }: PuzzleMessage): Puzzle => ({
  inputs: Uint8Array.from(inputs),
  labels: Uint8Array.from(labels),
});
