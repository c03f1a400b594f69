/** What an hour of use leaves behind in the window: each round is a minute's worth of a busy person. */
import type { CDPSession } from 'playwright';
import type { LabApp } from '../../e2e/lab-app';
import { enter, inWindow, type Place } from './place';

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

/** A visit to every room, with some work in each. */
async function round(lab: LabApp): Promise<void> {
  const { page } = lab;
  const keys = async (...names: string[]) => {
    for (const name of names) await page.keyboard.press(name);
  };
  await enter(lab, 'Datasets');
  await page.getByRole('listbox').focus();
  await keys('ArrowRight', 'ArrowDown', 'PageDown', 'Home');
  await enter(lab, 'Train');
  await enter(lab, 'Models');
  await enter(lab, 'Settings');
  await keys('Control+k');
  await page.keyboard.type('sudoku');
  await keys('Escape');
  await enter(lab, 'Solve');
  await page.getByRole('button', { name: 'Random puzzle' }).click();
  await page.getByRole('slider', { name: 'Point in the solve' }).waitFor();
  await keys('Home', 'ArrowRight', 'Shift+ArrowRight', 'Alt+ArrowRight', 'End');
  await enter(lab, 'Home');
  await page.waitForTimeout(500);
}

export async function benchMemory(place: Place): Promise<void> {
  await inWindow(place, async (lab) => {
    const session = await lab.page.context().newCDPSession(lab.page);
    // What is read once and kept is not a leak.
    for (let i = 0; i < 3; i++) await round(lab);
    console.log(`memory: ${words(await held(session))} after three rounds`);
    for (let i = 1; i <= place.rounds; i++) {
      await round(lab);
      if (i % Math.ceil(place.rounds / 4) === 0) console.log(`memory: ${words(await held(session))} after ${i} more`);
    }
  });
}
