/** One puzzle answered with everything shown: each update of each cycle of each supervision step. */
import type { TrmConfig } from '../trm/config';
import type { ModelState } from '../trm/weights';
import type { SessionOptions } from './session';
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
  /** Halting logit of zH here; the model looks at it only after the last cycle. */
  readonly qHalt: number;
}

export interface TracedStep {
  readonly cycles: TracedCycle[];
  readonly qHalt: number;
}

export interface Traced {
  readonly steps: TracedStep[];
  readonly lCycles: number;
  /** First step (from 1) after which the halting head says stop; null if it never does. */
  readonly haltStep: number | null;
}

export class Solver {
  private constructor(private readonly session: Session, private readonly config: TrmConfig, private readonly model: ModelState) {}

  static async create(config: TrmConfig, model: ModelState, options: SessionOptions = {}): Promise<Solver> {
    return new Solver(await Session.create(traceStepGraph(config), options), config, model);
  }

  /** Runs all haltMaxSteps steps; halting is reported, not obeyed. `inputs` [S] tokens. */
  async solve(inputs: ArrayLike<number>): Promise<Traced> {
    const { seqLen, hiddenSize, haltMaxSteps, lCycles } = this.config;
    const fresh = () => new Float32Array(seqLen * hiddenSize);
    let outputs: Record<string, Float32Array | Int32Array> = { next_zH: fresh(), next_zL: fresh() };
    const steps: TracedStep[] = [];
    while (steps.length < haltMaxSteps) {
      const reset = Int32Array.of(+(steps.length === 0));
      const { next_zH: zH, next_zL: zL } = outputs;
      outputs = await this.session.run({ ...this.model, zH, zL, reset, inputs: Int32Array.from(inputs) });
      steps.push(this.step(outputs));
    }
    const halt = steps.findIndex(({ qHalt }) => qHalt > 0);
    return { steps, lCycles, haltStep: halt < 0 ? null : halt + 1 };
  }

  private step(outputs: Record<string, Float32Array | Int32Array>): TracedStep {
    const { seqLen, hCycles, lCycles } = this.config;
    const part = (name: string, cycle: number, size: number) => Array.from(outputs[name].subarray(cycle * size, (cycle + 1) * size));
    const cycles = Array.from({ length: hCycles }, (_, cycle) => ({
      answer: part('answer', cycle, seqLen),
      confidence: part('confidence', cycle, seqLen),
      latentChange: part('latentChange', cycle, lCycles),
      answerChange: outputs.answerChange[cycle],
      qHalt: outputs.qHalt[cycle],
    }));
    return { cycles, qHalt: outputs.qHalt[hCycles - 1] };
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}
