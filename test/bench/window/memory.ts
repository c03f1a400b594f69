/** Memory of the window after an hour of use: each round simulates a minute of a busy user. */
import type { CDPSession } from 'playwright';
import type { LaunchedApp } from '../../e2e/launch-app';
import { openView, withWindow, type BenchContext } from './bench-context';

interface Usage {
  readonly megabytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** Measures heap, DOM nodes and listeners after garbage collection. */
async function measureUsage(session: CDPSession): Promise<Usage> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  return { megabytes: usedSize / 2 ** 20, nodes, listeners: jsEventListeners };
}

const formatUsage = ({ megabytes, nodes, listeners }: Usage): string =>
  `${megabytes.toFixed(1)} MB, ${nodes} nodes, ${listeners} listeners`;

/** Visits every view and does some work in it. */
async function round(app: LaunchedApp): Promise<void> {
  const { page } = app;
  const keys = async (...names: string[]) => {
    for (const name of names) await page.keyboard.press(name);
  };
  await openView(app, 'Datasets');
  await page.getByRole('listbox').focus();
  await keys('ArrowRight', 'ArrowDown', 'PageDown', 'Home');
  await openView(app, 'Train');
  await openView(app, 'Models');
  await openView(app, 'Settings');
  await keys('Control+k');
  await page.keyboard.type('sudoku');
  await keys('Escape');
  await openView(app, 'Solve');
  await page.getByRole('button', { name: 'Random puzzle' }).click();
  await page.getByRole('slider', { name: 'Point in the solve' }).waitFor();
  await keys('Home', 'ArrowRight', 'Shift+ArrowRight', 'Alt+ArrowRight', 'End');
  await openView(app, 'Home');
  await page.waitForTimeout(500);
}

export async function benchMemory(context: BenchContext): Promise<void> {
  await withWindow(context, async (app) => {
    const session = await app.page.context().newCDPSession(app.page);
    // Data that is loaded once and cached is not a leak.
    for (let i = 0; i < 3; i++) await round(app);
    console.log(`memory: ${formatUsage(await measureUsage(session))} after three rounds`);
    for (let i = 1; i <= context.rounds; i++) {
      await round(app);
      if (i % Math.ceil(context.rounds / 4) === 0)
        console.log(`memory: ${formatUsage(await measureUsage(session))} after ${i} more`);
    }
  });
}
