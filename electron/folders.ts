/** Where the lab keeps what belongs to the user. The same for the window and the command line. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** `TRM_LAB_DATA` when set, else the usual place of the platform. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env): string {
  return env.TRM_LAB_DATA ? resolve(env.TRM_LAB_DATA) : join(applicationData(env), 'TRM Puzzle Lab');
}

function applicationData(env: NodeJS.ProcessEnv): string {
  switch (process.platform) {
    case 'win32':
      return env.APPDATA ?? join(homedir(), 'AppData', 'Roaming');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support');
    default:
      return env.XDG_CONFIG_HOME || join(homedir(), '.config');
  }
}
