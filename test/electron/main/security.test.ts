/** What pages may do. Only Electron's own objects are replaced. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';

type Listener = (...args: never[]) => unknown;

const electron = vi.hoisted(() => ({
  app: { on: vi.fn() },
  protocol: { registerSchemesAsPrivileged: vi.fn() },
  session: {
    defaultSession: {
      protocol: { handle: vi.fn() },
      setPermissionRequestHandler: vi.fn(),
      setPermissionCheckHandler: vi.fn(),
      webRequest: { onBeforeRequest: vi.fn() },
    },
  },
}));
vi.mock('electron', () => electron);

const { confinePages, isTrusted, registerScheme, secureSession } = await import('../../../electron/main/security');

beforeEach(() => void vi.clearAllMocks());

const frame = (url: string, parent: object | null = null) => ({ url, parent }) as Parameters<typeof isTrusted>[0];

test.each([
  ['the top frame of our own page', frame('app://lab/index.html'), true],
  ['a frame inside it', frame('app://lab/index.html', {}), false],
  ['another page of the scheme', frame('app://other/index.html'), false],
  ['a page of the web', frame('https://example.org/app://lab/'), false],
  ['an address that is none', frame(''), false],
  ['a frame that is gone', null, false],
])('%s is trusted: %s', (_, sender, isAccepted) => expect(isTrusted(sender)).toBe(isAccepted));

test('the scheme is secure and standard, and gets no more rights', () => {
  registerScheme();
  expect(electron.protocol.registerSchemesAsPrivileged).toHaveBeenCalledExactlyOnceWith([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
});

test('every page is kept from navigating, from opening windows and from embedding others', () => {
  confinePages();
  const created = electron.app.on.mock.calls.find(([event]) => event === 'web-contents-created')?.[1] as Listener;
  const contents = { on: vi.fn(), setWindowOpenHandler: vi.fn() };
  (created as (event: object, contents: object) => void)({}, contents);
  for (const name of ['will-navigate', 'will-attach-webview']) {
    const event = { preventDefault: vi.fn() };
    contents.on.mock.calls.find(([known]) => known === name)?.[1](event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  }
  expect(contents.setWindowOpenHandler.mock.calls[0]?.[0]({ url: 'https://example.org' })).toEqual({ action: 'deny' });
});

test('the only permission is to copy text', () => {
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
  expect(permissions.filter((permission) => check(null, permission))).toEqual(['clipboard-sanitized-write']);
  const request = setPermissionRequestHandler.mock.calls[0]?.[0];
  const granted = permissions.filter((permission) => {
    const answer = vi.fn();
    request(null, permission, answer);
    return answer.mock.calls[0]?.[0] === true;
  });
  expect(granted).toEqual(['clipboard-sanitized-write']);
});

test('requests to the network and to files are cancelled', () => {
  secureSession('/pages');
  const [filter, listener] = electron.session.defaultSession.webRequest.onBeforeRequest.mock.calls[0] ?? [];
  expect((filter as { urls: string[] }).urls).toEqual(
    expect.arrayContaining(['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*', 'file://*/*']),
  );
  const answer = vi.fn();
  listener({ url: 'https://example.org' }, answer);
  expect(answer).toHaveBeenCalledExactlyOnceWith({ cancel: true });
});

test('pages come from their folder, with a policy that allows no inline script and no other origin', async () => {
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
