/** Trains a run in this process and reports it on the terminal or as JSON lines. */
import { accuracySchema } from '../../models/evaluate/accuracy';
import { writeModel } from '../../models/checkpoint/model-folder';
import type { DivergedError } from '../../models/train/divergence';
import type { Evaluation } from '../../models/train/metrics';
import type { MetricsLine } from '../compute/runs/metrics-log';
import { RunLoop, type OpenedRun, type ReportedEvent, type RunClient, type RunError } from '../compute/runs/run-loop';
import type { Trainer } from '../compute/runs/trainer';
import type { FreeBytes } from '../compute/storage/disk-usage';
import type { Alert } from '../contract/contract';
import { errorMessage } from '../contract/error-message';
import { formatPercent } from '../contract/format';
import { ProgressLine } from './output';

export interface ReportOptions {
  /** Name of the run on the command line. */
  readonly out: string;
  /** Folder of the saved model, and its name in the output. */
  readonly model: { readonly path: string; readonly name: string };
  readonly json?: true;
  /** Free space of the machine's disks by default. */
  readonly freeBytes?: FreeBytes;
}

/** Trains to the end, saves the model, and releases everything. @throws the error that made the run fail */
export async function trainAndReport(opened: OpenedRun, options: ReportOptions): Promise<void> {
  const { trainer } = opened;
  const { model, json, out, freeBytes } = options;
  const report = json ? new JsonReport() : new TerminalReport(trainer);
  let final: Evaluation | null = null;
  let diverged: DivergedError | null = null;
  const client: RunClient = {
    async saveModel(stored) {
      await writeModel(model.path, stored);
      // The final evaluation and saving count too: the run ends now.
      loop.change({ seconds: trainer.control.seconds });
      return model.name;
    },
    onEnd({ state }) {
      // The run has ended with the weights before the failure; it counts as failed.
      if (diverged && state !== 'failed')
        throw new Error(`${diverged.message} (--learning-rate); what was learnt before it is saved in ${model.name}`);
    },
    onEvent(event, lines) {
      if (event.type === 'evaluated') final = event.evaluation;
      report.show(event, lines);
    },
    onAlerts: (alerts) => alerts.forEach((alert) => report.alert(alert)),
    onError({ type, error }: RunError) {
      if (type === 'unsaved')
        throw new Error(
          `a checkpoint could not be written: ${errorMessage(error)}; those before it are whole: lab run resume ${out}`,
        );
      diverged = error;
      trainer.control.stop();
    },
  };
  const loop = new RunLoop(opened, client, { ...(freeBytes && { freeBytes }) });
  await loop.train();
  if (final) (json ? printJsonResult : printTextResult)(final, model.name);
}

const printJson = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

class JsonReport {
  show(_event: ReportedEvent, lines: readonly MetricsLine[]): void {
    for (const line of lines) if (line.type !== 'sample') printJson(line);
  }

  alert(alert: Alert): void {
    printJson({ type: 'alert', ...alert });
  }
}

function printJsonResult(last: Evaluation, out: string): void {
  const { step, seconds } = last;
  printJson({ type: 'finished', step, seconds, metrics: accuracySchema.parse(last), model: out });
}

function printTextResult({ exactAccuracy, interval, count }: Evaluation, out: string): void {
  process.stdout.write(
    `held-out exact accuracy ${formatPercent(exactAccuracy)} %, 95 % interval ${formatPercent(interval[0])} % to ${formatPercent(interval[1])} %, n ${count}\nmodel saved in ${out}\n`,
  );
}

class TerminalReport {
  private readonly line = new ProgressLine();

  constructor(private readonly trainer: Trainer) {
    const {
      dataset,
      preset: { name },
    } = trainer.plan;
    const from = trainer.updates > 0 ? `, from step ${trainer.updates} on` : '';
    const classes = dataset.testClasses === null ? '' : `, ${dataset.testClasses} symmetry classes held out`;
    this.line.print(`${name} on ${dataset.spec.name}: ${dataset.train.length} puzzles to learn from${classes}${from}`);
  }

  show(event: ReportedEvent): void {
    if (event.type === 'evaluated') return this.showEvaluation(event.evaluation);
    const { maxSteps, maxSeconds, batchSize } = this.trainer.config;
    const { step, seconds, lmLoss } = event.metrics;
    const share = Math.max(step / maxSteps, seconds / maxSeconds);
    const pace = `${Math.round((step * batchSize) / seconds)} samples/s`;
    const left = `${Math.max(0, Math.round((seconds * (1 - share)) / share))} s left`;
    this.line.show(share, `step ${step} · loss ${lmLoss.toFixed(3)} · ${pace} · ${left}`);
  }

  alert({ step, sentence }: Alert): void {
    this.line.print(`step ${step}: ${sentence}`);
  }

  private showEvaluation({ step, seconds, exactAccuracy, count, isFinal }: Evaluation): void {
    this.line.print(
      `${seconds.toFixed(0).padStart(5)} s  step ${String(step).padStart(5)}  held-out exact ${formatPercent(exactAccuracy)} % (n ${count})`,
    );
    if (isFinal) this.line.clear();
  }
}
