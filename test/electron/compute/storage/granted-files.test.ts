/** Requests of the window name files by tokens of main; anything else is refused. */
import { describe, expect, test } from 'vitest';
import type { Handlers } from '../../../../electron/contract/contract';
import { GrantedFiles } from '../../../../electron/compute/storage/granted-files';

const { signal } = new AbortController();

/** Handlers that note the paths they get. */
function createFiles() {
  const paths: string[] = [];
  const note = (input: { readonly path?: string; readonly out?: string; readonly configFile?: string }) => {
    paths.push(...[input.path, input.out, input.configFile].filter((path) => path !== undefined));
    return { folder: `${input.path}/TRM Puzzle Lab` };
  };
  const names = [
    'inspectFiles',
    'importDataset',
    'exportDataset',
    'importModel',
    'exportModel',
    'exportRun',
    'importRun',
  ];
  const all = [...names, 'checkDataFolder', 'copyDataFolder'];
  const files = new GrantedFiles(50);
  const handlers = files.protect(Object.fromEntries(all.map((name) => [name, note])) as unknown as Handlers);
  files.add({ type: 'file', token: 'old', path: '/mine/old', access: 'read' });
  files.add({ type: 'file', token: 'new', path: '/mine/new', access: 'write' });
  return {
    files,
    paths,
    ask: handlers as unknown as Record<string, (input: object, signal: AbortSignal) => Promise<unknown>>,
  };
}

describe('protect', () => {
  test.each([
    ['inspectFiles', 'path', 'old'],
    ['importDataset', 'path', 'old'],
    ['importModel', 'path', 'old'],
    ['importRun', 'path', 'old'],
    ['checkDataFolder', 'path', 'old'],
    ['exportDataset', 'out', 'new'],
    ['exportModel', 'out', 'new'],
    ['exportRun', 'out', 'new'],
  ])('%s gets the path behind a token, and refuses paths and tokens for other access', async (name, field, token) => {
    const { ask, paths } = createFiles();
    await ask[name]!({ [field]: token }, signal);
    expect(paths).toEqual([`/mine/${token}`]);
    for (const wrong of ['/mine/old', '/etc/passwd', token === 'old' ? 'new' : 'old', '__proto__'])
      await expect(ask[name]!({ [field]: wrong }, signal)).rejects.toThrow('was not chosen in a dialog');
    expect(paths).toHaveLength(1);
  });

  test('a config file beside a model needs its own token', async () => {
    const { ask, paths } = createFiles();
    await expect(ask.importModel!({ path: 'old', configFile: '/etc/hosts' }, signal)).rejects.toThrow('was not chosen');
    await ask.importModel!({ path: 'old', configFile: 'old' }, signal);
    expect(paths).toEqual(['/mine/old', '/mine/old']);
  });

  test('waits for a grant that arrives after the request', async () => {
    const { ask, files, paths } = createFiles();
    const asked = ask.importRun!({ path: 'late' }, signal);
    files.add({ type: 'file', token: 'late', path: '/mine/late', access: 'read' });
    await asked;
    expect(paths).toEqual(['/mine/late']);
  });

  test('data is copied only to a destination that was checked', async () => {
    const { ask, paths } = createFiles();
    await expect(ask.copyDataFolder!({ path: '/mine/old/TRM Puzzle Lab' }, signal)).rejects.toThrow('was not chosen');
    await ask.checkDataFolder!({ path: 'old' }, signal);
    await ask.copyDataFolder!({ path: '/mine/old/TRM Puzzle Lab' }, signal);
    expect(paths).toEqual(['/mine/old', '/mine/old/TRM Puzzle Lab']);
  });
});
