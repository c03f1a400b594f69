/** Calls of the window to main. Sender and arguments are validated before anything happens. */
import type { FileGrant } from '../../../electron/contract/compute-messages';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { puzzleExtensions } from '../../../datasets/puzzle-extensions';
import { SettingsFile } from '../../../electron/main/settings-file';

type Handler = (event: { senderFrame: object | null }, ...input: unknown[]) => Promise<unknown>;

const electron = vi.hoisted(() => ({
  BrowserWindow: { getAllWindows: vi.fn(() => [] as object[]) },
  dialog: { showOpenDialog: vi.fn(), showSaveDialog: vi.fn(), showMessageBox: vi.fn() },
  ipcMain: { handle: vi.fn() },
  nativeTheme: { themeSource: 'system' },
  shell: { openPath: vi.fn(async () => '') },
  app: { on: vi.fn() },
  protocol: {},
  session: {},
}));
vi.mock('electron', () => electron);

const { FileAccess } = await import('../../../electron/main/file-access');
const { publishComputeState, serveMainApi } = await import('../../../electron/main/ipc-handlers');

const compute = {
  connect: vi.fn(),
  state: { state: 'ready' as const },
  restart: vi.fn(),
  setCores: vi.fn(),
  files: new FileAccess((grant) => void granted.push(grant)),
};
const granted: FileGrant[] = [];
const keepAwake = { update: vi.fn() };
const switchFolder = vi.fn();
const onLanguage = vi.fn(async () => undefined);
const page = { url: 'app://lab/index.html', parent: null };

let dataFolder: string;
const handlers = new Map<string, Handler>();
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'ipc-'));
  const settings = SettingsFile.open(join(dataFolder, 'settings.json'));
  serveMainApi({ compute: compute as never, settings, dataFolder, onLanguage, keepAwake, switchFolder });
  for (const [name, handler] of electron.ipcMain.handle.mock.calls) handlers.set(String(name), handler as Handler);
});
beforeEach(() => {
  for (const spy of [compute.connect, compute.restart, switchFolder, electron.dialog.showOpenDialog]) spy.mockClear();
});
afterAll(() => rm(dataFolder, { recursive: true }));

const call = async (name: string, input: unknown[] = [], senderFrame: object | null = page): Promise<unknown> =>
  handlers.get(`main/${name}`)?.({ senderFrame }, ...input);

describe('serveMainApi', () => {
  test.each([
    ['a web page', { url: 'https://example.org', parent: null }],
    ['a frame inside the application page', { url: 'app://lab/index.html', parent: page }],
    ['a closed frame', null],
  ])('rejects every call from %s', async (_, sender) => {
    for (const name of handlers.keys()) {
      const response = call(name.slice('main/'.length), [], sender);
      await expect(response).rejects.toThrow('was called by an untrusted page');
    }
    expect([compute.connect, compute.restart, switchFolder].flatMap((spy) => spy.mock.calls)).toEqual([]);
  });

  test('gives the application page its port and the compute state', async () => {
    await call('connect');
    expect(compute.connect).toHaveBeenCalledExactlyOnceWith(page);
    expect(await call('getComputeState')).toEqual({ state: 'ready' });
  });
});

test.each([
  ['connect', ['more']],
  ['setZoom', [99]],
  ['setZoom', ['1']],
  ['updateSettings', [{ theme: 'purple' }]],
  ['updateSettings', [{ language: 'tlh' }]],
  ['updateSettings', [{ window: { width: 1, height: 1 } }]],
  ['updateSettings', [{ cores: 0 }]],
  ['updateSettings', [{ cores: 1.5 }]],
  ['updateSettings', [{ keepAwake: 'yes' }]],
  ['switchDataFolder', [{ folder: '', copied: true }]],
  ['showOpenDialog', [{ title: 'x', what: 'device' }]],
  ['showSaveDialog', [{ title: 'x', name: 'a', extensions: ['../../x'] }]],
  ['saveFile', [{ title: 'x', name: 'run.exe', content: 'x' }]],
  ['saveFile', [{ title: 'x', name: '../a.csv', content: 'x' }]],
  ['saveFile', [{ title: 'x', name: 'a.png', content: 'not a picture' }]],
  ['openFolder', [{ location: 'home' }]],
  ['openFolder', [{ location: 'runs', id: '../..' }]],
])('%s rejects the arguments %j', async (name, input) => {
  await expect(call(name, input)).rejects.toThrow(TypeError);
  expect(switchFolder).not.toHaveBeenCalled();
});

