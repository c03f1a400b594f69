/** Notices when npm or its shell has ended: a signal to one of them does not reach the command. */
import { readFileSync } from 'node:fs';
import { isRunning, parseStat } from '../compute/storage/lock-file';

/** Milliseconds between two checks. */
const INTERVAL = 1000;

/** Calls `onEnd` once, when one of the processes in `TRM_LAB_PARENTS` (`build/run.mjs`) has ended. */
export function watchParentProcesses(onEnd: () => void): void {
  const parents = (process.env.TRM_LAB_PARENTS ?? '').split(' ').filter(Boolean).map(Number);
  if (parents.length === 0) return;
  const timer = setInterval(() => {
    if (parents.every(isAlive)) return;
    clearInterval(timer);
    onEnd();
  }, INTERVAL).unref();
}

const isAlive = (pid: number): boolean => isRunning(pid) && !isZombie(pid);

/** False on systems other than Linux. */
function isZombie(pid: number): boolean {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')).isZombie;
  } catch {
    return false;
  }
}
