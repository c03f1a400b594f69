/**
 * Exports every recorded model to a PyTorch checkpoint and imports it again: the logits match the reference.
 * For weights with a PyTorch recording (found by the SHA-256 of params.safetensors, not by name), the exported file is
 * byte for byte the one that PyTorch loaded with `weights_only=True`, and the logits match those of PyTorch.
 * If TORCH_PYTHON names a Python with PyTorch, it loads the file again; TORCH_RECORD=1 records its results.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exportModel } from '../../models/checkpoint/export/export-model';
import { importModel } from '../../models/checkpoint/import/import-model';
import { evalStepGraph } from '../../models/evaluate/eval-step';
import { forwardFeeds, emptyCarry } from '../../models/train/forward';
import { Session } from '../../models/runtime/session';
import { BATCH, OracleCase } from './case';
import { expectWithinNoise } from './closeness';
import { listFolder, oracleFolder } from './folder';

interface Loaded {
  readonly torch: string;
  readonly names: readonly string[];
  /** [B, S, V] of the first step on the batch b1. */
  readonly logits: readonly number[];
}

/** Keys are the SHA-256 of the weights; `sha256` is that of the exported file. */
type Recorded = Record<string, Loaded & { readonly case: string; readonly sha256: string }>;

const recordFile = resolve('test/fixtures/exported/pytorch.json');
const recorded = JSON.parse(readFileSync(recordFile, 'utf8')) as Recorded;
const python = process.env['TORCH_PYTHON'];
const folder = mkdtempSync(join(tmpdir(), 'trm-pytorch-'));
afterAll(() => rmSync(folder, { recursive: true }));

function runPyTorch(file: string, oracle: OracleCase): Loaded {
  const { inputs, puzzleIdentifiers } = oracle.batch('b1');
  const { seqLen } = oracle.config;
  const rows = Array.from({ length: BATCH }, (_, row) => [...inputs.subarray(row * seqLen, (row + 1) * seqLen)]);
  const request = JSON.stringify({ model: oracle.config, inputs: rows, puzzle_identifiers: [...puzzleIdentifiers] });
  const { status, stdout, stderr } = spawnSync(python ?? '', [resolve('test/oracle/load_checkpoint.py'), file], {
    input: request,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`PyTorch did not load the checkpoint: ${stderr}`);
  return JSON.parse(stdout) as Loaded;
}

/** Logits of the app for an exported file, imported again; [B, S, V]. */
async function appLogits(file: string, oracle: OracleCase): Promise<Float32Array> {
  const { config, state } = await importModel(file);
  const step = evalStepGraph(config, BATCH);
  step.graph.output('logits', step.logits);
  const session = await Session.create(step.graph);
  const data = { ...oracle.batch('b1'), ...emptyCarry(config, BATCH), reset: new Uint8Array(BATCH).fill(1) };
  const { logits } = await session.run(forwardFeeds(config, state, data));
  await session.release();
  return oracle.byExample(logits as Float32Array);
}

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

for (const name of listFolder('models')) {
  const reason = OracleCase.unsupported(name);
  describe(`oracle models/${name}, exported for PyTorch`, () => (reason ? test.skip(reason) : runCase(name)));
}

function runCase(name: string): void {
  const oracle = new OracleCase(name);
  const weights = sha256(join(oracleFolder, 'models', name, 'params.safetensors'));
  const loadedBefore = recorded[weights];
  const noise = oracle.headNoise('frozen_steps', 1);
  const reference = () => oracle.tensors('frozen_steps').floats('step1.logits');
  const file = join(folder, `${name}.pt`);
  const exported = exportModel({ config: oracle.config, state: oracle.state('params') }, 'pt', file);

  test('the exported checkpoint, imported again, gives the reference logits', async () => {
    await exported;
    expectWithinNoise('logits', await appLogits(file, oracle), reference(), noise);
  });

  test.skipIf(!python)(
    `PyTorch loads the exported checkpoint and computes the recorded logits${python ? '' : ' (TORCH_PYTHON is not set)'}`,
    async () => {
      await exported;
      const loaded = runPyTorch(file, oracle);
      if (process.env['TORCH_RECORD']) recorded[weights] = { case: name, sha256: sha256(file), ...loaded };
      expect(new Set(loaded.names)).toEqual(new Set(oracle.tensors('params').names));
      expectWithinNoise('logits of PyTorch', loaded.logits, reference(), noise);
    },
  );

  if (!loadedBefore) return void test.skip('no PyTorch recording for these weights');

  test('the exported checkpoint is identical to the file that PyTorch loaded', async () => {
    await exported;
    expect(sha256(file)).toBe(loadedBefore.sha256);
  });

  test('the imported checkpoint gives the logits recorded from PyTorch', async () => {
    await exported;
    expectWithinNoise('logits', await appLogits(file, oracle), loadedBefore.logits, noise);
  });
}

afterAll(() => {
  if (process.env['TORCH_RECORD']) writeFileSync(recordFile, `${JSON.stringify(recorded)}\n`);
});
