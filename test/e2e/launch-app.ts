/** Launches the built app in a real Electron window, with its own data folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';

export const projectFolder = resolve(import.meta.dirname, '../..');
const artifacts = join(projectFolder, 'test/artifacts');

export interface LaunchedApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly dataFolder: string;
  /** From the launch until the window is visible. */
  readonly millisecondsToWindow: number;
  /** Console errors of the page, including policy violations. */
  readonly consoleErrors: readonly string[];
  /** Saves a screenshot as `test/artifacts/<name>.png`. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param options.dataFolder an existing data folder, which is not removed on close
 * @param options.home instead of `dataFolder`: the folder of application data of the system (Linux), where the app finds its data
 * @param options.wrapper a command that starts the app, e.g. with fewer rights
 */
export async function launchApp(
  options: { dataFolder?: string; home?: string; switches?: readonly string[]; wrapper?: readonly string[] } = {},
): Promise<LaunchedApp> {
  const dataFolder = options.home ?? options.dataFolder ?? mkdtempSync(join(tmpdir(), 'trm-lab-'));
  const launched = performance.now();
  const app = await launch(
    options.home === undefined ? { TRM_LAB_DATA: dataFolder } : { XDG_CONFIG_HOME: options.home, TRM_LAB_DATA: '' },
    options,
  );
  const consoleErrors: string[] = [];
  app.on('window', (page) => listen(page, consoleErrors));
  const page = await app.firstWindow();
  await windowIsVisible(app);
  const millisecondsToWindow = performance.now() - launched;
  return {
    app,
    page,
    dataFolder,
    millisecondsToWindow,
    consoleErrors,
    screenshot: async (name) => {
      mkdirSync(artifacts, { recursive: true });
      await page.screenshot({ path: join(artifacts, `${name}.png`) });
    },
    close: async () => {
      // A run in progress would open a dialog; the second button quits.
      await answerDialogs(app, 1).catch(() => undefined);
      await app.close();
      if (options.dataFolder === undefined && options.home === undefined)
        rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/**
 * Answers the message boxes of the system from now on, which a test cannot click.
 * @param response index of the button @returns reads how often one was shown since
 */
export async function answerDialogs(app: ElectronApplication, response: number): Promise<() => Promise<number>> {
  await app.evaluate(({ dialog }, answer) => {
    Object.assign(globalThis, { dialogsShown: 0 });
    dialog.showMessageBox = () => {
      (globalThis as unknown as { dialogsShown: number }).dialogsShown++;
      return Promise.resolve({ response: answer, checkboxChecked: false });
    };
  }, response);
  return () => app.evaluate(() => (globalThis as unknown as { dialogsShown: number }).dialogsShown);
}

/**
 * Starts the app on a data folder that an open one uses: it exits at once. Without Playwright, whose connection to a process that
 * exits while it is being made fails outside of any promise of the test.
 * @returns the exit code
 */
export async function startAgain(dataFolder: string): Promise<number | null> {
  // Chromium's sandbox refuses to start for root, as which containers run tests.
  const args = ['--no-sandbox', ...quietSwitches, projectFolder];
  const app = spawn(electronBinary(), args, { env: environment({ TRM_LAB_DATA: dataFolder }), stdio: 'ignore' });
  const [code] = (await once(app, 'exit')) as [number | null];
  return code;
}

const quietSwitches = ['--disable-gpu', '--log-level=3'];

async function launch(
  places: Record<string, string>,
  { switches = [], wrapper = [] }: { switches?: readonly string[]; wrapper?: readonly string[] },
): Promise<ElectronApplication> {
  const script = wrapper.length > 0 ? wrapperScript(wrapper) : null;
  const app = await _electron.launch({
    executablePath: script ?? electronBinary(),
    args: [...quietSwitches, ...switches, projectFolder],
    env: environment(places),
  });
  if (script !== null) rmSync(dirname(script), { recursive: true });
  return app;
}

/** Playwright puts its own arguments in front: a script puts the command before them. */
function wrapperScript(command: readonly string[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'trm-lab-wrapper-')), 'electron');
  writeFileSync(file, `#!/bin/sh\nexec ${[...command, electronBinary()].join(' ')} "$@"\n`, { mode: 0o755 });
  return file;
}

/** In plain Node the package `electron` exports the path of its binary. */
function electronBinary(): string {
  return createRequire(import.meta.url)('electron') as string;
}

/** The tests expect English texts, independent of the language of the machine. */
function environment(places: Record<string, string>): Record<string, string> {
  const defined = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(defined), ...display(), ...places, LANGUAGE: 'en', TRM_LAB_MEASURE: '1' };
}

/** Each worker of Vitest has a display of its own, if there are virtual ones. */
function display(): { DISPLAY?: string } {
  const name = process.env.TEST_DISPLAYS?.split(' ')[Number(process.env.VITEST_POOL_ID) - 1];
  return name === undefined ? {} : { DISPLAY: name };
}

function listen(page: Page, consoleErrors: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') consoleErrors.push(message.text());
  });
  page.on('pageerror', (error) => consoleErrors.push(error.message));
}

function windowIsVisible(app: ElectronApplication): Promise<void> {
  return app.evaluate(async ({ BrowserWindow }) => {
    while (!BrowserWindow.getAllWindows().some((window) => window.isVisible())) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
}
