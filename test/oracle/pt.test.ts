/** Reads every recorded checkpoint file and compares its tensors, or expects a one-line error; no pickle code is run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FormatError } from '../../datasets/formats/format-error';
import type { StoredTensor } from '../../models/checkpoint/safetensors';
import { readTorchCheckpoint } from '../../models/checkpoint/torch/read-torch';
import { describeOracle, OracleTensors, oracleFolder, readJson } from './folder';

interface Recorded {
  readonly expect: string;
  /** Safetensors file with the same tensors, their names without the prefix. */
  readonly tensors?: string;
  readonly prefix?: string;
}

const plain = ([name, { shape, values }]: readonly [string, StoredTensor]) => [name, { shape, values }] as const;

async function expectRecorded(path: string, { tensors, prefix = '' }: Recorded): Promise<void> {
  const read = await readTorchCheckpoint(path);
  if (tensors === undefined) return void expect(read.size).toBeGreaterThan(0);
  const expected = new OracleTensors('pt', tensors).file.tensors;
  const renamed = [...read].map(([name, tensor]) => [prefix ? name.replace(prefix, 'model.') : name, tensor] as const);
  // Compared as bits, by toEqual on typed arrays: NaN equals NaN.
  expect(new Map(renamed.map(plain))).toEqual(new Map([...expected].map(plain)));
}

/** Malicious files and the function that each pickle calls. */
const hostile: Readonly<Record<string, string>> = {
  'evil_os_system.pt': 'os.system',
  'evil_hidden.pt': 'posix.system',
  'evil_stack_global.pt': 'builtins.eval',
  'evil_torch_attr.pt': 'torch.hub.load_state_dict_from_url',
};

describeOracle(['pt'], () => {
  const { files } = readJson('pt', 'index.json') as { files: Record<string, Recorded> };
  for (const [name, recorded] of Object.entries(files).filter(([file]) => !file.endsWith('.safetensors'))) {
    const path = join(oracleFolder, 'pt', name);
    if (!existsSync(path)) {
      test.skip(`${name}: not in this copy of the oracle`);
    } else if (recorded.expect.startsWith('loads')) {
      test(`${name} has the recorded tensors`, () => expectRecorded(path, recorded));
    } else {
      test(`${name} throws a one-line FormatError`, async () => {
        const refusal = await readTorchCheckpoint(path).then(
          () => null,
          (error: Error) => error,
        );
        expect(refusal).toBeInstanceOf(FormatError);
        expect(refusal?.message).toMatch(
          new RegExp(`^${name.replace('.', '\\.')}[^\n]*: expected [^\n]+, found [^\n]+$`, 'u'),
        );
        if (hostile[name])
          expect(refusal?.message).toContain(`found a call of ${hostile[name]}, which is never executed`);
      });
    }
  }

  const pair = ['nested.pt', 'base_small.pt'].map((name) => join(oracleFolder, 'pt', name));
  const isPresent = pair.every((path) => existsSync(path));
  test.skipIf(!isPresent)('a checkpoint with nested tensors has the same tensors as the flat one', async () => {
    const [nested, base] = await Promise.all(pair.map((path) => readTorchCheckpoint(path)));
    expect(nested).toEqual(base);
  });
});
