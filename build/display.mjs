import { spawn } from 'node:child_process';
import { SetupError } from './setup/log.mjs';

/** Whether a window can be shown here. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Runs `action` with a display: the one there is, else a virtual one that ends with it. */
export async function withDisplay(action) {
  if (hasDisplay()) return action({});
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const end = () => server.kill();
  // Also when the process ends by an error that nobody caught.
  process.once('exit', end);
  try {
    return await action({ DISPLAY: `:${await displayNumber(server)}` });
  } finally {
    process.off('exit', end);
    end();
  }
}

/** Xvfb picks a free number and writes it, with a line break, once it is ready. */
function displayNumber(server) {
  return new Promise((resolve, reject) => {
    server.stdio[3].once('data', (line) => resolve(String(line).trim()));
    server.once('error', (error) => reject(new SetupError(`cannot start Xvfb: ${error.message}`)));
    server.once('exit', (code) => reject(new SetupError(`Xvfb ended with code ${code} before it was ready`)));
  });
}
