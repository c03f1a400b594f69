/** The command line under strace: no internet addresses, no files outside its folders, no names that can be guessed. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NOT_SOLVED } from '../../../electron/cli/exit';
import {
  canTrace,
  comparableNames,
  isRemote,
  readSystemCalls,
  spawnTraced,
  type SystemCalls,
} from '../../system-calls';
import { build, start, waitForExit } from './lab-command';

const folder = mkdtempSync(join(tmpdir(), 'trm-lab-calls-'));
const [data, home, temporary] = ['data', 'home', 'temporary'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
beforeAll(async () => {
  for (const path of [data, home, temporary]) mkdirSync(path);
  await build();
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs `lab`, or a script of Node's, and returns its calls. */
async function callsOf(args: readonly string[], script?: string): Promise<SystemCalls> {
  const traces = mkdtempSync(join(folder, 'traces-'));
  const env = { HOME: home, TMPDIR: temporary, XDG_CACHE_HOME: '', XDG_CONFIG_HOME: '', UV_USE_IO_URING: '0' };
  const child = start(args, data, env, (file, rest, options) =>
    spawnTraced(traces, file, script === undefined ? rest : ['-e', script], options),
  );
  const { code, stderr } = await waitForExit(child);
  // A model of three steps solves nothing.
  const expected = args[0] === 'solve' ? NOT_SOLVED : 0;
  expect({ code, stderr }).toEqual({ code: expected, stderr: expect.any(String) as string });
  return readSystemCalls(traces);
}

const outside = ({ written }: SystemCalls): string[] =>
  [...written].filter((path) => ![data, temporary].some((allowed) => path.startsWith(`${allowed}/`)));

test('addresses of other computers and of name servers are recognised', () => {
  const connect = (family: string, port: number, address: string) =>
    isRemote(
      `connect(20<socket:[1]>, {sa_family=${family}, ${family === 'AF_INET' ? 'sin' : 'sin6'}_port=htons(${port}), ${address}}, 28) = 0`,
    );
  expect(connect('AF_INET', 443, 'sin_addr=inet_addr("192.0.2.1")')).toBe(true);
  expect(connect('AF_INET', 53, 'sin_addr=inet_addr("127.0.0.53")')).toBe(true);
  expect(connect('AF_INET', 8080, 'sin_addr=inet_addr("127.0.0.1")')).toBe(false);
  const version6 = (address: string) =>
    `sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "${address}", &sin6_addr), sin6_scope_id=0`;
  expect(connect('AF_INET6', 443, version6('2001:db8::1'))).toBe(true);
  expect(connect('AF_INET6', 443, version6('::1'))).toBe(false);
});

describe.skipIf(!canTrace)('under strace (Linux, where it is installed)', () => {
  test('a script that does what is forbidden is seen', async () => {
    const script = `
      const { mkdtempSync, renameSync, writeFileSync } = require('node:fs');
      writeFileSync(process.env.HOME + '/seen', '');
      renameSync(process.env.HOME + '/seen', process.env.HOME + '/moved');
      writeFileSync(process.env.TMPDIR + '/lab-' + process.pid + '.tmp', '');
      mkdtempSync(process.env.TMPDIR + '/lab-');
      const socket = require('node:dgram').createSocket('udp4');
      // Names the address; sends nothing.
      socket.connect(9, '192.0.2.1', () => socket.close());`;
    const [first, second] = [await callsOf([], script), await callsOf([], script)];
    expect(first.remote).toContainEqual(expect.stringMatching(/^connect\(.*192\.0\.2\.1/u));
    expect(outside(first)).toEqual([join(home, 'seen'), join(home, 'moved')]);
    expect(comparableNames(first, temporary)).toHaveLength(2);
    expect(
      comparableNames(first, temporary).filter((name) => comparableNames(second, temporary).includes(name)),
    ).toEqual(['lab-#.tmp']);
    rmSync(home, { recursive: true });
    mkdirSync(home);
  }, 60_000);

  test('train and solve stay local and within their folders', async () => {
    const train = (out: string) =>
      callsOf([
        'train',
        '--dataset',
        'sudoku-4x4',
        '--preset',
        'classroom',
        '--batch-size',
        '8',
        '--max-eval-samples',
        '16',
        '--max-steps',
        '3',
        '--out',
        join(data, out),
      ]);
    const solve = () => callsOf(['solve', '--model', join(data, 'first'), '--puzzle', '1.....3..2.....4']);
    const [first, second] = [
      [await train('first'), await solve()],
      [await train('second'), await solve()],
    ];
    for (const calls of [...first, ...second]) {
      expect(calls.remote).toEqual([]);
      expect(outside(calls)).toEqual([]);
    }
    expect([...first[0]!.written]).toContain(join(data, 'first'));
    expect(readdirSync(home)).toEqual([]);
    const names = (runs: readonly SystemCalls[]) => runs.flatMap((calls) => comparableNames(calls, temporary));
    expect(names(first).filter((name) => names(second).includes(name))).toEqual([]);
  }, 120_000);
});
