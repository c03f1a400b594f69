/** The idle window under strace, without Playwright, which itself opens ports: no internet addresses, no files outside the data folder. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canTrace, comparableNames, readSystemCalls, spawnTraced, type SystemCalls } from '../system-calls';
import { projectFolder } from './launch-app';

const folder = mkdtempSync(join(tmpdir(), 'trm-lab-calls-'));
const [home, temporary] = ['home', 'temporary'].map((name) => join(folder, name)) as [string, string];
beforeAll(() => {
  for (const path of [home, temporary]) mkdirSync(path);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withoutFolders = { XDG_CACHE_HOME: undefined, XDG_CONFIG_HOME: undefined, XDG_DATA_HOME: undefined };

/** What libraries of the system keep for every program with a window: lists of fonts, and the desktop's settings. */
const systemCaches = ['/var/cache/fontconfig', ...['dconf', 'fontconfig'].map((name) => join(home, '.cache', name))];

const pathsOutside = (paths: Iterable<string>, allowed: readonly string[]): string[] =>
  [...paths].filter(
    (path) => !allowed.some((folder) => `${path}/`.startsWith(`${folder}/`) || folder.startsWith(`${path}/`)),
  );

/** Opens the window, waits until compute has opened the data folder and then `idleMilliseconds`, and ends the app. */
async function callsOfWindow(dataFolder: string, idleMilliseconds: number): Promise<SystemCalls> {
  const traces = mkdtempSync(join(folder, 'traces-'));
  const binary = createRequire(import.meta.url)('electron') as string;
  const child = spawnTraced(traces, binary, ['--no-sandbox', '--disable-gpu', '--log-level=3', projectFolder], {
    env: { ...process.env, ...withoutFolders, HOME: home, TMPDIR: temporary, TRM_LAB_DATA: dataFolder },
  });
  for (const stream of [child.stdout, child.stderr]) stream.resume();
  const closed = once(child, 'close');
  try {
    await expect.poll(() => existsSync(join(dataFolder, 'lab.lock')), { timeout: 30_000 }).toBe(true);
    await sleep(idleMilliseconds);
  } finally {
    child.kill();
    await closed;
  }
  return readSystemCalls(traces);
}

describe.skipIf(!canTrace)('the idle window under strace (Linux, where it is installed)', () => {
  test('contacts no other computer and writes only to its folders', { timeout: 110_000 }, async () => {
    const data = join(folder, 'data');
    const first = await callsOfWindow(data, 10_000);
    expect([...first.opened]).toContain(join(projectFolder, 'out/renderer/index.html'));
    expect([...first.written]).toContain(join(data, 'lab.lock'));
    expect(first.remote).toEqual([]);
    expect(pathsOutside(first.written, [data, temporary, ...systemCaches])).toEqual([]);
    const inHome = (readdirSync(home, { recursive: true }) as string[]).map((path) => join(home, path));
    expect(pathsOutside(inHome, systemCaches)).toEqual([]);
    const second = await callsOfWindow(join(folder, 'second-data'), 2000);
    const again = comparableNames(second, temporary);
    expect(again).not.toEqual([]);
    expect(comparableNames(first, temporary).filter((name) => again.includes(name))).toEqual([]);
  });
});
