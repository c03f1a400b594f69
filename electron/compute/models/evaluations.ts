/** Evaluations the window asks for. */
import type { SessionOptions } from '../../../models/runtime/session';
import type { Accuracy, Input } from '../../contract/contract';
import { Job } from '../datasets/job';
import type { Progress } from '../datasets/job';
import type { DatasetLibrary } from '../datasets/library';
import { evaluateModel } from './evaluate-model';
import type { Library } from './library';

export interface EvaluationsOptions {
  readonly library: Library;
  readonly datasets: DatasetLibrary;
  readonly sessions: () => Promise<SessionOptions>;
  readonly onProgress: (job: string, progress: Progress) => void;
}

export class Evaluations {
  constructor(private readonly options: EvaluationsOptions) {}

  /** Puzzles are read as they are answered, so that it works on sets of any size. @throws as `evaluateModel`, and for what there is not */
  async measure(
    { model: id, dataset, split, limit, job: name }: Input<'evaluateModel'>,
    signal: AbortSignal,
  ): Promise<Accuracy> {
    const { library, datasets, sessions, onProgress } = this.options;
    const model = await library.read(id);
    const source = await datasets.open(dataset);
    const total = source.counts[split];
    if (total === undefined) throw new RangeError(`${dataset} has no ${split} puzzles`);
    const job = new Job((progress) => name !== undefined && onProgress(name, progress), signal);
    // A device that fails is no reason not to answer.
    const answering = { ...(await sessions()), onFallback: () => undefined };
    return evaluateModel(
      { model, kind: source.kind, puzzles: source.read(split), total, limit, dataset },
      answering,
      job,
    );
  }
}
