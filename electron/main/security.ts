/** Restricts pages: no network, no navigation, no new windows, no downloads, no permission except copying to the clipboard and full screen. */
import { app, protocol, session, type Session, type WebContents, type WebFrameMain } from 'electron';
import { isOurPage, scheme, servePage, startPage } from './app-protocol';

/** Call before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** What Chromium does on its own: component updates, reports, and addresses that a peer connection reveals. */
const quietSwitches = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['no-pings'],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
] as const;

/** Call before Electron is ready. */
export function denyBackgroundNetwork(): void {
  for (const [name, value] of quietSwitches) app.commandLine.appendSwitch(name, value);
}

/** Switches that let other programs control the page or the process. */
const debuggingSwitches = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'inspect',
  'inspect-brk',
];

/** Whether an installed application was started for debugging, which it refuses: any local program could use the page then. */
export const isDebuggedPackage = (): boolean =>
  app.isPackaged && debuggingSwitches.some((name) => app.commandLine.hasSwitch(name));

/** Call when Electron is ready, before the first window. */
export function secureSession(pagesFolder: string): void {
  const ours = session.defaultSession;
  ours.protocol.handle(scheme, (request) => servePage(pagesFolder, request.url));
  denyPermissions(ours);
  denyNetwork(ours);
  // Files are saved through `saveFile`, which checks what they are.
  ours.on('will-download', (event) => event.preventDefault());
  // Chromium downloads dictionaries, also where no field is checked.
  ours.setSpellCheckerLanguages([]);
}

/** Restricts every page that will be created. */
export function confinePages(): void {
  app.on('web-contents-created', (_event, contents) => confine(contents));
}

/** Whether a call comes from the top frame of our own page. */
export function isTrusted(frame: WebFrameMain | null): frame is WebFrameMain {
  return frame !== null && frame.parent === null && isOurPage(frame.url);
}

function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // Peer connections send packets past every other restriction.
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  // `about:` pages cannot be prevented; the window returns from them.
  contents.on('did-navigate', (_event, url) => {
    if (!isOurPage(url)) void contents.loadURL(startPage);
  });
}

/** "Copy details" writes text to the clipboard when clicked; nothing is read from it. The board can fill the screen. */
const allowed: readonly string[] = ['clipboard-sanitized-write', 'fullscreen'];

function denyPermissions(ours: Session): void {
  ours.setPermissionRequestHandler((_contents, permission, answer) => answer(allowed.includes(permission)));
  ours.setPermissionCheckHandler((_contents, permission) => allowed.includes(permission));
}

/** Repeats the content security policy of the pages, in case a page has lost it. */
function denyNetwork(ours: Session): void {
  const urls = ['http', 'https', 'ws', 'wss', 'ftp', 'file'].map((name) => `${name}://*/*`);
  ours.webRequest.onBeforeRequest({ urls }, (_details, answer) => answer({ cancel: true }));
}
