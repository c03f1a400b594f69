/** Restricts pages: no network, no navigation, no new windows, no permission except copying to the clipboard. */
import { app, protocol, session, type Session, type WebContents, type WebFrameMain } from 'electron';
import { isOurPage, scheme, servePage } from './app-protocol';

/** Call before Electron is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Call when Electron is ready, before the first window. */
export function secureSession(pagesFolder: string): void {
  const ours = session.defaultSession;
  ours.protocol.handle(scheme, (request) => servePage(pagesFolder, request.url));
  denyPermissions(ours);
  denyNetwork(ours);
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
}

/** "Copy details" writes text to the clipboard when clicked; nothing is read from it. */
const allowed = 'clipboard-sanitized-write';

function denyPermissions(ours: Session): void {
  ours.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === allowed));
  ours.setPermissionCheckHandler((_contents, permission) => permission === allowed);
}

/** Repeats the content security policy of the pages, in case a page has lost it. */
function denyNetwork(ours: Session): void {
  const urls = ['http', 'https', 'ws', 'wss', 'ftp', 'file'].map((name) => `${name}://*/*`);
  ours.webRequest.onBeforeRequest({ urls }, (_details, answer) => answer({ cancel: true }));
}
