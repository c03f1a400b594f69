/** Times a library of 2,000 runs and the metrics of 2,000,000 steps. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHistory } from '../../electron/compute/runs/metrics/read-history';
import { RunStore } from '../../electron/compute/runs/run-store';
import { writeLog, writeRuns } from '../long-runs';

const RUNS = 2000;
const STEPS = 2_000_000;

export async function benchLists(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trm-bench-'));
  try {
    await benchRunList(join(folder, 'runs'));
    await benchMetrics(join(folder, 'metrics.jsonl'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function benchRunList(folder: string): Promise<void> {
  await writeRuns(folder, RUNS);
  const store = new RunStore(folder);
  await report(`${RUNS} runs listed`, () => store.list());
  await report(`${RUNS} runs listed again`, () => store.list());
}

async function benchMetrics(file: string): Promise<void> {
  await writeLog(file, STEPS);
  console.log(`metrics of ${STEPS.toLocaleString('en')} steps, ${((await stat(file)).size / 1e6).toFixed(0)} MB:`);
  const read = (range: { readonly from?: number; readonly to?: number }) => () =>
    readHistory(file, { points: 4000, evaluations: 100, ...range });
  await report('  read for a chart', read({}));
  await report('  read again', read({}));
  await report('  range of 2,000 steps', read({ from: STEPS / 2, to: STEPS / 2 + 2000 }));
  await report('  half of the steps', read({ from: STEPS / 4, to: (3 * STEPS) / 4 }));
}

async function report(what: string, work: () => Promise<unknown>): Promise<void> {
  const [start, cpu, memory] = [performance.now(), process.cpuUsage(), process.memoryUsage().rss];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const milliseconds = (performance.now() - start).toFixed(0).padStart(5);
  const grown = ((process.memoryUsage().rss - memory) / 2 ** 20).toFixed(0);
  console.log(
    `${what.padEnd(26)} ${milliseconds} ms (CPU time ${((user + system) / 1000).toFixed(0)} ms), memory +${grown} MB`,
  );
}
