import { median } from '../measure';
import { withWindow, type BenchContext } from './bench-context';

const STARTS = 5;

/** From the launch to the visible window, and from there to the first answered puzzle. */
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
    `start: window visible after ${median(visible).toFixed(0)} ms, a puzzle being answered ${median(answered).toFixed(0)} ms later (medians of ${STARTS})`,
  );
}
