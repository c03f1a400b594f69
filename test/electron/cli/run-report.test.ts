/** Alerts while training on the command line: printed as text or JSON, and stored in the run record. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { trainAndReport } from '../../../electron/cli/run-report';
import { createRun } from '../../../electron/compute/runs/run-loop';
import { defaultPolicy } from '../../../electron/compute/runs/run-record';
import { Trainer } from '../../../electron/compute/runs/trainer';
import { inEnglish } from '../../english';
import { freshFolder } from '../compute/opened-service';
import { planWith } from '../compute/runs/examples';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Trains two steps with 100 MB of free disk space; returns the output and the alerts of the run. */
async function trainTwoSteps(name: string, flags: { readonly json?: true }) {
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    vi.spyOn(process[stream], 'write').mockImplementation((text) => (output[stream] += String(text)).length > 0);
  const plan = planWith({ batchSize: 16, maxSteps: 2 });
  const trainer = await Trainer.prepare(plan);
  const openRun = await createRun(trainer, join(folder, name), { runId: name, policy: defaultPolicy });
  const model = { path: openRun.folder.path, name };
  await trainAndReport(openRun, { out: name, model, freeBytes: () => Promise.resolve(100 * 2 ** 20), ...flags });
  return { ...output, alerts: (await openRun.folder.read()).run.alerts };
}

const sentence = 'Only 100 MB of disk space are free, and a checkpoint takes 1 MB. Free up at least 477 MB.';

test('prints alerts as JSON events with --json', async () => {
  const { stdout, alerts } = await trainTwoSteps('json', { json: true });
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string });
  expect(events.map(({ type }) => type)).toEqual(['step', 'alert', 'step', 'evaluated', 'finished']);
  expect(events[1]).toEqual({ type: 'alert', kind: 'disk', step: 1, sentence });
  expect(inEnglish(alerts)).toEqual([{ kind: 'disk', step: 1, text: sentence }]);
}, 60_000);

test('prints alerts to stderr above the progress line', async () => {
  const { stdout, stderr } = await trainTwoSteps('text', {});
  expect(stderr.split('\n')).toContain(`step 1: ${sentence}`);
  expect(stderr).toMatch(/^Classroom on Sudoku 4×4: 282 training puzzles/mu);
  expect(stdout).not.toContain('Only 100 MB');
}, 60_000);
