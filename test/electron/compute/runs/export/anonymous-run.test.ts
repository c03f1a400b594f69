import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anonymiseRecord, anonymousMetrics } from '../../../../../electron/compute/runs/export/anonymous-run';
import { message } from '../../../../../renderer/messages/message';
import { freshFolder } from '../../opened-service';
import { archivedRecord } from './archived-run';

const withRun = (changes: object) => ({ ...archivedRecord, run: { ...archivedRecord.run, ...changes } });

test('a record of the library stays as it is', () => {
  expect(anonymiseRecord(archivedRecord)).toEqual(archivedRecord);
});

test('a relative path is shortened wherever it occurs', () => {
  const record = withRun({
    dataset: 'Secret Project/tasks.json+20',
    parent: { kind: 'model', id: '../Secret Project/m', step: null },
    failure: message('error.cannotUsePath', { path: 'Secret Project/tasks.json+20', reason: 'gone' }),
  });
  const command = "train --dataset 'Secret Project/tasks.json+20' --from '../Secret Project/m' --seed 1";
  const { run, setup } = anonymiseRecord({ ...record, setup: { ...record.setup, command } });
  expect(run).toMatchObject({ dataset: 'tasks.json+20', parent: { id: 'm' } });
  expect(run.failure).toEqual(message('error.cannotUsePath', { path: 'tasks.json+20', reason: 'gone' }));
  expect(setup.command).toBe('train --dataset tasks.json+20 --from m --seed 1');
});

test('a kind whose characters look like a path stays', () => {
  const kind = 'custom-3x3:.#/x/y';
  expect(anonymiseRecord(withRun({ kind })).run.kind).toBe(kind);
});

test('metrics with a path keep their lines around one that is too long', async () => {
  const file = join(await freshFolder(), 'metrics.jsonl');
  const line = '{"address":"/home/ada/Secret Project/set/test/1"}\n';
  await writeFile(file, `${line}${' '.repeat(9 * 2 ** 20)}\n${line}`);
  const parts = [];
  for await (const part of anonymousMetrics(file, '/home/ada/Secret Project/set')) parts.push(part);
  const exported = Buffer.concat(parts).toString();
  expect(exported.length).toBeLessThan(5 * 2 ** 20);
  expect(exported.split('\n').filter((each) => each.includes('"set/test/1"'))).toHaveLength(2);
  expect(exported).not.toContain('Secret');
});
