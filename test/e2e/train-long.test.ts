/** Curves of 100,000 steps in the real window: complete with their spike, smooth while zooming and hovering, every step when zoomed in. */
import { parseWithChecksum, stringifyWithChecksum } from '../../datasets/formats/json-checksum';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchApp, type LaunchedApp } from './launch-app';

const steps = 100_000;
const spikeAt = 54_321;

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp();
  await lab.page.getByRole('button', { name: 'Train', exact: true }).click();
}, 60_000);
afterAll(() => lab?.close());

const part = (name: RegExp) => lab.page.getByRole('navigation', { name: 'Train' }).getByRole('button', { name });
const chart = (name: RegExp) => lab.page.getByRole('img', { name });

/** Returns the line of a step in metrics.jsonl. */
function line(step: number): string {
  const noise = (Math.abs(Math.sin(step * 12.9898)) * 43758.5453) % 1;
  const lmLoss = step === spikeAt ? 9 : 2 * Math.exp(-step / 2e4) * (0.8 + 0.4 * noise) + 0.01;
  const exactAccuracy = (step / steps) * (0.9 + noise / 10);
  return JSON.stringify({
    type: 'step',
    step,
    seconds: step / 7,
    lmLoss,
    qHaltLoss: lmLoss / 10,
    accuracy: 1 - lmLoss / 10,
    exactAccuracy,
    steps: 8 - (5 * step) / steps,
    learningRate: 1e-4,
    gradientNorm: lmLoss + noise,
  });
}

function look(step: number): string {
  const exactAccuracy = step / steps;
  const interval = [exactAccuracy - 0.05, exactAccuracy + 0.05].map((share) => Math.min(1, Math.max(0, share)));
  return JSON.stringify({
    type: 'evaluated',
    step,
    seconds: step / 7,
    exactAccuracy,
    accuracy: 0.9,
    ruleAccuracy: exactAccuracy,
    count: 128,
    interval,
    isFinal: false,
  });
}

