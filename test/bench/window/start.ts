import { median } from '../measure';
import { withWindow, type BenchContext } from './bench-context';

const STARTS = 5;

/** Times from the launch to the visible window, and from there to the first live solve. */
export async function benchStart(context: BenchContext): Promise<void> {
  const [visible, answered]: [number[], number[]] = [[], []];
  for (let i = 0; i < STARTS; i++)
    await withWindow(context, async ({ page, millisecondsToWindow }) => {
      const start = performance.now();
      await page.getByRole('region', { name: 'A model solving a puzzle' }).getByRole('grid').waitFor();
      visible.push(millisecondsToWindow);
      answered.push(performance.now() - start);
    });
  console.log(
    `start: window visible after ${median(visible).toFixed(0)} ms, first live solve ${median(answered).toFixed(0)} ms later (medians of ${STARTS})`,
  );
}
