/** The protocol `app://lab/…`, which serves the built window and nothing else. */
import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, sep } from 'node:path';

export const scheme = 'app';
const host = 'lab';
export const startPage = `${scheme}://${host}/index.html`;

/** Allows only files of the window's folder: no eval, no inline script or style, no frames, no network. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "object-src 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Whether an address is one of our pages. */
export function isOurPage(address: string): boolean {
  try {
    const { protocol, host: addressHost } = new URL(address);
    return protocol === `${scheme}:` && addressHost === host;
  } catch {
    return false;
  }
}

/** Serves a file of `folder`. */
export async function servePage(folder: string, address: string): Promise<Response> {
  const file = resolvePage(folder, address);
  const type = file && contentTypes[extname(file)];
  if (!file || !type) return refusal(404);
  try {
    return new Response(await readFile(file), { headers: headers(type) });
  } catch {
    return refusal(404);
  }
}

/** The file inside `folder` that an address names; null for anything that leads out of it. */
export function resolvePage(folder: string, address: string): string | null {
  if (!isOurPage(address)) return null;
  const file = join(folder, decodePath(address));
  const inside = relative(folder, file);
  const leadsOut = inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return leadsOut || file.includes('\0') ? null : file;
}

/** Encoded dots and slashes are decoded before the check, so they cannot slip past it. */
function decodePath(address: string): string {
  try {
    return decodeURIComponent(new URL(address).pathname);
  } catch {
    return '';
  }
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: headers('text/plain') });
}

function headers(type: string): Record<string, string> {
  return {
    'Content-Type': type,
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
  };
}
