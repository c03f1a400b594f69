/** What an hour of use leaves behind in the window: each round is a minute's worth of a busy person. */
import type { CDPSession } from 'playwright';
import type { LaunchedApp } from '../../e2e/launch-app';
import { openView, withWindow, type BenchContext } from './bench-context';

interface Held {
  readonly megabytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** After everything that can be let go was let go. */
async function held(session: CDPSession): Promise<Held> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  return { megabytes: usedSize / 2 ** 20, nodes, listeners: jsEventListeners };
}

const words = ({ megabytes, nodes, listeners }: Held): string =>
  `${megabytes.toFixed(1)} MB, ${nodes} nodes, ${listeners} listeners`;

/** A visit to every view, with some work in each. */
async function round(lab: LaunchedApp): Promise<void> {
  const { page } = lab;
  const keys = async (...names: string[]) => {
    for (const name of names) await page.keyboard.press(name);
  };
  await openView(lab, 'Datasets');
  await page.getByRole('listbox').focus();
  await keys('ArrowRight', 'ArrowDown', 'PageDown', 'Home');
  await openView(lab, 'Train');
  await openView(lab, 'Models');
  await openView(lab, 'Settings');
  await keys('Control+k');
  await page.keyboard.type('sudoku');
  await keys('Escape');
  await openView(lab, 'Solve');
  await page.getByRole('button', { name: 'Random puzzle' }).click();
  await page.getByRole('slider', { name: 'Point in the solve' }).waitFor();
  await keys('Home', 'ArrowRight', 'Shift+ArrowRight', 'Alt+ArrowRight', 'End');
  await openView(lab, 'Home');
  await page.waitForTimeout(500);
}

export async function benchMemory(context: BenchContext): Promise<void> {
  await withWindow(context, async (lab) => {
    const session = await lab.page.context().newCDPSession(lab.page);
    // What is read once and kept is not a leak.
    for (let i = 0; i < 3; i++) await round(lab);
    console.log(`memory: ${words(await held(session))} after three rounds`);
    for (let i = 1; i <= context.rounds; i++) {
      await round(lab);
      if (i % Math.ceil(context.rounds / 4) === 0) console.log(`memory: ${words(await held(session))} after ${i} more`);
    }
  });
}
