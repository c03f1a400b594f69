import { spawn } from 'node:child_process';
import { SetupError } from './setup/log.mjs';

/** Whether a window can be shown here. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Runs `action` with a display: the one there is, else a virtual one that ends with it. */
export const withDisplay = (action) => withDisplays(1, action);

/**
 * Runs `action` with a virtual display for each of `count` windows at a time, which neither take the focus from each other nor share
 * a clipboard; with the display there is, if there is one. Its environment names them in `TEST_DISPLAYS`, the first as `DISPLAY`.
 */
export async function withDisplays(count, action) {
  if (hasDisplay()) return action({});
  const servers = Array.from({ length: count }, startServer);
  const end = () => servers.forEach((server) => server.kill());
  // Also when the process ends by an error that nobody caught.
  process.once('exit', end);
  try {
    const displays = (await Promise.all(servers.map(displayNumber))).map((number) => `:${number}`);
    return await action({ DISPLAY: displays[0], TEST_DISPLAYS: displays.join(' ') });
  } finally {
    process.off('exit', end);
    end();
  }
}

const startServer = () =>
  spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });

/** Xvfb picks a free number and writes it, with a line break, once it is ready. */
function displayNumber(server) {
  return new Promise((resolve, reject) => {
    server.stdio[3].once('data', (line) => resolve(String(line).trim()));
    server.once('error', (error) => reject(new SetupError(`cannot start Xvfb: ${error.message}`)));
    server.once('exit', (code) => reject(new SetupError(`Xvfb ended with code ${code} before it was ready`)));
  });
}
