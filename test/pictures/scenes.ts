/** Every screen worth looking at, each with the way there from an open window. */
import { join } from 'node:path';
import type { LaunchedApp } from '../e2e/launch-app';
import { wrongPuzzleFile } from '../e2e/sample-data-folder';

export interface Scene {
  readonly name: string;
  /** In a lab that nobody has used yet, or in one with runs, sets and models. */
  readonly lab: 'fresh' | 'sample';
  readonly show: (lab: LaunchedApp) => Promise<unknown>;
}

const view =
  (name: string) =>
  async ({ page }: LaunchedApp) => {
    await page.getByRole('button', { name, exact: true }).click();
    await page.locator('.skeleton').first().waitFor({ state: 'detached', timeout: 15_000 });
  };
const press =
  (name: string | RegExp) =>
  ({ page }: LaunchedApp) =>
    page.getByRole('button', { name }).first().click();
const key =
  (name: string) =>
  ({ page }: LaunchedApp) =>
    page.keyboard.press(name);
const text =
  (words: string | RegExp, timeout = 20_000) =>
  ({ page }: LaunchedApp) =>
    page.getByText(words).first().waitFor({ timeout });
const pause =
  (milliseconds: number) =>
  ({ page }: LaunchedApp) =>
    page.waitForTimeout(milliseconds);

type Move = (lab: LaunchedApp) => Promise<unknown>;

/** One move after the other. */
const steps =
  (...moves: readonly Move[]) =>
  async (lab: LaunchedApp): Promise<void> => {
    for (const move of moves) await move(lab);
  };

/** The next file dialog gives this file. */
const chooses =
  (file: (folder: string) => Promise<string> | string) =>
  async ({ app, dataFolder }: LaunchedApp) =>
    app.evaluate(
      ({ dialog }, path) =>
        void (dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })),
      await file(dataFolder),
    );

const openImports = ({ page }: LaunchedApp) => page.locator('summary').filter({ hasText: 'Import' }).click();

const killCompute = ({ app }: LaunchedApp) =>
  app.evaluate(({ app: electron }) =>
    electron
      .getAppMetrics()
      .filter((it) => `${it.name} ${it.serviceName}`.includes('compute'))
      .forEach(({ pid }) => process.kill(pid, 'SIGKILL')),
  );

const choose =
  (label: string, option: RegExp) =>
  async ({ page }: LaunchedApp) => {
    const field = page.getByRole('combobox', { name: label });
    const names = await field.locator('option').allTextContents();
    await field.selectOption({ label: names.find((name) => option.test(name)) ?? '' });
  };
const setNumber =
  (label: string, value: number) =>
  async ({ page }: LaunchedApp) => {
    await page.getByRole('spinbutton', { name: label }).fill(String(value));
    await page.keyboard.press('Tab');
  };

const empty: readonly Scene[] = [
  { name: 'home-empty', lab: 'fresh', show: steps(view('Home'), pause(1500)) },
  { name: 'datasets-fresh', lab: 'fresh', show: view('Datasets') },
  { name: 'train-setup', lab: 'fresh', show: view('Train') },
  { name: 'solve-fresh', lab: 'fresh', show: view('Solve') },
  { name: 'models-fresh', lab: 'fresh', show: view('Models') },
  { name: 'experiments', lab: 'fresh', show: view('Experiments') },
  { name: 'settings', lab: 'fresh', show: view('Settings') },
  { name: 'palette', lab: 'fresh', show: steps(view('Home'), key('Control+k')) },
  { name: 'shortcuts', lab: 'fresh', show: steps(key('Escape'), view('Solve'), key('?')) },
  {
    name: 'datasets-not-generated',
    lab: 'fresh',
    show: steps(key('Escape'), view('Datasets'), press(/^Sudoku 9×9/u), text(/^This dataset is generated/u)),
  },
  { name: 'models-published', lab: 'fresh', show: steps(view('Models'), press('Published models'), pause(300)) },
  {
    name: 'solve-long',
    lab: 'fresh',
    show: steps(view('Solve'), choose('Model', /^Sudoku 9×9/u), setNumber('Steps', 1024), pause(4000)),
  },
  {
    name: 'solve-rollouts',
    lab: 'fresh',
    show: steps(
      view('Solve'),
      setNumber('Steps', 32),
      setNumber('Rollouts', 8),
      pause(300),
      text(/picked:|No valid/u),
      key('End'),
    ),
  },
];
const puzzle = ({ page }: LaunchedApp) => page.getByRole('listbox').press('ArrowRight');
const tab =
  (name: RegExp) =>
  ({ page }: LaunchedApp) =>
    page.getByRole('navigation', { name: 'Train' }).getByRole('button', { name }).click();
