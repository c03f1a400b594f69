/** Measures how fast the compute process answers while it trains and evaluates at paper size, and how fast it stops. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createService } from '../../electron/compute/service';
import type { ComputeEvent, Handlers } from '../../electron/contract/contract';
import type { Measurements } from './history';

const SECONDS = 15;
/** Milliseconds between two requests. */
const INTERVAL = 20;
const signal = new AbortController().signal;

/** What was measured so far. */
type Recorder = Record<string, number>;

/** Prints and returns the latencies of requests, the longest stalls of the event loop, and the times to save, stop and skip. */
export async function benchResponsiveness(): Promise<Measurements> {
  const measurements: Recorder = {};
  const dataFolder = await mkdtemp(join(tmpdir(), 'trm-lab-bench-'));
  const events = new Events();
  const builtInModels = join(process.cwd(), 'models', 'pretrained');
  const service = createService({ dataFolder, builtInModels, emit: events.emit, checkpointEvery: 5 });
  try {
    await measureRun(service, events, measurements);
    return measurements;
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function measureRun(service: Handlers, events: Events, measurements: Recorder): Promise<void> {
  const request = { dataset: 'sudoku-6x6', preset: 'paper', seed: 1, maxSeconds: 600 };
  const { runId } = await timed('start', measurements, () => service.startRun(request, signal));
  await events.next('run/step');
  await report('training at paper size, with checkpoints', service, measurements);
  const stopped = performance.now();
  await service.stopRun({ runId }, signal);
  await events.next('run/checkpoint');
  print('Stop until the run is saved', stopped, measurements);
  await events.next('run/evaluating');
  await report('full evaluation at paper size', service, measurements);
  await skipEvaluation(service, events, runId, measurements);
  await timed('resume', measurements, () => service.resumeRun({ runId, maxSeconds: 1200 }, signal));
  await events.next('run/step');
  await service.stopRun({ runId }, signal);
  await events.next('run/evaluating');
  await skipEvaluation(service, events, runId, measurements);
}

async function skipEvaluation(service: Handlers, events: Events, runId: string, measurements: Recorder): Promise<void> {
  const skipped = performance.now();
  await service.stopRun({ runId }, signal);
  await events.next('run/stopped');
  print('Skip evaluation until the model is saved', skipped, measurements);
}

function print(name: string, start: number, measurements: Recorder): void {
  const milliseconds = performance.now() - start;
  console.log(`${name}: ${milliseconds.toFixed(0)} ms`);
  measurements[`${name}, ms`] = milliseconds;
}

/** Prints how long an action takes, and the longest stall of the event loop meanwhile. */
async function timed<T>(name: string, measurements: Recorder, act: () => T | Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const start = performance.now();
  delay.enable();
  const result = await act();
  delay.disable();
  print(name, start, measurements);
  console.log(`  event loop late by at most ${(delay.max / 1e6).toFixed(1)} ms`);
  measurements[`${name}, event loop late by at most, ms`] = delay.max / 1e6;
  return result;
}

/** Sends requests at fixed times; one that is sent late counts from its time, so that stalls are not left out. */
async function report(title: string, service: Handlers, measurements: Recorder): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const latencies: Promise<number>[] = [];
  const start = performance.now();
  delay.enable();
  while (performance.now() - start < SECONDS * 1000) {
    const due = start + INTERVAL * latencies.length;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    latencies.push(Promise.resolve(service.listRuns({}, signal)).then(() => performance.now() - due));
  }
  delay.disable();
  const sorted = (await Promise.all(latencies)).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  console.log(
    `${title}: ${sorted.length} requests, median ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, longest ${at(1).toFixed(1)} ms; event loop late by p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, at most ${(delay.max / 1e6).toFixed(1)} ms`,
  );
  measurements[`${title}, requests, p99, ms`] = at(0.99);
  measurements[`${title}, event loop late by at most, ms`] = delay.max / 1e6;
}

/** Events of the service; `next` waits for one that comes later. */
class Events {
  private readonly waiting: { readonly type: ComputeEvent['type']; resolve(): void }[] = [];

  emit = (event: ComputeEvent): void => {
    for (const each of this.waiting.splice(0)) {
      if (each.type === event.type) each.resolve();
      else this.waiting.push(each);
    }
  };

  next(type: ComputeEvent['type']): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ type, resolve }));
  }
}
