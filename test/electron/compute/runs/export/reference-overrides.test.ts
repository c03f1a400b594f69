import { expect, test } from 'vitest';
import { referenceOverrides } from '../../../../../electron/compute/runs/export/reference-config';
import type { RunConfig } from '../../../../../models/train/run-config';
import { paperRun } from './paper-run';

const schedule = { epochs: 100, evalInterval: 10, steps: 1000 };
const overridesOf = (config: RunConfig, { rateFactor = 1, runName = 'arc-1' } = {}) =>
  referenceOverrides({ config, schedule, rateFactor, runName });

test('a run of the paper is told in full', () => {
  expect(overridesOf(paperRun)).toEqual([
    'arch=trm',
    'arch.halt_exploration_prob=0.1',
    'arch.halt_max_steps=16',
    'arch.H_cycles=3',
    'arch.H_layers=0',
    'arch.hidden_size=512',
    'arch.num_heads=8',
    'arch.expansion=4',
    'arch.puzzle_emb_ndim=512',
    'arch.pos_encodings=rope',
    'arch.L_cycles=4',
    'arch.L_layers=2',
    'arch.mlp_t=False',
    'arch.puzzle_emb_len=16',
    'arch.no_ACT_continue=True',
    '++arch.forward_dtype=float32',
    'arch.loss.loss_type=stablemax_cross_entropy',
    'global_batch_size=768',
    'epochs=100',
    'eval_interval=10',
    'checkpoint_every_eval=True',
    'lr=0.0001',
    'lr_min_ratio=1',
    'lr_warmup_steps=2000',
    'weight_decay=0.1',
    'beta1=0.9',
    'beta2=0.95',
    'puzzle_emb_lr=0.01',
    'puzzle_emb_weight_decay=0.1',
    'ema=True',
    'ema_rate=0.999',
    'seed=0',
    '++run_name=lab-arc-1',
  ]);
});

test.each([
  ['singleZ', 'trm_singlez', ['arch.L_cycles=4', 'arch.mlp_t=False']],
  ['hrm', 'hrm', ['arch.L_cycles=4', 'arch.L_layers=2']],
  ['direct', 'transformers_baseline', ['arch.H_cycles=3']],
] as const)('%s is %s, with the settings that it knows there and no others', (family, arch, some) => {
  const overrides = overridesOf({ ...paperRun, model: { ...paperRun.model, family } });
  expect(overrides).toEqual(expect.arrayContaining([`arch=${arch}`, ...some]));
  const names = overrides.map((override) => override.split('=')[0]);
  expect(names.includes('arch.mlp_t')).toBe(family === 'singleZ');
  expect(names.includes('arch.L_cycles')).toBe(family !== 'direct');
});

test('rates halved by hand stay so, frozen weights stay frozen, and no average is said to be none', () => {
  const overrides = overridesOf({ ...paperRun, ema: null, frozenWeights: true }, { rateFactor: 0.5 });
  expect(overrides).toEqual(
    expect.arrayContaining(['lr=0.00005', 'puzzle_emb_lr=0.005', 'ema=False', 'freeze_weights=True']),
  );
});

test.each(['$(rm -rf ~)', '"; echo', '7', 'größe 1', '../up', '`x`'])(
  'a run called %s says nothing to a shell',
  (runName) => {
    for (const override of overridesOf(paperRun, { runName })) expect(override).toMatch(/^(?:\+\+)?[\w.]+=[\w.-]+$/u);
  },
);
