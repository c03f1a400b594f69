/**
 * Round trip through PyTorch, if TORCH_PYTHON names a Python that has it: exports a checkpoint, trains it by one step in
 * PyTorch, saves it in the format of the reference's trainer and imports it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Random } from '../../datasets/random';
import { exportModel } from '../../models/checkpoint/export/export-model';
import { importModel } from '../../models/checkpoint/import/import-model';
import { toReference } from '../../models/checkpoint/reference-config';
import { trmDefaults, type ModelConfig } from '../../models/family/config';
import { initialState } from '../../models/family/weights';
import { message } from '../../renderer/messages/message';

const python = process.env['TORCH_PYTHON'];
const folder = mkdtempSync(join(tmpdir(), 'trm-trainer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config: ModelConfig = {
  ...trmDefaults,
  seqLen: 16,
  vocabSize: 6,
  hiddenSize: 32,
  numHeads: 2,
  expansion: 4,
  innerMultiple: 256,
  lLayers: 1,
  hCycles: 2,
  lCycles: 2,
  haltMaxSteps: 4,
  haltExplorationProb: 0.1,
  mlpT: false,
  posEncodings: 'rope',
  puzzleEmbNdim: 32,
  puzzleEmbLen: 4,
  numPuzzleIdentifiers: 5,
};

test.skipIf(!python)(
  `imports the EMA weights of a checkpoint that PyTorch has trained and saved${python ? '' : ' (TORCH_PYTHON is not set)'}`,
  async () => {
    const state = initialState(config, Random.seeded(1));
    const [out, back] = [join(folder, 'model.pt'), join(folder, 'step_1')];
    await exportModel({ config, state }, 'pt', out, { compiledNames: true });
    const { status, stdout, stderr } = spawnSync(
      python ?? '',
      [resolve('test/oracle/save_trainer_checkpoint.py'), out, back],
      { encoding: 'utf8' },
    );
    expect([status, stderr]).toEqual([0, '']);
    const { averaged, others } = JSON.parse(stdout) as Record<'averaged' | 'others', string[]>;
    expect(others).toHaveLength(3);
    const imported = await importModel(back, { settings: { ...toReference(config), seq_len: config.seqLen } });
    expect(imported.config).toEqual(config);
    expect(imported.notes).toEqual([
      message('checkpoint.import.averages', { averaged: averaged.length, total: averaged.length + 3 }),
      message('checkpoint.import.optimizerKept', { step: 1 }),
    ]);
    const { params, m, v, step } = imported.optimiser!;
    // One step of AdamW with a gradient of 1: the moments are 1 − β1 and 1 − β2, and each weight has moved by the learning rate and the decay.
    expect([new Set(m), new Set(v), step]).toEqual([new Set([Math.fround(0.1)]), new Set([Math.fround(0.001)]), 1]);
    const distances = params.map((value, i) => Math.abs(value - (state.params[i]! * (1 - 1e-5) - 1e-3)));
    expect(Math.max(...distances)).toBeLessThan(1e-6);
    expect(imported.state).toEqual({ ...state, params: state.params.map(() => 0.25) });
  },
);
