/** How good a model is on puzzles it has not learnt from: every example gets all its supervision steps. */
import type { TestBatch } from '../../datasets/batches';
import type { ModelConfig } from '../family/config';
import type { ModelState } from '../family/weights';
import { answerStepGraph } from './eval-step';
import type { AnsweringOptions, Carry } from '../train/forward';
import { forwardFeeds, nextCarry } from '../train/forward';
import { wilsonInterval } from './wilson-interval';
import { freshCarry } from '../train/learner-state';
import type { Values } from '../runtime/session';
import { precisionHere } from '../runtime/resolve-precision';
import { Session } from '../runtime/session';

/** The model's last answer to one puzzle. */
export interface Answer {
  readonly inputs: Uint8Array;
  readonly labels: Uint8Array;
  readonly answer: Uint8Array;
  /** Probability of each answered token, [S]. */
  readonly confidence: Float32Array;
  /** Halting logit after the last step. */
  readonly qHalt: number;
}

export interface Accuracy {
  /** Share of puzzles with every labelled cell right. */
  readonly exactAccuracy: number;
  /** Share of labelled cells that are right. */
  readonly accuracy: number;
  /** Share of puzzles whose answer obeys the rules, whatever the label. */
  readonly ruleAccuracy: number;
  readonly count: number;
  /** Wilson 95 % interval of exactAccuracy. */
  readonly interval: [number, number];
}

/** Whether an answer to a puzzle is legal by the rules of its kind. */
export type Judge = (inputs: Uint8Array, answer: Uint8Array) => boolean;

export class Examiner {
  private constructor(
    private readonly session: Session,
    private readonly config: ModelConfig,
    readonly batchSize: number,
  ) {}

  static async create(
    config: ModelConfig,
    options: AnsweringOptions & { readonly batchSize: number },
  ): Promise<Examiner> {
    const precision = await precisionHere(options, options.precision);
    const session = await Session.create(answerStepGraph(config, options.batchSize, precision).graph, options);
    return new Examiner(session, config, options.batchSize);
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

/** Counts right cells, right puzzles and legal answers, and keeps none of them: there may be millions. */
export class Tally {
  private cells = 0;
  private rightCells = 0;
  private exact = 0;
  private legal = 0;
  private count = 0;

  constructor(private readonly isLegal: Judge) {}

  add(answers: readonly Answer[]): void {
    for (const { inputs, labels, answer } of answers) {
      const labelled = [...labels.keys()].filter((i) => labels[i]! > 0);
      const right = labelled.filter((i) => labels[i] === answer[i]).length;
      this.cells += labelled.length;
      this.rightCells += right;
      this.exact += +(right === labelled.length);
      this.legal += +this.isLegal(inputs, answer);
      this.count++;
    }
  }

  /** Of all that were added. */
  get accuracy(): Accuracy {
    const { exact, legal, count } = this;
    const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
    return {
      exactAccuracy: share(exact, count),
      accuracy: share(this.rightCells, this.cells),
      ruleAccuracy: share(legal, count),
      count,
      interval: wilsonInterval(exact, count),
    };
  }
}

export function accuracyOf(answers: readonly Answer[], isLegal: Judge): Accuracy {
  const tally = new Tally(isLegal);
  tally.add(answers);
  return tally.accuracy;
}
