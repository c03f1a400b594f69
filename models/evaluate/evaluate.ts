/** Runs a model on puzzles: every example gets all its supervision steps. */
import type { TestBatch } from '../../datasets/batches';
import type { ModelConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import { evalStepGraph } from './eval-step';
import type { EvalOptions, Carry } from '../train/forward';
import { forwardFeeds, nextCarry } from '../train/forward';
import type { Answer } from './accuracy';
import { freshCarry } from '../train/learner-state';
import type { Values } from '../runtime/session';
import { resolvePrecision } from '../runtime/resolve-precision';
import { Session } from '../runtime/session';

export class Evaluator {
  private constructor(
    private readonly session: Session,
    private readonly config: ModelConfig,
    readonly batchSize: number,
  ) {}

  static async create(config: ModelConfig, options: EvalOptions & { readonly batchSize: number }): Promise<Evaluator> {
    const precision = await resolvePrecision(options, options.precision);
    const session = await Session.create(evalStepGraph(config, options.batchSize, precision).graph, options);
    return new Evaluator(session, config, options.batchSize);
  }

  /** Answers one batch; `count` rows of it are puzzles. */
  async answer(model: ModelState, batch: TestBatch): Promise<Answer[]> {
    let carry: Carry = freshCarry(this.config, this.batchSize);
    let outputs: Record<string, Values> = {};
    for (let step = 1; step <= this.config.haltMaxSteps; step++) {
      const reset = new Uint8Array(this.batchSize).fill(+(step === 1));
      outputs = await this.session.run(forwardFeeds(this.config, model, { ...batch, ...carry, reset }));
      carry = nextCarry(carry, outputs);
    }
    return Array.from({ length: batch.count }, (_, row) => this.row(batch, outputs, row));
  }

  private row(batch: TestBatch, outputs: Record<string, ArrayLike<number>>, row: number): Answer {
    const { answer, confidence, q } = outputs;
    const part = (values: ArrayLike<number>) =>
      Array.prototype.slice.call(values, row * this.config.seqLen, (row + 1) * this.config.seqLen) as number[];
    return {
      inputs: Uint8Array.from(part(batch.inputs)),
      labels: Uint8Array.from(part(batch.labels), (label) => Math.max(0, label)),
      answer: Uint8Array.from(part(answer!)),
      confidence: Float32Array.from(part(confidence!)),
      // Two logits an example: to halt, to continue.
      qHalt: q![2 * row]!,
    };
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}
