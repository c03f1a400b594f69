/** How good a model is on puzzles it has not learnt from: every example gets all its supervision steps. */
import type { TestBatch } from '../../datasets/batches';
import type { TrmConfig } from '../trm/config';
import type { ModelState } from '../trm/weights';
import { answerStepGraph } from './answer-step';
import { wilsonInterval } from './interval';
import type { SessionOptions } from './session';
import { Session } from './session';

/** The model's last answer to one puzzle. */
export interface Answer {
  readonly inputs: Uint8Array;
  readonly labels: Uint8Array;
  readonly answer: Uint8Array;
  /** Probability of each answered token, [S]. */
  readonly confidence: Float32Array;
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
  private constructor(private readonly session: Session, private readonly config: TrmConfig, readonly batchSize: number) {}

  static async create(config: TrmConfig, options: SessionOptions & { readonly batchSize: number }): Promise<Examiner> {
    const session = await Session.create(answerStepGraph(config, options.batchSize).graph, options);
    return new Examiner(session, config, options.batchSize);
  }

  /** Answers one batch; `count` rows of it are puzzles. */
  async answer(model: ModelState, batch: TestBatch): Promise<Answer[]> {
    const size = this.config.seqLen * this.batchSize * this.config.hiddenSize;
    let outputs: Record<string, Float32Array | Int32Array> = { next_zH: new Float32Array(size), next_zL: new Float32Array(size) };
    for (let step = 1; step <= this.config.haltMaxSteps; step++) {
      const reset = new Int32Array(this.batchSize).fill(+(step === 1));
      const { next_zH: zH, next_zL: zL } = outputs;
      outputs = await this.session.run({ ...model, zH, zL, reset, inputs: batch.inputs });
    }
    return Array.from({ length: batch.count }, (_, row) => this.row(batch, outputs, row));
  }

  private row(batch: TestBatch, outputs: Record<string, ArrayLike<number>>, row: number): Answer {
    const part = (values: ArrayLike<number>) =>
      Array.prototype.slice.call(values, row * this.config.seqLen, (row + 1) * this.config.seqLen) as number[];
    return {
      inputs: Uint8Array.from(part(batch.inputs)),
      labels: Uint8Array.from(part(batch.labels), (label) => Math.max(0, label)),
      answer: Uint8Array.from(part(outputs.answer)),
      confidence: Float32Array.from(part(outputs.confidence)),
    };
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

/** Counts right cells, right puzzles and legal answers. */
export function accuracyOf(answers: readonly Answer[], isLegal: Judge): Accuracy {
  let [cells, rightCells, exact, legal] = [0, 0, 0, 0];
  for (const { inputs, labels, answer } of answers) {
    const labelled = [...labels.keys()].filter((i) => labels[i] > 0);
    const right = labelled.filter((i) => labels[i] === answer[i]).length;
    cells += labelled.length;
    rightCells += right;
    exact += +(right === labelled.length);
    legal += +isLegal(inputs, answer);
  }
  const count = answers.length;
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return {
    exactAccuracy: share(exact, count), accuracy: share(rightCells, cells), ruleAccuracy: share(legal, count),
    count, interval: wilsonInterval(exact, count),
  };
}
