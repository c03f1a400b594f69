import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ComputeState } from '../../electron/contract/main-api';
import { launchApp, type LaunchedApp } from './launch-app';

let lab: LaunchedApp;
beforeAll(async () => {
  lab = await launchApp();
});
afterAll(() => lab?.close());

const state = (): Promise<ComputeState> => lab.page.evaluate(() => window.mainApi.getComputeState());

/** Operating system process ids of compute. */
function computeProcesses(): Promise<number[]> {
  return lab.app.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter((it) => `${it.name} ${it.serviceName}`.includes('compute'))
      .map(({ pid }) => pid),
  );
}

async function computeProcess(): Promise<number> {
  const [pid] = await computeProcesses();
  if (pid === undefined) throw new Error('compute is not running');
  return pid;
}

test('compute is ready soon after the window', async () => {
  await expect.poll(state).toEqual({ state: 'ready' });
  expect(await computeProcess()).toBeGreaterThan(0);
});

test('a page receives its own port to compute', async () => {
  const arrived = await lab.page.evaluate(async () => {
    const port = new Promise<boolean>((resolve) =>
      window.addEventListener('message', (event) => {
        if (event.source === window && event.data?.type === 'lab/port') resolve(event.ports.length === 1);
      }),
    );
    await window.mainApi.connect();
    return port;
  });
  expect(arrived).toBe(true);
});

test('after compute is killed the window stays open, reports the reason and can restart compute', async () => {
  await lab.page.evaluate(() => {
    const heard: ComputeState[] = [];
    window.mainApi.onComputeState((it) => heard.push(it));
    Object.assign(window, { heard });
  });
  const killed = await computeProcess();
  process.kill(killed, 'SIGKILL');

  await expect.poll(state).toMatchObject({ state: 'exited', reason: { id: 'app.compute.killed' } });
  await lab.screenshot('compute-gone');
  expect(await lab.page.evaluate(() => window.mainApi.connect().catch((reason: Error) => reason.message))).toBe(
    'The compute process is not running: The compute process was ended by another program.',
  );
  await lab.page.evaluate(() => window.mainApi.restartCompute());
  await expect.poll(state).toEqual({ state: 'ready' });
  expect(await computeProcess()).not.toBe(killed);
  const heard = await lab.page.evaluate(() =>
    (window as unknown as { heard: ComputeState[] }).heard.map((it) => it.state),
  );
  expect([...new Set(heard)]).toEqual(['exited', 'starting', 'ready']);
});

test('a compute process that hangs is reported within seconds; it can go on, or be restarted', async () => {
  await lab.page.reload();
  // An answer of compute: from now on it must answer within seconds.
  await lab.page.getByRole('button', { name: 'Models', exact: true }).click();
  await lab.page.getByText('sudoku-4x4', { exact: true }).first().waitFor();
  const hanging = await computeProcess();
  process.kill(hanging, 'SIGSTOP');
  const since = performance.now();
  const banner = lab.page.getByRole('alert').filter({ hasText: 'The compute process does not respond.' });
  await banner.waitFor();
  expect(performance.now() - since).toBeLessThan(15_000);
  await lab.screenshot('compute-hung');

  process.kill(hanging, 'SIGCONT');
  await banner.waitFor({ state: 'hidden' });
  expect(await computeProcess()).toBe(hanging);

  process.kill(hanging, 'SIGSTOP');
  await banner.getByRole('button', { name: 'Restart' }).click();
  await banner.waitFor({ state: 'hidden' });
  await expect.poll(state, { timeout: 20_000 }).toEqual({ state: 'ready' });
  expect(await computeProcess()).not.toBe(hanging);
}, 60_000);

test('two simultaneous restarts start one new process', async () => {
  const before = await computeProcess();
  await lab.page.evaluate(() => Promise.all([window.mainApi.restartCompute(), window.mainApi.restartCompute()]));
  await expect.poll(state).toEqual({ state: 'ready' });
  await expect.poll(computeProcesses).toHaveLength(1);
  expect(await computeProcess()).not.toBe(before);
});

test('compute exits when the app closes', async () => {
  const running = await computeProcess();
  await lab.close();
  await expect.poll(() => isRunning(running)).toBe(false);
});

test('compute exits when the app is killed', async () => {
  lab = await launchApp();
  await expect.poll(state).toEqual({ state: 'ready' });
  const running = await computeProcess();
  lab.app.process().kill('SIGKILL');
  await expect.poll(() => isRunning(running), { timeout: 5000 }).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}