/** Writes a run with 100,000 steps to the disk, based on the record of an existing run. */
function writeLong(): void {
  const runs = join(lab.dataFolder, 'runs');
  const source = readdirSync(runs).find((name) => name.startsWith('sudoku-4x4')) ?? '';
  const { value } = parseWithChecksum(readFileSync(join(runs, source, 'run.json'), 'utf8'));
  const record = value as { readonly run: object };
  mkdirSync(join(runs, 'long'));
  const lines = Array.from({ length: steps }, (_, index) => [
    line(index + 1),
    ...((index + 1) % 500 === 0 ? [look(index + 1)] : []),
  ]).flat();
  writeFileSync(join(runs, 'long', 'metrics.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(
    join(runs, 'long', 'run.json'),
    stringifyWithChecksum({
      ...record,
      run: { ...record.run, runId: 'long', name: 'Long', step: steps, seconds: steps / 7 },
    }),
  );
}

interface Frames {
  readonly longest: number;
  readonly median: number;
  readonly frames: number;
}

/** Actions in the page: key presses, or pointer positions on a chart as fractions of its width. */
type Doing = { readonly keys: readonly string[] } | { readonly points: readonly number[] };

/** Returns the longest and the median frame during the actions, in milliseconds. */
const framesDuring = (doing: Doing): Promise<Frames> =>
  lab.page.evaluate(async (asked) => {
    const lengths: number[] = [];
    let [isOn, before] = [true, performance.now()];
    const follow = (now: number): void => {
      lengths.push(now - before);
      before = now;
      if (isOn) requestAnimationFrame(follow);
    };
    const frame = () => new Promise(requestAnimationFrame);
    before = (await frame()) as number;
    requestAnimationFrame(follow);
    const over = document.querySelector('.u-over');
    const box = over?.getBoundingClientRect();
    for (const key of 'keys' in asked ? asked.keys : []) {
      dispatchEvent(new KeyboardEvent('keydown', { key }));
      for (let wait = 0; wait < 6; wait++) await frame();
    }
    for (const share of 'points' in asked ? asked.points : []) {
      over?.dispatchEvent(
        new MouseEvent('mousemove', {
          bubbles: true,
          clientX: (box?.left ?? 0) + (box?.width ?? 0) * share,
          clientY: (box?.top ?? 0) + 40,
        }),
      );
      await frame();
    }
    isOn = false;
    const sorted = lengths.slice(1).sort((one, other) => one - other);
    return { longest: sorted.at(-1) ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, frames: sorted.length };
  }, doing);

/** Returns the heap size of the page after garbage collection, in MiB. */
async function heapMegabytes(): Promise<number> {
  const session = await lab.page.context().newCDPSession(lab.page);
  await session.send('Performance.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN) / 2 ** 20;
}

const told = ({ longest, median, frames }: Frames) =>
  `${frames} frames, median ${median.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`;

test('trains a short run as the source of the record', async () => {
  const { page } = lab;
  await page.getByRole('radio', { name: 'Other' }).check();
  await page.getByRole('spinbutton', { name: 'Training time in seconds' }).fill('1');
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByRole('button', { name: 'Open in Solve' }).waitFor({ timeout: 60_000 });
  writeLong();
  await page.reload();
});

test('opens the long run with its last evaluation', async () => {
  const { page } = lab;
  await part(/^Runs/u).click();
  const start = performance.now();
  await page.getByRole('list', { name: 'Runs' }).getByRole('button', { name: /^Long/u }).click();
  await chart(/^Exact accuracy by step; test set: 100.0 %/u).waitFor();
  console.info(`100,000 steps: opened in ${(performance.now() - start).toFixed(0)} ms`);
  await page.getByRole('button', { name: /^More charts/u }).click();
  await lab.screenshot('train-long');
});

test('zooming and hovering stay smooth', async () => {
  const zoom = await framesDuring({
    keys: [...Array.from({ length: 10 }, () => '+'), ...Array.from({ length: 5 }, () => 'ArrowRight'), 'Escape'],
  });
  const pointing = await framesDuring({ points: Array.from({ length: 60 }, (_, index) => index / 60) });
  const heap = await heapMegabytes();
  console.info(`100,000 steps: zooming ${told(zoom)}; pointing ${told(pointing)}; heap ${heap.toFixed(0)} MB`);
  // Usually 17 ms; a busy computer may be slow.
  expect(zoom.median).toBeLessThan(100);
  expect(pointing.median).toBeLessThan(100);
  expect(heap).toBeLessThan(150);
});

test('a zoomed chart shows every step, including those omitted in the overview', async () => {
  // The centre of the overview is step 50,000: after eight zooms about 400 steps are visible; the overview has only a few of them.
  await framesDuring({ keys: Array.from({ length: 8 }, () => '+') });
  await lab.page.getByText('steps 49,805–50,195', { exact: true }).waitFor();
  await expect
    .poll(async () => (await stepsPointedAt(100)).size, { timeout: 15_000, interval: 500 })
    .toBeGreaterThan(95);
  await lab.screenshot('train-long-zoomed');
});

/** Returns the steps shown in the readout while the pointer moves over this number of positions on a chart. */
async function stepsPointedAt(places: number): Promise<ReadonlySet<string>> {
  const told = await lab.page.evaluate(async (count) => {
    const over = document.querySelector('.u-over');
    const box = over?.getBoundingClientRect();
    const seen: string[] = [];
    for (let place = 0; place < count; place++) {
      over?.dispatchEvent(
        new MouseEvent('mousemove', {
          bubbles: true,
          clientX: (box?.left ?? 0) + ((box?.width ?? 0) * place) / count,
          clientY: (box?.top ?? 0) + 40,
        }),
      );
      await new Promise(requestAnimationFrame);
      seen.push(document.querySelector('.readout .muted')?.textContent ?? '');
    }
    return seen;
  }, places);
  return new Set(told.filter((text) => /^step [\d,]+$/u.test(text)));
}

test('the page has no console errors', () => expect(lab.consoleErrors).toEqual([]));
