/** Alerts of a training from the command line: a line above the progress, or one of JSON, and in the run's record. */
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

/** Two steps on a disk with 100 MB free, and what they wrote. */
async function trained(name: string, flags: { readonly json?: true }) {
  const told = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    vi.spyOn(process[stream], 'write').mockImplementation((text) => (told[stream] += String(text)).length > 0);
  const plan = planWith({ batchSize: 16, maxSteps: 2 });
  const training = await Trainer.prepare(plan);
  const opened = await createRun(training, join(folder, name), { runId: name, policy: defaultPolicy });
  const model = { path: opened.folder.path, name };
  await trainAndReport(opened, { out: name, model, freeBytes: () => Promise.resolve(100 * 2 ** 20), ...flags });
  return { ...told, alerts: (await opened.folder.read()).run.alerts };
}

const sentence = 'Only 100 MB of disk space are free, and a checkpoint takes 1 MB. Free up at least 477 MB.';

test('are lines of their own among the events in JSON', async () => {
  const { stdout, alerts } = await trained('json', { json: true });
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly type: string });
  expect(events.map(({ type }) => type)).toEqual(['step', 'alert', 'step', 'evaluated', 'finished']);
  expect(events[1]).toEqual({ type: 'alert', kind: 'disk', step: 1, sentence });
  expect(inEnglish(alerts)).toEqual([{ kind: 'disk', step: 1, text: sentence }]);
}, 60_000);

test('are told to people above the progress', async () => {
  const { stdout, stderr } = await trained('words', {});
  expect(stderr.split('\n')).toContain(`step 1: ${sentence}`);
  expect(stdout).not.toContain('Only 100 MB');
}, 60_000);
