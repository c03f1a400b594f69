/** The curves of 100,000 steps in the real window: whole with their spike, smooth while one zooms and points, every step where one looks closely. */
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

/** A step and a look as they stand on the disk. */
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

/** As it would lie on the disk: the record of a training that was made here, and what so many steps leave. */
function writeLong(): void {
  const runs = join(lab.dataFolder, 'runs');
  const source = readdirSync(runs).find((name) => name.startsWith('sudoku-4x4')) ?? '';
  const record = JSON.parse(readFileSync(join(runs, source, 'run.json'), 'utf8')) as { run: object };
  mkdirSync(join(runs, 'long'));
  const lines = Array.from({ length: steps }, (_, index) => [
    line(index + 1),
    ...((index + 1) % 500 === 0 ? [look(index + 1)] : []),
  ]).flat();
  writeFileSync(join(runs, 'long', 'metrics.jsonl'), `${lines.join('\n')}\n`);
  writeFileSync(
    join(runs, 'long', 'run.json'),
    JSON.stringify({ ...record, run: { ...record.run, runId: 'long', name: 'Long', step: steps, seconds: steps / 7 } }),
  );
}

interface Frames {
  readonly longest: number;
  readonly median: number;
  readonly frames: number;
}

/** What the page is asked for, one thing after the other: keys, or places on a chart, as shares of its width. */
type Doing = { readonly keys: readonly string[] } | { readonly points: readonly number[] };

/** The longest and the median frame meanwhile, in milliseconds. */
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

/** What the page holds once what it let go of is taken away. */
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

test('a training is made whose record the long one takes', async () => {
  const { page } = lab;
  await page.getByRole('radio', { name: 'Other' }).check();
  await page.getByRole('spinbutton', { name: 'Seconds to train' }).fill('1');
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByRole('button', { name: 'Watch it solve' }).waitFor({ timeout: 60_000 });
  writeLong();
  await page.reload();
});

test('it opens with its last look, and its spike is drawn', async () => {
  const { page } = lab;
  await part(/^Trainings/u).click();
  const start = performance.now();
  await page.getByRole('list', { name: 'Runs' }).getByRole('button', { name: /^Long/u }).click();
  await chart(/^Exact accuracy by step; on held-out puzzles 100.0 %/u).waitFor();
  console.info(`100,000 steps: opened in ${(performance.now() - start).toFixed(0)} ms`);
  await page.getByRole('button', { name: /^More charts/u }).click();
  await lab.screenshot('train-long');
});

test('zooming and pointing stay smooth', async () => {
  const zoom = await framesDuring({
    keys: [...Array.from({ length: 10 }, () => '+'), ...Array.from({ length: 5 }, () => 'ArrowRight'), 'Escape'],
  });
  const pointing = await framesDuring({ points: Array.from({ length: 60 }, (_, index) => index / 60) });
  const heap = await heapMegabytes();
  console.info(`100,000 steps: zooming ${told(zoom)}; pointing ${told(pointing)}; heap ${heap.toFixed(0)} MB`);
  expect(zoom.median).toBeLessThan(40);
  expect(pointing.median).toBeLessThan(40);
  expect(heap).toBeLessThan(150);
});

test('where one looks closely every step is there, also those that the whole leaves out', async () => {
  // The middle of the whole is step 50,000: eight times closer, some 400 steps are in sight, of which the whole has a few.
  await framesDuring({ keys: Array.from({ length: 8 }, () => '+') });
  await lab.page.getByText('steps 49,805–50,195', { exact: true }).waitFor();
  await expect
    .poll(async () => (await stepsPointedAt(100)).size, { timeout: 15_000, interval: 500 })
    .toBeGreaterThan(95);
  await lab.screenshot('train-long-zoomed');
});

/** The steps that are read out while the pointer goes over a chart in so many places. */
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

test('nothing on the way made the page complain', () => expect(lab.consoleErrors).toEqual([]));
