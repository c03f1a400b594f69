/** Permissions of pages. Only Electron's own objects are mocked. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';

type Listener = (...args: never[]) => unknown;

const electron = vi.hoisted(() => ({
  app: { on: vi.fn(), isPackaged: false, commandLine: { appendSwitch: vi.fn(), hasSwitch: vi.fn(() => false) } },
  protocol: { registerSchemesAsPrivileged: vi.fn() },
  session: {
    defaultSession: {
      protocol: { handle: vi.fn() },
      setPermissionRequestHandler: vi.fn(),
      setPermissionCheckHandler: vi.fn(),
      webRequest: { onBeforeRequest: vi.fn() },
      on: vi.fn(),
      setSpellCheckerLanguages: vi.fn(),
    },
  },
}));
vi.mock('electron', () => electron);

const { confinePages, denyBackgroundNetwork, isDebuggedPackage, isTrusted, registerScheme, secureSession } =
  await import('../../../electron/main/security');

beforeEach(() => void vi.clearAllMocks());

const frame = (url: string, parent: object | null = null) => ({ url, parent }) as Parameters<typeof isTrusted>[0];

test.each([
  ['the top frame of the application page', frame('app://lab/index.html'), true],
  ['a frame inside the application page', frame('app://lab/index.html', {}), false],
  ['another host of the app scheme', frame('app://other/index.html'), false],
  ['a web page', frame('https://example.org/app://lab/'), false],
  ['an empty address', frame(''), false],
  ['a closed frame', null, false],
])('isTrusted of %s is %s', (_, sender, expected) => expect(isTrusted(sender)).toBe(expected));

test('registerScheme requests the privileges standard, secure and fetch only', () => {
  registerScheme();
  expect(electron.protocol.registerSchemesAsPrivileged).toHaveBeenCalledExactlyOnceWith([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
});

/** The contents of a new page, confined. */
function createContents() {
  confinePages();
  const created = electron.app.on.mock.calls.find(([event]) => event === 'web-contents-created')?.[1] as Listener;
  const contents = {
    on: vi.fn(),
    setWindowOpenHandler: vi.fn(),
    setWebRTCIPHandlingPolicy: vi.fn(),
    loadURL: vi.fn(async () => undefined),
  };
  (created as (event: object, contents: object) => void)({}, contents);
  return contents;
}

test('confinePages lets no peer connection send packets past the proxy', () => {
  expect(createContents().setWebRTCIPHandlingPolicy).toHaveBeenCalledExactlyOnceWith('disable_non_proxied_udp');
});

test('a window that has reached a page not ours returns from it', () => {
  const { on, loadURL } = createContents();
  const navigated = on.mock.calls.find(([known]) => known === 'did-navigate')?.[1] as (...args: unknown[]) => void;
  navigated({}, 'app://lab/index.html');
  expect(loadURL).not.toHaveBeenCalled();
  navigated({}, 'about:blank');
  expect(loadURL).toHaveBeenCalledExactlyOnceWith('app://lab/index.html');
});

test('Chromium is told to do nothing on the network by itself', () => {
  denyBackgroundNetwork();
  const names = electron.app.commandLine.appendSwitch.mock.calls.map(([name]: unknown[]) => name);
  expect(names).toEqual(
    expect.arrayContaining(['disable-background-networking', 'disable-component-update', 'disable-domain-reliability']),
  );
  secureSession('/pages');
  expect(electron.session.defaultSession.setSpellCheckerLanguages).toHaveBeenCalledExactlyOnceWith([]);
});

test('secureSession prevents downloads', () => {
  secureSession('/pages');
  const [, listener] = electron.session.defaultSession.on.mock.calls.find(([name]) => name === 'will-download') ?? [];
  const event = { preventDefault: vi.fn() };
  (listener as (event: object) => void)(event);
  expect(event.preventDefault).toHaveBeenCalledOnce();
});

test.each([
  [true, 'remote-debugging-port', true],
  [true, 'remote-debugging-pipe', true],
  [true, 'inspect', true],
  [true, 'lang', false],
  [false, 'remote-debugging-port', false],
])('packaged: %s, with --%s: is refused: %s', (isPackaged, name, refused) => {
  electron.app.isPackaged = isPackaged;
  electron.app.commandLine.hasSwitch.mockImplementation(((known: string) => known === name) as never);
  expect(isDebuggedPackage()).toBe(refused);
});

test('confinePages blocks navigation, new windows and embedded pages', () => {
  const contents = createContents();
  for (const name of ['will-navigate', 'will-attach-webview']) {
    const event = { preventDefault: vi.fn() };
    contents.on.mock.calls.find(([known]) => known === name)?.[1](event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  }
  expect(contents.setWindowOpenHandler.mock.calls[0]?.[0]({ url: 'https://example.org' })).toEqual({ action: 'deny' });
});

test('secureSession grants only permission to copy text and to fill the screen', () => {
  secureSession('/pages');
  const { setPermissionCheckHandler, setPermissionRequestHandler } = electron.session.defaultSession;
  const permissions = [
    'clipboard-sanitized-write',
    'clipboard-read',
    'media',
    'geolocation',
    'openExternal',
    'fullscreen',
  ];
  const check = setPermissionCheckHandler.mock.calls[0]?.[0];
  expect(permissions.filter((permission) => check(null, permission))).toEqual([
    'clipboard-sanitized-write',
    'fullscreen',
  ]);
  const request = setPermissionRequestHandler.mock.calls[0]?.[0];
  const granted = permissions.filter((permission) => {
    const answer = vi.fn();
    request(null, permission, answer);
    return answer.mock.calls[0]?.[0] === true;
  });
  expect(granted).toEqual(['clipboard-sanitized-write', 'fullscreen']);
});

test('secureSession cancels requests to the network and to files', () => {
  secureSession('/pages');
  const [filter, listener] = electron.session.defaultSession.webRequest.onBeforeRequest.mock.calls[0] ?? [];
  expect((filter as { urls: string[] }).urls).toEqual(
    expect.arrayContaining(['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file://*/*']),
  );
  const answer = vi.fn();
  listener({ url: 'https://example.org' }, answer);
  expect(answer).toHaveBeenCalledExactlyOnceWith({ cancel: true });
});

test('secureSession serves pages from the folder with a strict content security policy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pages-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'index.html'), '<p>lab</p>');
  secureSession(folder);
  const [scheme, serve] = electron.session.defaultSession.protocol.handle.mock.calls[0] ?? [];
  expect(scheme).toBe('app');
  const page = (await serve({ url: 'app://lab/index.html' })) as Response;
  expect(await page.text()).toBe('<p>lab</p>');
  const policy = page.headers.get('Content-Security-Policy');
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(((await serve({ url: 'app://lab/../secret.html' })) as Response).status).toBe(404);
});
