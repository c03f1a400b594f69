/** onnxruntime sends telemetry and writes files about the machine by default; no process of the app does. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, test, expect } from 'vitest';
import { bundle } from './bundle';

test('a new process that runs a session has telemetry off and leaves no files', async () => {
  const program = await bundle('test/models/runtime/one-session.ts');
  const home = mkdtempSync(join(tmpdir(), 'telemetry-home-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const unset = { ORT_DISABLE_TELEMETRY: undefined, XDG_CACHE_HOME: undefined };
  const env = {
    ...process.env,
    ...unset,
    HOME: home,
    USERPROFILE: home,
    LOCALAPPDATA: home,
    TMPDIR: home,
    TEMP: home,
    TMP: home,
  };
  const { stdout, stderr } = spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['1', '']);
  expect(readdirSync(home, { recursive: true })).toEqual([]);
});
