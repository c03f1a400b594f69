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

const room =
  (name: string) =>
  async ({ page }: LabApp) => {
    await page.getByRole('button', { name, exact: true }).click();
    await page.locator('.skeleton').first().waitFor({ state: 'detached', timeout: 15_000 });
  };
const press =
  (name: string | RegExp) =>
  ({ page }: LabApp) =>
    page.getByRole('button', { name }).first().click();
const key =
  (name: string) =>
  ({ page }: LabApp) =>
    page.keyboard.press(name);
const text =
  (words: string | RegExp, timeout = 20_000) =>
  ({ page }: LabApp) =>
    page.getByText(words).first().waitFor({ timeout });
const pause =
  (milliseconds: number) =>
  ({ page }: LabApp) =>
    page.waitForTimeout(milliseconds);

type Move = (lab: LabApp) => Promise<unknown>;

/** One move after the other. */
const way =
  (...moves: readonly Move[]) =>
  async (lab: LabApp): Promise<void> => {
    for (const move of moves) await move(lab);
  };

/** The next file dialog gives this file. */
const chooses =
  (file: (folder: string) => Promise<string> | string) =>
  async ({ app, dataFolder }: LabApp) =>
    app.evaluate(
      ({ dialog }, path) =>
        void (dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })),
      await file(dataFolder),
    );

const openImports = ({ page }: LabApp) => page.locator('summary').filter({ hasText: 'Import' }).click();

const killCompute = ({ app }: LabApp) =>
  app.evaluate(({ app: electron }) =>
    electron
      .getAppMetrics()
      .filter((it) => `${it.name} ${it.serviceName}`.includes('compute'))
      .forEach(({ pid }) => process.kill(pid, 'SIGKILL')),
  );

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

const choose =
  (label: string, option: RegExp) =>
  async ({ page }: LabApp) => {
    const field = page.getByRole('combobox', { name: label });
    const names = await field.locator('option').allTextContents();
    await field.selectOption({ label: names.find((name) => option.test(name)) ?? '' });
  };
const puzzle = ({ page }: LabApp) => page.getByRole('listbox').press('ArrowRight');
const tab =
  (name: RegExp) =>
  ({ page }: LabApp) =>
    page.getByRole('navigation', { name: 'Train' }).getByRole('button', { name }).click();
const radio =
  (name: string) =>
  ({ page }: LabApp) =>
    page.getByRole('radio', { name }).check({ force: true });
const tick =
  (name: RegExp) =>
  ({ page }: LabApp) =>
    page.getByRole('checkbox', { name }).check();

const busy: readonly Scene[] = [
  { name: 'home', lab: 'lived-in', show: way(room('Home'), pause(2500)) },
  {
    name: 'datasets',
    lab: 'lived-in',
    show: way(room('Datasets'), press(/^Sunday Sudokus/u), pause(500), puzzle, text(/exactly one solution/u)),
  },
  { name: 'augmentation', lab: 'lived-in', show: way(press('Augmentation'), text(/distinct variants/u)) },
  {
    name: 'generate',
    lab: 'lived-in',
    show: way(press('Augmentation'), press('Generate'), text(/^such puzzles take/u)),
  },
  { name: 'train-runs', lab: 'lived-in', show: way(room('Train'), tab(/^Trainings|^Runs|^All/u)) },
  {
    name: 'train-compare',
    lab: 'lived-in',
    show: way(tick(/First try/u), tick(/Garden/u), press(/^Compare 2/u), pause(600)),
  },
  { name: 'train-queue', lab: 'lived-in', show: tab(/^Queue/u) },
  { name: 'train-run', lab: 'lived-in', show: way(tab(/^Trainings|^Runs|^All/u), press(/First try/u), pause(800)) },
  { name: 'train-branch', lab: 'lived-in', show: press('Go on or branch') },
  { name: 'train-running', lab: 'lived-in', show: way(press('Train another'), press('Start training'), pause(6000)) },
  { name: 'train-stopped', lab: 'lived-in', show: way(press(/^Stop/u), text(/^Saved as/u, 60_000), pause(300)) },
  { name: 'solve', lab: 'lived-in', show: way(room('Solve'), pause(600), key('End')) },
  { name: 'solve-state', lab: 'lived-in', show: way(radio('State'), pause(300)) },
  { name: 'solve-solver', lab: 'lived-in', show: way(radio('Solver'), pause(300)) },
  { name: 'solve-edit', lab: 'lived-in', show: way(press('Edit clues'), pause(300)) },
  { name: 'solve-maze', lab: 'lived-in', show: way(key('Escape'), choose('Model', /Garden/iu), pause(3000)) },
  { name: 'solve-9x9-attention', lab: 'lived-in', show: way(choose('Model', /Sunday/iu), pause(6000)) },
  { name: 'models', lab: 'lived-in', show: room('Models') },
  { name: 'presenter', lab: 'lived-in', show: way(room('Solve'), key('F5'), pause(400)) },
  { name: 'presenter-home', lab: 'lived-in', show: way(key('Escape'), room('Home'), key('F5'), pause(1500)) },
];

const failing: readonly Scene[] = [
  {
    name: 'datasets-refused-file',
    lab: 'lived-in',
    show: way(
      key('Escape'),
      room('Datasets'),
      chooses(wrongPuzzleFile),
      openImports,
      press('A file …'),
      text(/homework\.csv, line/u),
    ),
  },
  {
    name: 'models-refused-file',
    lab: 'lived-in',
    show: way(
      room('Models'),
      chooses((folder) => join(folder, 'homework.csv')),
      openImports,
      press('A file …'),
      pause(800),
    ),
  },
  {
    name: 'compute-gone',
    lab: 'lived-in',
    show: way(room('Home'), killCompute, text(/computing process|Compute/iu), pause(300)),
  },
];

export const scenes: readonly Scene[] = [...empty, ...busy, ...failing];
