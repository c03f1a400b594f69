/** Times the list of 2,000 runs and the charts of 2,000,000 steps, from the click to what is drawn. */
import { join } from 'node:path';
import { writeLog, writeRuns } from '../../long-runs';
import { withWindow, type BenchContext } from './bench-context';

const RUNS = 2000;
const STEPS = 2_000_000;

export async function benchLists(context: BenchContext): Promise<void> {
  const runs = join(context.dataFolder, 'runs');
  await writeRuns(runs, RUNS);
  await writeLog(join(runs, `run-${RUNS}`, 'metrics.jsonl'), STEPS);
  await withWindow(context, async ({ page }) => {
    const navigation = page.getByRole('navigation', { name: 'Train' });
    const list = page.getByRole('list', { name: 'Runs' });
    const report = async (what: string, act: () => Promise<unknown>): Promise<void> => {
      const start = performance.now();
      await act();
      console.log(`${what.padEnd(34)} ${(performance.now() - start).toFixed(0).padStart(5)} ms`);
    };
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await navigation.getByRole('button', { name: /^Runs/u }).click();
    await list.getByRole('listitem').first().waitFor();
    await report('window reloaded to frame', async () => {
      await page.reload();
      await navigation.waitFor();
    });
    await report(`then to list of ${RUNS} runs`, () => list.getByRole('listitem').first().waitFor());
    console.log(`rows in the page: ${await list.getByRole('listitem').count()}`);
    await report('search', async () => {
      await page.getByRole('searchbox').fill('Run 1234');
      await list.getByRole('button', { name: /^Run 1234/u }).waitFor();
    });
    await page.getByRole('searchbox').fill('');
    await report(`run of ${STEPS.toLocaleString('en')} steps opened`, async () => {
      await list.getByRole('button', { name: new RegExp(`^Run ${RUNS} `, 'u') }).click();
      await page.getByRole('img', { name: /^Loss.*: /u }).waitFor();
    });
  });
}
