/** Records of earlier benchmarks under test/bench/history/, one JSON file each, with machine and commit. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import packageJson from '../../package.json';
import type { StepOptions, StepResult } from './steps';

/** The benchmark runs from the root of the checkout. */
const folder = resolve('test/bench/history');

const descriptionSchema = z.object({
  recordedAt: z.iso.datetime(),
  commit: z.string(),
  machine: z.object({
    cpu: z.string(),
    cores: z.number(),
    threads: z.number(),
    memoryGiB: z.number(),
    system: z.string(),
    /** One-minute load average at the start; other programs disturb the times, ratios less so. */
    load: z.number(),
  }),
  versions: z.object({ node: z.string(), onnxruntime: z.string() }),
  repeats: z.number(),
});

const recordSchema = descriptionSchema.extend({
  results: z.array(
    z.object({
      size: z.string(),
      kind: z.enum(['train', 'inference']),
      precision: z.enum(['float32', 'mixed', 'int8']),
      milliseconds: z.number(),
      gflop: z.number(),
      shareOfPeak: z.number(),
      sessionSeconds: z.number(),
      megabytes: z.number(),
      speedups: z.record(z.string(), z.number()),
    }),
  ),
});

export type BenchRecord = z.infer<typeof recordSchema>;
type Description = z.infer<typeof descriptionSchema>;

/** Numbers by name, with their unit or `×` for ratios, e.g. `paper, × 1 worker`. */
export type Measurements = Readonly<Record<string, number>>;

/** Benchmarks whose records hold named numbers instead of steps. */
export const measured = ['scaling', 'responsiveness'] as const;
export type Measured = (typeof measured)[number];

export const measurementsSchema = descriptionSchema.extend({ measurements: z.record(z.string(), z.number()) });

/** Describes this machine and checkout; call it before the steps, so that `load` is that of other programs. */
export function describeBench({ repeats, threads }: Pick<StepOptions, 'repeats' | 'threads'>): Description {
  return {
    recordedAt: new Date().toISOString(),
    commit: currentCommit(),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      threads,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${platform()} ${release()}`,
      load: loadavg()[0]!,
    },
    versions: { node: process.versions.node, onnxruntime: packageJson.dependencies['onnxruntime-node'] },
    repeats,
  };
}

/** Returns the checked-out commit, with `-dirty` if tracked files differ from it. */
function currentCommit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** Writes the record of a benchmark of steps, or with a name that of another one. @returns its path */
export async function writeRecord(
  record: BenchRecord | (Description & { readonly measurements: Measurements }),
  benchmark?: Measured,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const suffix = benchmark ? `-${benchmark}` : '';
  const name = `${record.recordedAt.replace(/[:.]/g, '-')}-${record.commit}${suffix}.json`;
  const file = join(folder, name);
  await writeFile(file, `${JSON.stringify(record, rounded, 2)}\n`);
  return file;
}

/** Four significant digits: more would be noise. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

const isOfSteps = (name: string): boolean => !measured.some((each) => name.endsWith(`-${each}.json`));

/** @param name `last`, or a file name of steps under test/bench/history/. @throws Error for an unknown record */
export async function readRecord(name: string): Promise<BenchRecord> {
  const files = await readdir(folder).catch(() => []);
  const names = files.filter((each) => each.endsWith('.json') && isOfSteps(each)).sort();
  const chosen = name === 'last' ? names.at(-1) : names.find((each) => each === name || each === `${name}.json`);
  if (chosen === undefined)
    throw new Error(
      `no benchmark record "${name}"; ${names.length === 0 ? 'there are none' : `known: ${names.join(', ')}`}`,
    );
  return recordSchema.parse(JSON.parse(await readFile(join(folder, chosen), 'utf8')));
}

/**
 * Compares a result with the same step in an earlier record: returns the ratio of the shares of peak, which does not
 * depend on the speed of the machine, or null if the record has no such step.
 */
export function compare(result: StepResult, record: BenchRecord): number | null {
  const earlier = record.results.find(
    ({ size, kind, precision }) => size === result.size && kind === result.kind && precision === result.precision,
  );
  return earlier === undefined ? null : result.shareOfPeak / earlier.shareOfPeak;
}
