/** Frame rates while scrolling and while training. */
import type { Page } from 'playwright';
import { openUnchecked } from '../../electron/compute/service-client';
import type { LaunchedApp } from '../../e2e/launch-app';
import { openView, withWindow, type BenchContext } from './bench-context';

const SECONDS = 6;
const MILLION = 1_000_000;

interface Frames {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly longest: number;
}

/** Counts frames in the page, with an optional scroll before each. */
function frames(page: Page, move: 'scroll' | 'none'): Promise<Frames> {
  return page.evaluate(
    async ({ seconds, scrolls }) => {
      const list = scrolls ? document.querySelector('[role=listbox]') : null;
      const [start, times] = [performance.now(), [] as number[]];
      for (let last = start; last - start < seconds * 1000;) {
        // Seven rows per frame and an occasional jump, as with the scrollbar.
        if (list) list.scrollTop = times.length % 60 === 59 ? Math.random() * list.scrollHeight : list.scrollTop + 500;
        const now = await new Promise<number>(requestAnimationFrame);
        times.push(now - last);
        last = now;
      }
      return { perSecond: times.length / ((performance.now() - start) / 1000), longest: Math.max(...times) };
    },
    { seconds: SECONDS, scrolls: move === 'scroll' },
  );
}

const formatFrames = ({ perSecond, longest }: Frames): string =>
  `${perSecond.toFixed(1)} frames/s, longest frame ${longest.toFixed(0)} ms`;

const idle = async ({ page }: LaunchedApp): Promise<string> => formatFrames(await frames(page, 'none'));

export async function benchScrolling(context: BenchContext): Promise<void> {
  const service = await openUnchecked({ folder: context.dataFolder });
  await service.ask('generateDataset', {
    kind: 'maze-11',
    name: 'A million mazes',
    count: MILLION,
    heldOut: 0.001,
    seed: 1,
  });
  await withWindow(context, async (window) => {
    await openView(window, 'Datasets');
    await window.page.getByRole('button', { name: /^A million mazes/u }).click();
    await window.page.getByText(/^9\d\d,\d\d\d puzzles$/u).waitFor({ timeout: 120_000 });
    console.log(
      `scrolling ${MILLION.toLocaleString('en')} puzzles: ${formatFrames(await frames(window.page, 'scroll'))} (the same screen at rest: ${await idle(window)})`,
    );
  });
}

export async function benchTraining(context: BenchContext): Promise<void> {
  await withWindow(context, async (window) => {
    const atRest = await idle(window);
    await openView(window, 'Train');
    await window.page.getByRole('button', { name: 'Start training' }).click();
    await window.page.getByRole('img', { name: /^Loss/u }).waitFor();
    await window.page.waitForTimeout(8000);
    console.log(`during a run: ${await idle(window)} (Home at rest: ${atRest})`);
    await window.page.getByRole('button', { name: /^Stop/u }).click();
    await window.page.getByRole('button', { name: /^Stop|Saving/u }).waitFor({ state: 'detached' });
  });
}
