/** Latency from an input to the next paint, measured by the browser (Event Timing) in steps of 8 ms. */
import type { Page } from 'playwright';
import type { LaunchedApp } from '../../e2e/launch-app';
import { median } from '../measure';
import { openView, withWindow, type BenchContext } from './bench-context';

const TIMES = 5;

type Action = readonly [name: string, act: (app: LaunchedApp) => Promise<unknown>];

const key =
  (name: string) =>
  ({ page }: LaunchedApp) =>
    page.keyboard.press(name);
const press =
  (name: string) =>
  ({ page }: LaunchedApp) =>
    page.getByRole('button', { name }).first().click();
const view = (name: string): Action => [`to ${name}`, (app) => openView(app, name)];

/** A plausible sequence of user actions. */
const actions: readonly Action[] = [
  view('Home'),
  view('Datasets'),
  ['next puzzle of the gallery', async ({ page }) => page.getByRole('listbox').press('ArrowRight')],
  view('Models'),
  view('Train'),
  view('Settings'),
  view('Solve'),
  ['next update', key('ArrowRight')],
  ['to the end', key('End')],
  ['next H cycle', key('Shift+ArrowLeft')],
  ['another puzzle', press('Random puzzle')],
  ['commands', key('Control+k')],
  ['close', key('Escape')],
];

interface Watched {
  inputs: number[];
}

const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const watched: Watched = { inputs: [] };
    Object.assign(window, { watched });
    // A keyup event changes nothing on the screen: its paint belongs to a later change.
    const answered = ({ name }: PerformanceEntry): boolean => name !== 'keyup';
    new PerformanceObserver((list) =>
      watched.inputs.push(
        ...list
          .getEntries()
          .filter(answered)
          .map(({ duration }) => duration),
      ),
    ).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });

/** Returns the longest latency of an action in ms; events are reported after their paint. */
async function longest({ page }: LaunchedApp, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate(() => void ((window as unknown as { watched: Watched }).watched.inputs = []));
  await act();
  await page.waitForTimeout(250);
  return page.evaluate(() => Math.max(8, ...(window as unknown as { watched: Watched }).watched.inputs));
}

export async function benchClicks(context: BenchContext): Promise<void> {
  await withWindow(context, async (app) => {
    await watch(app.page);
    const times = actions.map((): number[] => []);
    for (let i = 0; i < TIMES; i++)
      for (const [at, [, act]] of actions.entries()) times[at]?.push(await longest(app, () => act(app)));
    for (const [at, [name]] of actions.entries())
      console.log(
        `input to picture, ${name.padEnd(27)} median ${median(times[at] ?? [])
          .toFixed(0)
          .padStart(4)} ms, longest ${Math.max(...(times[at] ?? []))
          .toFixed(0)
          .padStart(4)} ms`,
      );
  });
}
