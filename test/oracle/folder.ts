/** The recorded reference numbers: from ORACLE_DIR, else from a folder beside the checkout, else from test/fixtures. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'vitest';
import { readSafetensors, type SafetensorsFile, type StoredTensor } from '../../models/checkpoint/safetensors';

const root = resolve(import.meta.dirname, '../..');
const siblingFolder = resolve(root, '../shared/oracle');

export const oracleFolder =
  process.env['ORACLE_DIR'] ?? (existsSync(siblingFolder) ? siblingFolder : join(root, 'test/fixtures/oracle'));

/** A `describe` for one part of the oracle, named by its path; reported as skipped if the folder does not contain it. */
export function describeOracle(path: readonly string[], tests: () => void): void {
  // Vitest runs the body of a skipped describe, which would read missing files.
  if (existsSync(join(oracleFolder, ...path))) describe(path.join('/'), tests);
  else describe(path.join('/'), () => test.skip('not in this copy of the oracle'));
}

/** Returns the sorted names inside a folder of the oracle, or inside another one by its full path; an empty list if it is absent. */
export function listFolder(...path: string[]): string[] {
  const folder = resolve(oracleFolder, ...path);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

// The shape of each JSON file is known to the test that reads it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function readJson(...path: string[]): any {
  return JSON.parse(readFileSync(resolve(oracleFolder, ...path), 'utf8'));
}

/** The tensors of one safetensors file, by name; errors name the file. */
export class OracleTensors {
  private readonly path: string;
  readonly file: SafetensorsFile;

  constructor(...path: string[]) {
    this.path = resolve(oracleFolder, ...path);
    this.file = readSafetensors(readFileSync(this.path));
  }

  get names(): readonly string[] {
    return [...this.file.tensors.keys()];
  }

  get(name: string): StoredTensor {
    const tensor = this.file.tensors.get(name);
    if (!tensor) throw new Error(`${this.path} has no tensor ${name}`);
    return tensor;
  }

  floats(name: string): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.get(name).values);
  }

  ints(name: string): Int32Array<ArrayBuffer> {
    return Int32Array.from(this.get(name).values);
  }
}