const radio =
  (name: string) =>
  ({ page }: LaunchedApp) =>
    page.getByRole('radio', { name }).check({ force: true });
const tick =
  (name: RegExp) =>
  ({ page }: LaunchedApp) =>
    page.getByRole('checkbox', { name }).check();

const busy: readonly Scene[] = [
  { name: 'home', lab: 'sample', show: steps(view('Home'), pause(2500)) },
  {
    name: 'datasets',
    lab: 'sample',
    show: steps(view('Datasets'), press(/^Sunday Sudokus/u), pause(500), puzzle, text(/exactly one solution/u)),
  },
  { name: 'augmentation', lab: 'sample', show: steps(press('Augmentation'), text(/distinct variants/u)) },
  {
    name: 'generate',
    lab: 'sample',
    show: steps(press('Augmentation'), press('Generate'), text(/^These puzzles require/u)),
  },
  { name: 'train-runs', lab: 'sample', show: steps(view('Train'), tab(/^Runs/u)) },
  {
    name: 'train-compare',
    lab: 'sample',
    show: steps(tick(/First try/u), tick(/Garden/u), press(/^Compare 2/u), pause(600)),
  },
  { name: 'train-queue', lab: 'sample', show: tab(/^Queue/u) },
  { name: 'train-run', lab: 'sample', show: steps(tab(/^Runs/u), press(/First try/u), pause(800)) },
  { name: 'train-branch', lab: 'sample', show: press('Use a checkpoint') },
  { name: 'train-running', lab: 'sample', show: steps(press('Set up a run'), press('Start training'), pause(6000)) },
  { name: 'train-stopped', lab: 'sample', show: steps(press(/^Stop/u), text(/^Saved as/u, 60_000), pause(300)) },
  { name: 'solve', lab: 'sample', show: steps(view('Solve'), pause(600), key('End')) },
  { name: 'solve-state', lab: 'sample', show: steps(radio('State'), pause(300)) },
  { name: 'solve-solver', lab: 'sample', show: steps(radio('Solver'), pause(300)) },
  { name: 'solve-edit', lab: 'sample', show: steps(press('Edit clues'), pause(300)) },
  { name: 'solve-maze', lab: 'sample', show: steps(key('Escape'), choose('Model', /Garden/iu), pause(3000)) },
  { name: 'solve-9x9-attention', lab: 'sample', show: steps(choose('Model', /Sunday/iu), pause(6000)) },
  { name: 'models', lab: 'sample', show: view('Models') },
  { name: 'presenter', lab: 'sample', show: steps(view('Solve'), key('F5'), pause(400)) },
  { name: 'presenter-home', lab: 'sample', show: steps(key('Escape'), view('Home'), key('F5'), pause(1500)) },
];

const failing: readonly Scene[] = [
  {
    name: 'datasets-refused-file',
    lab: 'sample',
    show: steps(
      key('Escape'),
      view('Datasets'),
      chooses(wrongPuzzleFile),
      openImports,
      press('Import file…'),
      text(/homework\.csv, line/u),
    ),
  },
  {
    name: 'models-refused-file',
    lab: 'sample',
    show: steps(
      view('Models'),
      chooses((folder) => join(folder, 'homework.csv')),
      openImports,
      press('Import file…'),
      pause(800),
    ),
  },
  {
    name: 'compute-gone',
    lab: 'sample',
    show: steps(view('Home'), killCompute, text(/computing process|Compute/iu), pause(300)),
  },
];

export const scenes: readonly Scene[] = [...empty, ...busy, ...failing];
