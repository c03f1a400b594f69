/** Every screen worth looking at, each with the way there from an open window. */
import { join } from 'node:path';
import type { LabApp } from '../e2e/lab-app';
import { wrongPuzzleFile } from '../e2e/lived-in';

export interface Scene {
  readonly name: string;
  /** In a lab that nobody has used yet, or in one with runs, sets and models. */
  readonly lab: 'fresh' | 'lived-in';
  readonly show: (lab: LabApp) => Promise<unknown>;
}

const room = (name: string) => async ({ page }: LabApp) => {
  await page.getByRole('button', { name, exact: true }).click();
  await page.locator('.skeleton').first().waitFor({ state: 'detached', timeout: 15_000 });
};
const press = (name: string | RegExp) => ({ page }: LabApp) => page.getByRole('button', { name }).first().click();
const key = (name: string) => ({ page }: LabApp) => page.keyboard.press(name);
const text = (words: string | RegExp, timeout = 20_000) => ({ page }: LabApp) => page.getByText(words).first().waitFor({ timeout });
const pause = (milliseconds: number) => ({ page }: LabApp) => page.waitForTimeout(milliseconds);

type Move = (lab: LabApp) => Promise<unknown>;

/** One move after the other. */
const way = (...moves: readonly Move[]) => async (lab: LabApp): Promise<void> => {
  for (const move of moves) await move(lab);
};

/** The next file dialog gives this file. */
const chooses = (file: (folder: string) => Promise<string> | string) => async ({ app, dataFolder }: LabApp) =>
  app.evaluate(({ dialog }, path) => void (dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })), await file(dataFolder));

const killCompute = ({ app }: LabApp) =>
  app.evaluate(({ app: electron }) =>
    electron.getAppMetrics().filter((it) => `${it.name} ${it.serviceName}`.includes('compute')).forEach(({ pid }) => process.kill(pid, 'SIGKILL')));

const empty: readonly Scene[] = [
  { name: 'home-empty', lab: 'fresh', show: way(room('Home'), pause(1500)) },
  { name: 'datasets-fresh', lab: 'fresh', show: room('Datasets') },
  { name: 'train-setup', lab: 'fresh', show: room('Train') },
  { name: 'solve-fresh', lab: 'fresh', show: room('Solve') },
  { name: 'models-fresh', lab: 'fresh', show: room('Models') },
  { name: 'settings', lab: 'fresh', show: room('Settings') },
  { name: 'palette', lab: 'fresh', show: way(room('Home'), key('Control+k')) },
  { name: 'shortcuts', lab: 'fresh', show: way(key('Escape'), room('Solve'), key('?')) },
];

const busy: readonly Scene[] = [
  { name: 'home', lab: 'lived-in', show: way(room('Home'), pause(2500)) },
  { name: 'datasets', lab: 'lived-in', show: way(room('Datasets'), press(/^Sunday Sudokus/u), pause(500), key('Tab')) },
  { name: 'augmentation', lab: 'lived-in', show: way(press('Augmentation'), text(/distinct variants/u)) },
  { name: 'generate', lab: 'lived-in', show: way(press('Augmentation'), press('Generate'), text(/^such puzzles take/u)) },
  { name: 'train-runs', lab: 'lived-in', show: room('Train') },
  { name: 'solve', lab: 'lived-in', show: way(room('Solve'), key('End')) },
  { name: 'models', lab: 'lived-in', show: room('Models') },
];

const failing: readonly Scene[] = [
  {
    name: 'datasets-refused-file', lab: 'lived-in',
    show: way(room('Datasets'), chooses(wrongPuzzleFile), press('Import file'), text(/homework\.csv, line/u)),
  },
  {
    name: 'models-refused-file', lab: 'lived-in',
    show: way(room('Models'), chooses((folder) => join(folder, 'homework.csv')), press(/^Import/u), pause(800)),
  },
  { name: 'compute-gone', lab: 'lived-in', show: way(room('Home'), killCompute, text(/computing process|Compute/iu), pause(300)) },
];

export const scenes: readonly Scene[] = [...empty, ...busy, ...failing];
