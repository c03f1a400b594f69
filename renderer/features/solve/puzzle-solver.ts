/** Requests the solve of a puzzle, once or in several attempts, and builds playbacks of its steps while they are computed. */
import { parseAddress } from '../../../datasets/puzzle-address';
import type { Input, Model, PuzzleMessage, Rollouts } from '../../../electron/contract/contract';
import type { CatalogStore } from '../../app/catalog-store.svelte';
import { buildPlayback, PlaybackBuilder, type SolvePlayback } from './player/solve-playback';
import { Attempts } from './rollouts/attempts.svelte';
import type { AttemptsPlan, SolveSettings } from './rollouts/solve-settings.svelte';
import type { TraceRequest } from './trace-request.svelte';

type OnPlayback = (playback: SolvePlayback) => void;

/** The part of the Solve state that says how to solve. */
export interface SolverContext {
  readonly settings: SolveSettings;
  readonly stopAtHalt: boolean;
}

export class PuzzleSolver {
  constructor(
    private readonly request: TraceRequest,
    private readonly catalog: CatalogStore,
    private readonly context: SolverContext,
  ) {}

  /** The whole solve; null if another has begun meanwhile. @throws Error if it fails or is cancelled */
  async trace(model: Model, puzzle: PuzzleMessage, signal: AbortSignal): Promise<SolvePlayback | null> {
    const trace = await this.request.send(this.#inputFor(model, puzzle), signal);
    const kind = this.catalog.kindOfPuzzle(model, puzzle);
    return signal.aborted || !kind ? null : buildPlayback(trace, { kind, ...puzzle });
  }

  /** Solves the puzzle; its steps are shown while they are computed. @throws as `trace` */
  async solve(model: Model, puzzle: PuzzleMessage, signal: AbortSignal, onPlayback: OnPlayback): Promise<void> {
    const kind = this.catalog.kindOfPuzzle(model, puzzle);
    if (!kind) return;
    const builder = new PlaybackBuilder({ kind, ...puzzle });
    const startedAt = performance.now();
    const input = { ...this.#inputFor(model, puzzle), path: true };
    const trace = await this.request.stream(input, signal, (_, steps) => {
      builder.add(steps);
      const milliseconds = performance.now() - startedAt;
      const plannedSteps = this.context.settings.stepsFor(model);
      onPlayback(builder.buildPartial({ model: model.id, milliseconds, plannedSteps }));
    });
    if (!signal.aborted) onPlayback(builder.build(trace));
  }

  /** Attempts to be solved by `solveAttempts`; null where the model does not read the puzzle. */
  createAttempts(model: Model, puzzle: PuzzleMessage, settings: Rollouts): Attempts | null {
    const kind = this.catalog.kindOfPuzzle(model, puzzle);
    const plannedSteps = this.context.settings.stepsFor(model);
    return kind && new Attempts({ model: model.id, puzzle: { kind, ...puzzle }, settings, plannedSteps });
  }

  /** Solves the attempts; the steps of the attempt that is shown, at the end of the picked one, are passed on. @throws as `trace` */
  async solveAttempts(
    { model, puzzle, plan, attempts }: AttemptsTask,
    signal: AbortSignal,
    onPlayback: OnPlayback,
  ): Promise<void> {
    const input = { ...this.#puzzleFor(model, puzzle), ...plan.request };
    attempts.result = await this.request.streamRollouts(input, signal, (attempt, steps) => {
      attempts.add(attempt, steps);
      const playback = attempt === attempts.shown ? attempts.playback() : null;
      if (playback) onPlayback(playback);
    });
    if (signal.aborted) return;
    if (attempts.result.picked) attempts.shown = attempts.result.picked.rollout;
    const playback = attempts.playback();
    if (playback) onPlayback(playback);
  }

  #inputFor(model: Model, puzzle: PuzzleMessage): Omit<Input<'traceSolve'>, 'job' | 'stream'> {
    return { ...this.#puzzleFor(model, puzzle), stopAtHalt: this.context.stopAtHalt };
  }

  #puzzleFor(
    model: Model,
    { inputs, address }: PuzzleMessage,
  ): Pick<Input<'traceSolve'>, 'model' | 'inputs' | 'puzzle' | 'steps'> {
    const at = parseAddress(address);
    return { model: model.id, inputs, ...(at && { puzzle: at }), steps: this.context.settings.stepsFor(model) };
  }
}

interface AttemptsTask {
  readonly model: Model;
  readonly puzzle: PuzzleMessage;
  readonly plan: AttemptsPlan;
  readonly attempts: Attempts;
}
