/**
 * Exported checkpoints under PyTorch itself. Each exported file is, byte for byte, the one that PyTorch loaded with
 * `weights_only=True` when this was recorded, and the lab computes what PyTorch computed from it. Where TORCH_PYTHON
 * names a Python with PyTorch, it is asked again; with TORCH_RECORD=1 its answers replace the recorded ones.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exportModel } from '../../models/checkpoint/export/export-model';
import { importModel } from '../../models/checkpoint/import/import-model';
import { answerStepGraph } from '../../models/evaluate/eval-step';
import { forwardFeeds } from '../../models/train/forward';
import { freshCarry } from '../../models/train/learner-state';
import { Session } from '../../models/runtime/session';
import { BATCH, OracleCase } from './case';
import { expectWithinNoise } from './closeness';
import { describeOracle } from './folder';

interface Loaded {
  readonly torch: string;
  readonly names: readonly string[];
  /** [B, S, V] of the first step on the batch b1. */
  readonly logits: readonly number[];
}

type Recorded = Record<string, Loaded & { readonly sha256: string }>;

const recordFile = resolve('test/fixtures/exported/pytorch.json');
const recorded = JSON.parse(readFileSync(recordFile, 'utf8')) as Recorded;
const python = process.env['TORCH_PYTHON'];
const folder = mkdtempSync(join(tmpdir(), 'trm-pytorch-'));
afterAll(() => rmSync(folder, { recursive: true }));

function askPyTorch(file: string, oracle: OracleCase): Loaded {
  const { inputs, puzzleIdentifiers } = oracle.batch('b1');
  const { seqLen } = oracle.config;
  const rows = Array.from({ length: BATCH }, (_, row) => [...inputs.subarray(row * seqLen, (row + 1) * seqLen)]);
  const request = JSON.stringify({ model: oracle.config, inputs: rows, puzzle_identifiers: [...puzzleIdentifiers] });
  const { status, stdout, stderr } = spawnSync(python ?? '', [resolve('test/oracle/load_checkpoint.py'), file], {
    input: request,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`PyTorch did not take the checkpoint: ${stderr}`);
  return JSON.parse(stdout) as Loaded;
}

/** What the lab computes of an exported file, imported again. */
async function labLogits(file: string, oracle: OracleCase): Promise<Float32Array> {
  const { config, state } = await importModel(file);
  const step = answerStepGraph(config, BATCH);
  step.graph.output('logits', step.logits);
  const session = await Session.create(step.graph);
  const data = { ...oracle.batch('b1'), ...freshCarry(config, BATCH), reset: new Uint8Array(BATCH).fill(1) };
  const { logits } = await session.run(forwardFeeds(config, state, data));
  await session.release();
  return oracle.byExample(logits as Float32Array);
}

for (const name of ['trm_mlp_t', 'trm_att_rope', 'trm_puzzle_emb16']) {
  describeOracle(['models', name], () => {
    const oracle = new OracleCase(name);
    const file = join(folder, `${name}.pt`);
    const noise = oracle.headNoise('frozen_steps', 1);
    const exported = exportModel({ config: oracle.config, state: oracle.state('params') }, 'pt', file);
    const sha256 = async () => (await exported, createHash('sha256').update(readFileSync(file)).digest('hex'));

    test.skipIf(!python)(
      `PyTorch loads the exported checkpoint and computes the recorded logits${python ? '' : ' (TORCH_PYTHON is not set)'}`,
      async () => {
        const hash = await sha256();
        const loaded = askPyTorch(file, oracle);
        if (process.env['TORCH_RECORD']) recorded[name] = { sha256: hash, ...loaded };
        expect(new Set(loaded.names)).toEqual(new Set(oracle.tensors('params').names));
        expectWithinNoise(
          'logits of PyTorch',
          loaded.logits,
          oracle.tensors('frozen_steps').floats('step1.logits'),
          noise,
        );
      },
    );

    test('the exported checkpoint is the one that PyTorch loaded', async () => {
      expect(await sha256()).toBe(recorded[name]!.sha256);
    });

    test('the lab computes of it what PyTorch computed', async () => {
      await exported;
      expectWithinNoise('logits', await labLogits(file, oracle), recorded[name]!.logits, noise);
    });
  });
}

afterAll(() => {
  if (process.env['TORCH_RECORD']) writeFileSync(recordFile, `${JSON.stringify(recorded)}\n`);
});
