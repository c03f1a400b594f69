/** How `load_state.py` reads the state file of a cluster job, with a module in place of torch whose `torch.load` has the options of a version. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'trm-load-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

const isMissing = spawnSync('python3', ['--version']).status !== 0;

/** Options that `read_state` gives to a `torch.load` with these parameters. */
function readOptions(parameters: string): unknown {
  const torch = `no_grad = lambda: lambda function: function\ndef load(f, map_location=None, ${parameters}):\n    return {"model": {key: value for key, value in locals().items() if key != "f"}}\n`;
  writeFileSync(join(folder, 'torch.py'), torch);
  const code = 'import json, load_state; print(json.dumps(load_state.read_state("state")["model"]))';
  const { stdout, stderr } = spawnSync('python3', ['-B', '-c', code], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: [folder, resolve('electron/compute/runs/export')].join(':') },
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test.skipIf(isMissing)('a state file is read without executing code where torch can do that', () => {
  expect(readOptions('pickle_module=None, *, weights_only=False')).toMatchObject({ weights_only: true });
});

test.skipIf(isMissing)('a state file is read by versions of torch without that option', () => {
  expect(readOptions('pickle_module=None, **options')).toMatchObject({ map_location: 'cpu', options: {} });
});
