/** Evaluates a model on puzzles: a supervision step as a graph without gradients, run haltMaxSteps times for every example. */
import type { TestBatch } from '../../datasets/batches';
import type { ModelConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import { argmax, concat, reshape, transpose } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { Graph } from '../graph/graph';
import type { Precision } from '../runtime/execution';
import { resolvePrecision, Session } from '../runtime/session';
import type { TensorData } from '../runtime/session';
import type { CarryValues, EvalOptions } from '../train/forward';
import { concatLogits, forward, forwardFeeds, emptyCarry, nextCarry, outputCarry, splitBatch } from '../train/forward';
import { confidence } from '../train/loss';
import type { Answer } from './accuracy';

interface EvalStep {
  readonly graph: Graph;
  /** [S·B, V], position-major; not an output. */
  readonly logits: Tensor;
}

/**
 * Inputs: those of `forward`. Outputs: next_zH, next_zL; `answer` int32 [B, S]; `confidence` [B, S],
 * the probability of each answered token; `q` [B, 2].
 */
export function evalStepGraph(config: ModelConfig, batchSize: number, precision: Precision = 'float32'): EvalStep {
  const graph = new Graph();
  const microBatches = splitBatch(config, batchSize).map((microBatch) =>
    forward(graph, config, { batchSize, microBatch, precision }),
  );
  const logits = concatLogits(
    microBatches.map((microBatch) => microBatch.logits),
    config.seqLen,
  );
  outputCarry(graph, config, microBatches);
  const byExample = (cells: Tensor) => transpose(reshape(cells, [config.seqLen, batchSize]), [1, 0]);
  graph.output('answer', byExample(argmax(logits, 1)));
  graph.output('confidence', byExample(confidence(config.loss, logits)));
  graph.output(
    'q',
    concat(
      microBatches.map(({ q }) => q),
      0,
    ),
  );
  return { graph, logits };
}

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
  async evaluateBatch(model: ModelState, batch: TestBatch): Promise<Answer[]> {
    let carry: CarryValues = emptyCarry(this.config, this.batchSize);
    let outputs: Record<string, TensorData> = {};
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
