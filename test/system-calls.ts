/** Runs a program under strace (Linux) and reports its internet addresses and the files it writes. */
import {
  spawn,
  spawnSync,
  type ChildProcessWithoutNullStreams,
  type SpawnOptionsWithoutStdio,
} from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const canTrace = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0;

const traced =
  'trace=network,openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink';

/**
 * Starts a program whose calls, with those of all its threads and processes, are written to `traces`: a file for each.
 * The child process is the program itself, so that signals reach it.
 */
export function spawnTraced(
  traces: string,
  file: string,
  args: readonly string[],
  options: SpawnOptionsWithoutStdio,
): ChildProcessWithoutNullStreams {
  const strace = ['-D', '-ff', '-qq', '-y', '-s', '4096', '--seccomp-bpf', '-e', traced, '-e', 'signal=none'];
  return spawn('strace', [...strace, '-o', join(traces, 'calls'), file, ...args], options);
}

export interface SystemCalls {
  /** Calls with an internet address: of other computers, or of a name server. */
  readonly remote: readonly string[];
  /** Files that were opened for any purpose. */
  readonly opened: ReadonlySet<string>;
  /** Files and folders that were created, written or renamed to, without devices and `/proc`. */
  readonly written: ReadonlySet<string>;
}

/** Reads the calls of a program that has ended; the tracer may still be writing. */
export async function readSystemCalls(traces: string): Promise<SystemCalls> {
  let lines = readLines(traces);
  for (let before = -1; lines.length > before; lines = readLines(traces)) {
    before = lines.length;
    await sleep(300);
  }
  return {
    remote: lines.filter(isRemote),
    opened: new Set(lines.flatMap((line) => openedPath(line)?.path ?? [])),
    written: new Set(lines.flatMap(writtenPaths).filter((path) => !/^\/(?:dev|proc)\//u.test(path))),
  };
}

const readLines = (folder: string): string[] =>
  readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean));

/** Whether the call names the internet address of another computer, or the port of name servers on any. */
export function isRemote(call: string): boolean {
  const addresses = call.matchAll(
    /\{sa_family=AF_INET6?, sin6?_port=htons\((\d+)\)[^}]*?(?:addr\(|AF_INET6, )"([^"]+)"/gu,
  );
  return [...addresses].some(
    ([, port, address]) => port === '53' || !/^(?:127\.|::1$|::ffff:127\.)/u.test(address ?? ''),
  );
}

/** The file that a successful call opens. */
function openedPath(call: string): { path: string; isWritten: boolean } | null {
  const [, name = '', inside = '', path] = /^(open|openat|creat)\((.*)\)\s+= \d+<(.*)>$/u.exec(call) ?? [];
  if (path === undefined) return null;
  const isWritten = name === 'creat' || /\bO_(?:WRONLY|RDWR|CREAT)\b/u.test(inside);
  return { path: path.replace(/ \(deleted\)$/u, ''), isWritten };
}

/** Absolute paths that a successful call creates, opens for writing or renames to. */
function writtenPaths(call: string): string[] {
  const opened = openedPath(call);
  if (opened) return opened.isWritten ? [opened.path] : [];
  const inside = /^(?:mkdir|rename|link|symlink)\w*\((.*)\)\s+= 0$/u.exec(call)?.[1];
  if (inside === undefined) return [];
  // The last path is the new name; those of `…at` calls are relative to the folder before them.
  const [, folder, path = ''] =
    /^(?:.*[ ,(])?(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"[^"]*$/u.exec(inside) ?? [];
  return [path.startsWith('/') || folder === undefined ? path : join(folder, path)];
}

/** Names in a folder whose numbers do not tell them apart: two runs share only names that can be guessed. */
export function comparableNames({ written }: SystemCalls, folder: string): string[] {
  const names = [...written]
    .filter((path) => path.startsWith(`${folder}/`))
    .map((path) => path.slice(folder.length + 1));
  return [...new Set(names.map((name) => name.split('/')[0]!.replaceAll(/\d+/gu, '#')))];
}
