/** A run that trains in this process, told line by line; the same for a new one and one that goes on. */
import { accuracySchema } from '../../models/evaluate/accuracy';
import { writeModel } from '../../models/checkpoint/model-folder';
import type { DivergedError } from '../../models/train/divergence';
import type { TrainingEvent } from '../../models/train/train';
import type { Evaluation } from '../../models/train/metrics';
import type { Alert, Run } from '../contract/contract';
import { failureOf } from '../contract/error-message';
import type { FreeBytes } from '../compute/storage/disk-usage';
import type { OpenedRun } from '../compute/runs/active-run';
import type { MetricsLine } from '../compute/runs/metrics-log';
import { Recorder } from '../compute/runs/recorder';
import { RunAlerts, appendAlerts } from '../compute/runs/alerts';
import type { TrainingRun } from '../compute/runs/training-run';
import { ProgressLine } from './output';
import { formatPercent } from '../contract/format';

export interface Telling {
  /** The run as it was named. */
  readonly out: string;
  /** Where its model is saved, and what that is called. */
  readonly model: { readonly path: string; readonly name: string };
  readonly json?: true;
  /** Of the machine when absent. */
  readonly freeBytes?: FreeBytes;
}

/** Trains to the end, saves the model, and lets go of everything. @throws what ended it before */
export async function drive(opened: OpenedRun, telling: Telling): Promise<void> {
  const {
    training,
    folder,
    record: { setup },
    standing,
  } = opened;
  let {
    record: { run },
  } = opened;
  const write = (change: Partial<Run>) => folder.write({ ...opened.record, run: (run = { ...run, ...change }) });
  try {
    const recorder = new Recorder({ training, folder, policy: setup.policy, ...(standing && { standing }) });
    const ending = await follow(recorder, {
      training,
      telling,
      alerts: new RunAlerts({
        training,
        folder,
        ...(standing && { standing }),
        ...(telling.freeBytes && { freeBytes: telling.freeBytes }),
      }),
      onCheckpoint: (seconds) => write({ step: training.updates, seconds, best: recorder.best }),
      // What cannot be written now comes with the next checkpoint: the disk may be what it is about.
      onAlerts: (fresh) => write({ alerts: appendAlerts(run.alerts, fresh) }).catch(() => undefined),
    });
    await writeModel(telling.model.path, training.model(ending.last));
    const { isStopped, seconds } = training.control;
    await write({
      state: isStopped ? 'stopped' : 'finished',
      step: training.updates,
      seconds,
      best: recorder.best,
      accuracy: ending.last && accuracySchema.parse(ending.last),
      model: telling.model.name,
    });
    end(ending, telling);
  } catch (error) {
    await write({ state: 'failed', failure: failureOf(error) }).catch(() => undefined);
    throw error;
  } finally {
    await training.release();
    await opened.release();
  }
}

interface Ending {
  readonly last: Evaluation | null;
  readonly diverged: DivergedError | null;
}

interface Following {
  readonly training: TrainingRun;
  readonly telling: Telling;
  readonly alerts: RunAlerts;
  readonly onCheckpoint: (seconds: number) => Promise<void>;
  readonly onAlerts: (fresh: readonly Alert[]) => Promise<void>;
}

async function follow(
  recorder: Recorder,
  { training, telling, alerts, onCheckpoint, onAlerts }: Following,
): Promise<Ending> {
  const report = telling.json ? new JsonReport() : new TerminalReport(training);
  let last: Evaluation | null = null;
  let diverged: DivergedError | null = null;
  for await (const recorded of recorder.record()) {
    if (recorded.type === 'unsaved')
      throw new Error(
        `a checkpoint could not be written: ${failureOf(recorded.reason)}; those before it are whole: lab run resume ${telling.out}`,
      );
    if (recorded.type === 'checkpoint') await onCheckpoint(training.control.seconds);
    else if (recorded.event.type === 'diverged') {
      // There is nobody to ask: the run ends with what it had learnt before.
      diverged = recorded.event.error;
      training.control.stop();
    } else {
      report.show(recorded.event, recorded.lines);
      if (recorded.event.type === 'evaluated') last = recorded.event.evaluation;
    }
    const fresh = await alerts.observe(recorded);
    for (const alert of fresh) report.alert(alert);
    if (fresh.length > 0) await onAlerts(fresh);
  }
  return { last, diverged };
}

/** @throws Error for a run whose numbers left the range */
function end({ last, diverged }: Ending, { model: { name }, json }: Telling): void {
  if (diverged) throw new Error(`${diverged.message} (--learning-rate); what was learnt before it is saved in ${name}`);
  if (last) (json ? finishJson : finishWords)(last, name);
}

type Reported = Exclude<TrainingEvent, { type: 'diverged' }>;

const print = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

class JsonReport {
  show(_event: Reported, lines: readonly MetricsLine[]): void {
    for (const line of lines) if (line.type !== 'sample') print(line);
  }

  alert(alert: Alert): void {
    print({ type: 'alert', ...alert });
  }
}

function finishJson(last: Evaluation, out: string): void {
  const { step, seconds } = last;
  print({ type: 'finished', step, seconds, metrics: accuracySchema.parse(last), model: out });
}

function finishWords({ exactAccuracy, interval, count }: Evaluation, out: string): void {
  process.stdout.write(
    `held-out exact accuracy ${formatPercent(exactAccuracy)} %, 95 % interval ${formatPercent(interval[0])} % to ${formatPercent(interval[1])} %, n ${count}\nmodel saved in ${out}\n`,
  );
}

class TerminalReport {
  private readonly line = new ProgressLine();

  constructor(private readonly run: TrainingRun) {
    const {
      dataset,
      preset: { name },
    } = run.plan;
    const from = run.updates > 0 ? `, from step ${run.updates} on` : '';
    const classes = dataset.testClasses === null ? '' : `, ${dataset.testClasses} symmetry classes held out`;
    this.line.say(`${name} on ${dataset.spec.name}: ${dataset.train.length} puzzles to learn from${classes}${from}`);
  }

  show(event: Reported): void {
    if (event.type === 'evaluated') return this.showEvaluation(event.evaluation);
    const { maxSteps, maxSeconds, batchSize } = this.run.config;
    const { step, seconds, lmLoss } = event.metrics;
    const share = Math.max(step / maxSteps, seconds / maxSeconds);
    const pace = `${Math.round((step * batchSize) / seconds)} samples/s`;
    const left = `${Math.max(0, Math.round((seconds * (1 - share)) / share))} s left`;
    this.line.show(share, `step ${step} · loss ${lmLoss.toFixed(3)} · ${pace} · ${left}`);
  }

  alert({ step, sentence }: Alert): void {
    this.line.say(`step ${step}: ${sentence}`);
  }

  private showEvaluation({ step, seconds, exactAccuracy, count, isFinal }: Evaluation): void {
    this.line.say(
      `${seconds.toFixed(0).padStart(5)} s  step ${String(step).padStart(5)}  held-out exact ${formatPercent(exactAccuracy)} % (n ${count})`,
    );
    if (isFinal) this.line.clear();
  }
}
