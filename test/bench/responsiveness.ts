/** Measures how fast the compute process answers while it trains and evaluates at paper size, and how fast it stops. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createService } from '../../electron/compute/service';
import type { ComputeEvent, Handlers } from '../../electron/contract/contract';

const SECONDS = 15;
/** Milliseconds between two requests. */
const INTERVAL = 20;
const signal = new AbortController().signal;

/** Prints the latencies of requests, the longest stalls of the event loop, and the times to save, stop and skip. */
export async function benchResponsiveness(): Promise<void> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'trm-lab-bench-'));
  const events = new Events();
  const builtInModels = join(process.cwd(), 'models', 'pretrained');
  const service = createService({ dataFolder, builtInModels, emit: events.emit, checkpointEvery: 5 });
  try {
    await measureRun(service, events);
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function measureRun(service: Handlers, events: Events): Promise<void> {
  const request = { dataset: 'sudoku-6x6', preset: 'paper', seed: 1, maxSeconds: 600 };
  const { runId } = await timed('start', () => service.startRun(request, signal));
  await events.next('run/step');
  await report('training at paper size, with checkpoints', service);
  const stopped = performance.now();
  await service.stopRun({ runId }, signal);
  await events.next('run/checkpoint');
  console.log(`Stop until the run is saved: ${elapsed(stopped)}`);
  await events.next('run/evaluating');
  await report('full evaluation at paper size', service);
  await skipEvaluation(service, events, runId);
  await timed('resume', () => service.resumeRun({ runId, maxSeconds: 1200 }, signal));
  await events.next('run/step');
  await service.stopRun({ runId }, signal);
  await events.next('run/evaluating');
  await skipEvaluation(service, events, runId);
}

async function skipEvaluation(service: Handlers, events: Events, runId: string): Promise<void> {
  const skipped = performance.now();
  await service.stopRun({ runId }, signal);
  await events.next('run/stopped');
  console.log(`Skip evaluation until the model is saved: ${elapsed(skipped)}`);
}

/** Prints how long an action takes, and the longest stall of the event loop meanwhile. */
async function timed<T>(name: string, act: () => T | Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const start = performance.now();
  delay.enable();
  const result = await act();
  delay.disable();
  console.log(`${name}: ${elapsed(start)}, event loop late by at most ${(delay.max / 1e6).toFixed(1)} ms`);
  return result;
}

const elapsed = (start: number): string => `${(performance.now() - start).toFixed(0)} ms`;

/** Sends requests at fixed times; one that is sent late counts from its time, so that stalls are not left out. */
async function report(title: string, service: Handlers): Promise<void> {
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
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(1);
  console.log(
    `${title}: ${sorted.length} requests, median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms; event loop late by p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, at most ${(delay.max / 1e6).toFixed(1)} ms`,
  );
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
