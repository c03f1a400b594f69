/** A run that the command line trains, seen from the window's service: followed, protected, and interrupted when its process is killed. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, lab as runCommand, start } from '../../cli/lab-command';
import { openService, type OpenedService } from '../opened-service';

const runId = 'from-the-command-line';
let lab: OpenedService;
let child: ChildProcessWithoutNullStreams;
let out: string;

beforeAll(async () => {
  await build();
  lab = await openService({ followsOthers: true });
  await mkdir(join(lab.folder, 'runs'), { recursive: true });
  out = join(lab.folder, 'runs', runId);
  const settings = ['--batch-size', '8', '--max-steps', '100000', '--checkpoint-every', '5', '--threads', '1'];
  child = start(['train', '--dataset', 'sudoku-4x4', ...settings, '--out', out], lab.folder);
}, 120_000);

afterAll(async () => {
  child.kill('SIGKILL');
  await lab.close();
});

test('its new steps arrive as those of the own run do, in order', async () => {
  const { run } = await lab.next('run/changed');
  expect(run).toMatchObject({ runId, state: 'elsewhere' });
  await lab.next('run/step');
  await lab.next('run/step', lab.events.length);
  const received = lab.events.filter((event) => event.type === 'run/step');
  expect(received[0]).toMatchObject({ runId, memoryBytes: null });
  const steps = received.flatMap(({ points }) => points.map(({ step }) => step));
  expect(steps).toEqual(steps.map((_, i) => steps[0]! + i));
}, 60_000);

test('it is listed as trained elsewhere, and cannot be renamed, resumed or deleted', async () => {
  expect(await lab.ask('listRuns', {})).toMatchObject([{ runId, state: 'elsewhere' }]);
  const refusal = `another process is training ${runId}`;
  await expect(lab.ask('updateRun', { runId, name: 'Mine' })).rejects.toThrow(refusal);
  await expect(lab.ask('deleteRun', { runId })).rejects.toThrow(refusal);
  await expect(lab.ask('resumeRun', { runId })).rejects.toThrow(refusal);
  expect((await runCommand(['run', 'list'], lab.folder)).stdout).toContain(`${runId}: elsewhere,`);
}, 60_000);

test('it is interrupted when its process is killed, for the window and for the command line', async () => {
  const from = lab.events.length;
  child.kill('SIGKILL');
  await once(child, 'close');
  let { run } = await lab.next('run/changed', from);
  for (let at = from; run.state === 'elsewhere';) {
    at = lab.events.length;
    ({ run } = await lab.next('run/changed', at));
  }
  expect(run.state).toBe('interrupted');
  expect((await runCommand(['run', 'show', runId], lab.folder)).stdout).toContain(`${runId}: interrupted,`);
  expect(await lab.ask('updateRun', { runId, name: 'Mine' })).toMatchObject({ name: 'Mine', state: 'interrupted' });
}, 60_000);