test('showOpenDialog takes the extensions of all files of puzzles', async () => {
  electron.dialog.showOpenDialog.mockResolvedValue({ filePaths: [] });
  const extensions = puzzleExtensions.map((extension) => extension.slice(1));
  await call('showOpenDialog', [{ title: 'Open', what: 'file', extensions }]);
  expect(electron.dialog.showOpenDialog).toHaveBeenLastCalledWith(
    expect.objectContaining({ filters: [expect.objectContaining({ extensions }) as object] }),
  );
});

test('updateSettings applies, saves and returns the settings', async () => {
  expect(await call('updateSettings', [{ theme: 'light' }])).toMatchObject({ theme: 'light' });
  expect(electron.nativeTheme.themeSource).toBe('light');
  expect(await call('getSettings')).toMatchObject({ theme: 'light', textSize: 100 });
  expect(SettingsFile.open(join(dataFolder, 'settings.json')).values.theme).toBe('light');
});

test('updateSettings reports a changed language to onLanguage', async () => {
  expect(await call('updateSettings', [{ language: 'en' }])).toMatchObject({ language: 'en' });
  expect(onLanguage).toHaveBeenCalledExactlyOnceWith('en');
});

test('updateSettings changes the cores in use and whether the computer stays awake at once', async () => {
  const saved = call('updateSettings', [{ cores: 2, keepAwake: false }]);
  expect(compute.setCores).toHaveBeenCalledExactlyOnceWith(2);
  expect(keepAwake.update).toHaveBeenCalledExactlyOnceWith({ isEnabled: false });
  expect(await saved).toMatchObject({ cores: 2, keepAwake: false });
  await call('updateSettings', [{ cores: null }]);
  expect(compute.setCores).toHaveBeenLastCalledWith(null);
  expect(keepAwake.update).toHaveBeenCalledOnce();
});

test('a chosen, new or dropped file is a token for the page; only compute gets the path', async () => {
  electron.dialog.showOpenDialog.mockResolvedValue({ filePaths: ['/mine/a.csv'] });
  electron.dialog.showSaveDialog.mockResolvedValue({ filePath: '/mine/new.csv' });
  const answers = [
    await call('showOpenDialog', [{ title: 'Open', what: 'file' }]),
    await call('showSaveDialog', [{ title: 'Save', name: 'new' }]),
    await call('acceptDroppedFile', ['/mine/b.csv']),
  ];
  expect(JSON.stringify(answers)).not.toContain('/mine');
  expect(granted.map(({ path, access }) => [path, access])).toEqual([
    ['/mine/a.csv', 'read'],
    ['/mine/new.csv', 'write'],
    ['/mine/b.csv', 'read'],
  ]);
  expect(answers).toEqual(granted.map(({ token, path }) => ({ token, name: path.slice('/mine/'.length) })));
  expect(await call('acceptDroppedFile', [''])).toBeNull();
});

test('the data folder is not switched when the user declines', async () => {
  electron.dialog.showMessageBox.mockResolvedValue({ response: 1 });
  expect(await call('switchDataFolder', [{ folder: '/other', copied: false }])).toBe(false);
  expect(switchFolder).not.toHaveBeenCalled();
});

test('showOpenDialog returns null when cancelled', async () => {
  electron.dialog.showOpenDialog.mockResolvedValue({ filePaths: [] });
  expect(await call('showOpenDialog', [{ title: 'Open', what: 'folder' }])).toBeNull();
});

test('openFolder opens folders only: a file could be run by the system', async () => {
  electron.shell.openPath.mockClear();
  await mkdir(join(dataFolder, 'models', 'program.app'), { recursive: true });
  await writeFile(join(dataFolder, 'models', 'evil.hta'), '<script>');
  await symlink('/', join(dataFolder, 'models', 'link'));
  for (const id of ['evil.hta', 'program.app', 'link'])
    await expect(call('openFolder', [{ location: 'models', id }])).rejects.toThrow('not a folder');
  await expect(call('openFolder', [{ location: 'models', id: 'missing' }])).rejects.toThrow();
  expect(electron.shell.openPath).not.toHaveBeenCalled();
});

test('openFolder opens the folder of a run inside the data folder', async () => {
  await mkdir(join(dataFolder, 'runs', 'run-1'), { recursive: true });
  await call('openFolder', [{ location: 'runs', id: 'run-1' }]);
  expect(electron.shell.openPath).toHaveBeenCalledExactlyOnceWith(join(dataFolder, 'runs', 'run-1'));
});

test('publishComputeState sends the compute state to every window', () => {
  const windows = [{ webContents: { send: vi.fn() } }, { webContents: { send: vi.fn() } }];
  electron.BrowserWindow.getAllWindows.mockReturnValueOnce(windows);
  publishComputeState({ state: 'exited', reason: 'killed' });
  for (const { webContents } of windows)
    expect(webContents.send).toHaveBeenCalledExactlyOnceWith('main/compute-state', {
      state: 'exited',
      reason: 'killed',
    });
});
