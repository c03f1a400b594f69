import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const cwd = resolve(import.meta.dirname, '../..');

function run(script: string, args: string[] = [], env: Record<string, string | undefined> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr: stderr.trim() };
}

test('set-up leaves stdout empty for the command it prepares', () => {
  expect(run('build/setup.mjs')).toMatchObject({ status: 0, stdout: '' });
});

describe('build/run.mjs', () => {
  test('rejects an unknown command in one line that lists the valid commands', () => {
    const { status, stdout, stderr } = run('build/run.mjs', ['fly']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^set-up: unknown command "fly", expected one of: start, dev, test, [^\n]+$/);
  });

  test.runIf(process.platform === 'linux')(
    'rejects start without a display in one line that names the alternatives',
    () => {
      const { status, stderr } = run('build/run.mjs', ['start'], { DISPLAY: '', WAYLAND_DISPLAY: '' });
      expect(status).toBe(1);
      expect(stderr).toMatch(/^set-up: [^\n]*xvfb-run -a npm start[^\n]*npm run lab[^\n]*$/);
    },
  );
});
