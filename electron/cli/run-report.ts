/** Trains a run in this process and reports it on the terminal or as JSON lines. */
import { formatEnglish } from '../../renderer/messages/english';
import { accuracySchema } from '../../models/evaluate/accuracy';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { writeModel } from '../../models/checkpoint/model-folder';
import type { DivergedError } from '../../models/train/divergence';
import type { Evaluation } from '../../models/train/metrics';
import type { MetricsLine } from '../compute/runs/metrics/metrics-log';
import { RunPace } from '../compute/runs/progress-rate';
import { RunLoop, type OpenedRun, type ReportedEvent, type RunClient, type RunError } from '../compute/runs/run-loop';
import { getFullEvalSize } from '../compute/runs/run-plan';
import type { Trainer } from '../compute/runs/trainer';
import type { FreeBytes } from '../compute/storage/disk-usage';
import type { Alert, Run } from '../contract/contract';
import { errorMessage } from '../contract/error-message';
import { formatInteger, formatInterval, formatPercent } from '../contract/format';
import { formatByDifficulty, formatSampling } from './evaluation-report';
import { ProgressLine, printJson, printLines, printResult } from './output';

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
  const { json, model, freeBytes } = options;
  const client = new ReportingClient(opened, options);
  const loop = new RunLoop(opened, client, { ...(freeBytes && { freeBytes }) });
  client.onSaved = (seconds) => loop.change({ seconds });
  await loop.train();
  if (client.final) (json ? printJsonResult : printTextResult)(client.final, model.name);
  else if (getFullEvalSize(opened.trainer.plan) === 0) printUnscored(opened.trainer, { json, name: model.name });
}

/** Reports a run, and ends it at the first error. */
class ReportingClient implements RunClient {
  final: Evaluation | null = null;
  /** Called after the model has been saved, with the seconds of the run including the final evaluation and saving. */
  onSaved: (seconds: number) => void = () => undefined;
  private diverged: DivergedError | null = null;
  private readonly report: Report;

  constructor(
    private readonly opened: OpenedRun,
    private readonly options: ReportOptions,
  ) {
    this.report = options.json ? new JsonReport() : new TerminalReport(opened.trainer);
  }

  async saveModel(stored: StoredModel): Promise<string> {
    const { model } = this.options;
    await writeModel(model.path, stored);
    this.onSaved(this.opened.trainer.control.seconds);
    return model.name;
  }

  /** @throws Error for a run that diverged: it has ended with the weights before the failure, and counts as failed */
  onEnd({ state }: Run): void {
    if (this.diverged && state !== 'failed')
      throw new Error(
        `${this.diverged.message} (--learning-rate). The model before it is saved in ${this.options.model.name}.`,
      );
  }

  onEvent(event: ReportedEvent, lines: readonly MetricsLine[]): void {
    if (event.type === 'evaluated') this.final = event.evaluation;
    this.report.show(event, lines);
  }

  onEvaluating(done: number, total: number): void {
    this.report.evaluating?.(done, total);
  }

  onAlerts(alerts: readonly Alert[]): void {
    for (const alert of alerts) this.report.alert(alert);
  }

  onError({ type, error }: RunError): void {
    if (type !== 'diverged')
      throw new Error(
        `Could not write ${type === 'unsaved' ? 'a checkpoint' : 'metrics'}: ${errorMessage(error)}. Earlier checkpoints are intact; resume with: run resume ${this.options.out}`,
      );
    this.diverged = error;
    this.opened.trainer.control.stop();
  }
}

interface Report {
  show(event: ReportedEvent, lines: readonly MetricsLine[]): void;
  /** Progress of the full evaluation, in puzzles. */
  evaluating?(done: number, total: number): void;
  alert(alert: Alert): void;
}

class JsonReport implements Report {
  show(_event: ReportedEvent, lines: readonly MetricsLine[]): void {
    for (const line of lines) if (line.type !== 'sample') printJson(line);
  }

  alert({ kind, step, text }: Alert): void {
    printJson({ type: 'alert', kind, step, sentence: formatEnglish(text) });
  }
}

function printJsonResult(last: Evaluation, out: string): void {
  const { step, seconds } = last;
  printJson({ type: 'finished', step, seconds, metrics: accuracySchema.parse(last), model: out });
}

/** The result of a run whose test set has no known answer. */
function printUnscored(
  { updates: step, control: { seconds } }: Trainer,
  { json, name }: { readonly json: true | undefined; readonly name: string },
): void {
  printResult(json, { type: 'finished', step, seconds, metrics: null, model: name }, [
    'No test accuracy: no answer of the test set is known',
    `Model saved in ${name}`,
  ]);
}

function printTextResult(evaluation: Evaluation, out: string): void {
  const { exactAccuracy, interval, count } = evaluation;
  const lines = [
    `Test accuracy ${formatPercent(exactAccuracy)} % (95 % CI ${formatInterval(interval)} %, n = ${formatInteger(count)})`,
    ...formatSampling(evaluation),
    ...formatByDifficulty(evaluation),
    `Model saved in ${out}`,
  ];
  printLines(lines);
}

class TerminalReport implements Report {
  private readonly line = new ProgressLine();
  private readonly pace = new RunPace();

  constructor(private readonly trainer: Trainer) {
    const {
      dataset,
      preset: { name },
    } = trainer.plan;
    const from = trainer.updates > 0 ? `, resuming from step ${trainer.updates}` : '';
    const classes = dataset.testClasses === null ? '' : `, ${dataset.testClasses} test symmetry classes`;
    this.line.print(
      `${formatEnglish(name)} on ${formatEnglish(dataset.spec.name)}: ${dataset.train.length} training puzzles${classes}${from}`,
    );
  }

  show(event: ReportedEvent): void {
    if (event.type === 'evaluated') return this.showEvaluation(event.evaluation);
    const { maxSteps, maxSeconds } = this.trainer.config;
    const { step, seconds, lmLoss } = event.metrics;
    this.pace.add(event.metrics);
    const speed = this.pace.samplesPerSecond;
    const left = this.pace.secondsLeft({ step, seconds, maxSteps, maxSeconds, ...this.trainer.flops });
    const facts = [
      `step ${step}`,
      `loss ${lmLoss.toFixed(3)}`,
      // Unknown after a single step.
      ...(left === null || speed === null ? [] : [`${Math.round(speed)} samples/s`]),
      ...(left === null ? [] : [`${Math.round(left)} s left`]),
    ];
    this.line.show(Math.max(step / maxSteps, seconds / maxSeconds), facts.join(' · '));
  }

  evaluating(done: number, total: number): void {
    this.line.show(done / total, `evaluating: ${formatInteger(done)} of ${formatInteger(total)} puzzles`);
  }

  alert({ step, text }: Alert): void {
    this.line.print(`step ${step}: ${formatEnglish(text)}`);
  }

  private showEvaluation({ step, seconds, exactAccuracy, count, isFinal }: Evaluation): void {
    this.line.print(
      `${seconds.toFixed(0).padStart(5)} s  step ${String(step).padStart(5)}  test accuracy ${formatPercent(exactAccuracy)} % (n = ${count})`,
    );
    if (isFinal) this.line.clear();
  }
}
