/** The processes between a terminal and an npm script: npm, and the shell in which it runs the script. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Ids of the npm process that runs this script and of its shell, if there is one. Empty for scripts that were started otherwise, and on
 * Windows, where neither is known.
 */
export function findNpmProcesses() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return [];
  const parent = describe(process.ppid);
  if (parent === null || isNpm(parent)) return [process.ppid];
  // Some shells are replaced by the command; others stay and wait for it.
  const npm = describe(parent.ppid);
  return npm !== null && isNpm(npm) ? [process.ppid, parent.ppid] : [process.ppid];
}

const isNpm = ({ command }) => /^npm\b|[/\\]npm(-cli\.js)?\b/u.test(command);

/** Parent and command line of a process; null where they cannot be read. */
function describe(pid) {
  try {
    return process.platform === 'linux' ? readProc(pid) : askPs(pid);
  } catch {
    return null;
  }
}

function readProc(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program name, which may contain any character, ends at the last bracket.
  const [, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { ppid: Number(ppid), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') };
}

function askPs(pid) {
  const [, ppid, command] = /^\s*(\d+)\s+(.*)/u.exec(
    execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }),
  );
  return { ppid: Number(ppid), command };
}
