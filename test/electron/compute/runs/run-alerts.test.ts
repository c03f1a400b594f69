/** Alerts of a real run, as the window and the disk get to know them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendAlerts } from '../../../../electron/compute/runs/alerts';
import type { Alert, Run } from '../../../../electron/contract/contract';
import type { OpenedService } from '../opened-service';
import { openService } from '../opened-service';

const plan = { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 600, maxSteps: 6, batchSize: 16 };

/** Metrics of a whole run but for the time they took, and the run at its end. */
async function trained(lab: OpenedService): Promise<{ readonly run: Run; readonly metrics: string }> {
  await lab.ask('startRun', plan);
  const { run } = await lab.next('run/finished');
  const metrics = await readFile(join(lab.folder, 'runs', run.runId, 'metrics.jsonl'), 'utf8');
  return { run, metrics: metrics.replace(/"seconds":[\d.e-]+/gu, '') };
}

let [full, roomy]: OpenedService[] = [];
beforeAll(async () => {
  full = await openService({ freeBytes: () => Promise.resolve(100 * 2 ** 20) });
  roomy = await openService({ freeBytes: () => Promise.resolve(2 ** 40) });
});
afterAll(() => Promise.all([full!.close(), roomy!.close()]));

test('a run on a disk that is nearly full tells so once, in its record too, and measures what it measures elsewhere', async () => {
  const [warned, calm] = [await trained(full!), await trained(roomy!)];
  const alert = {
    kind: 'disk',
    step: 1,
    sentence: 'only 100 MB are free on the disk, and a checkpoint takes 1 MB: make room for 477 MB',
  };
  expect(warned.run.alerts).toEqual([alert]);
  const told = full!.events.filter(({ type }) => type === 'run/alert');
  expect(told).toMatchObject([{ runId: warned.run.runId, run: { state: 'running', alerts: [alert] } }]);
  const record = JSON.parse(await readFile(join(full!.folder, 'runs', warned.run.runId, 'run.json'), 'utf8')) as {
    run: Run;
  };
  expect(record.run).toEqual(warned.run);

  expect(calm.run.alerts).toEqual([]);
  expect(roomy!.events.map(({ type }) => type)).not.toContain('run/alert');
  expect(warned.metrics).toBe(calm.metrics);
}, 60_000);

test('a run keeps its latest hundred alerts', () => {
  const alerts = Array.from({ length: 130 }, (_, step): Alert => ({ kind: 'slow', step, sentence: '' }));
  const kept = alerts.reduce<Alert[]>((known, alert) => appendAlerts(known, [alert]), []);
  expect(kept).toEqual(alerts.slice(30));
});
