/** One puzzle answered with everything shown: each update of each cycle of each supervision step. */
import type { ModelConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import { forwardFeeds } from './forward';
import { freshCarry } from './learner-state';
import type { SessionOptions, Values } from './session';
import { Session } from './session';
import { traceStepGraph } from './trace-step';

export interface TracedCycle {
  /** Decoded from zH after the cycle, with the probability of each answered token; [S]. */
  readonly answer: number[];
  readonly confidence: number[];
  /** Root mean square change of zL in each of the lCycles updates. */
  readonly latentChange: number[];
  /** Root mean square change of zH in the update that closes the cycle. */
  readonly answerChange: number;
  /** Halting logit here (less that of going on, where there is one); the model looks at it only after the last cycle. */
  readonly qHalt: number;
}

export interface TracedStep {
  readonly cycles: TracedCycle[];
  readonly qHalt: number;
}

export interface Traced {
  readonly steps: TracedStep[];
  readonly lCycles: number;
  /** First step (from 1) after which the halting head says stop; null if it never does in the steps made. */
  readonly haltStep: number | null;
}

export interface SolveOptions {
  readonly stopAtHalt?: boolean;
  readonly identifier?: number;
}

export class Solver {
  private constructor(private readonly session: Session, private readonly config: ModelConfig, private readonly model: ModelState) {}

  static async create(config: ModelConfig, model: ModelState, options: SessionOptions = {}): Promise<Solver> {
    return new Solver(await Session.create(traceStepGraph(config), options), config, model);
  }

  /**
   * Runs all haltMaxSteps steps, or with `stopAtHalt` only those until the halting head says stop.
   * `inputs` [S] tokens; `identifier` names the puzzle to a model with puzzle embeddings.
   */
  async solve(inputs: ArrayLike<number>, { stopAtHalt = false, identifier = 0 }: SolveOptions = {}): Promise<Traced> {
    const data = { inputs: Int32Array.from(inputs), puzzleIdentifiers: Int32Array.of(identifier) };
    const { zH, zL } = freshCarry(this.config, 1);
    let outputs: Record<string, Values> = { next_zH: zH, next_zL: zL };
    const steps: TracedStep[] = [];
    let haltStep: number | null = null;
    while (steps.length < this.config.haltMaxSteps && !(stopAtHalt && haltStep !== null)) {
      const carry = { zH: outputs.next_zH, zL: outputs.next_zL, reset: [+(steps.length === 0)] };
      outputs = await this.session.run(forwardFeeds(this.config, this.model, { ...data, ...carry }));
      const step = this.step(outputs);
      steps.push(step);
      if (step.qHalt > 0) haltStep ??= steps.length;
    }
    return { steps, lCycles: this.config.lCycles, haltStep };
  }

  private step(outputs: Record<string, Values>): TracedStep {
    const { seqLen, lCycles } = this.config;
    const { qHalt, answerChange, latentChange = new Float32Array(0) } = outputs;
    const part = (values: Values, cycle: number, size: number) => Array.from(values.subarray(cycle * size, (cycle + 1) * size));
    const cycles = Array.from(qHalt, (q, cycle) => ({
      answer: part(outputs.answer, cycle, seqLen),
      confidence: part(outputs.confidence, cycle, seqLen),
      latentChange: part(latentChange, cycle, lCycles),
      answerChange: answerChange[cycle],
      qHalt: q,
    }));
    return { cycles, qHalt: qHalt[qHalt.length - 1] };
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}
