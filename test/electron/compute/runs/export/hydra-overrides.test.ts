import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inEnglish } from '../../../../english';
import {
  type ReferenceLimits,
  referenceLimits,
  referenceOverrides,
  createSchedule,
  toRunName,
} from '../../../../../electron/compute/runs/export/hydra-overrides';
import type { RunConfig } from '../../../../../models/train/run-config';
import { paperRun } from './paper-run';

type Change = Partial<Omit<RunConfig, 'model'>> & { readonly model?: Partial<RunConfig['model']> };

const limitsOf = ({ model, ...change }: Change = {}, weights = { hasTrainingState: true }) =>
  inEnglish(
    referenceLimits({ ...paperRun, ...change, model: { ...paperRun.model, ...model } }, weights),
  ) as ReferenceLimits;

test('a run with the settings of the paper can be resumed in the reference, with differences', () => {
  expect(limitsOf()).toEqual({
    training: [],
    loading: [],
    differences: [expect.stringContaining('its puzzles and examples start anew'), 'it has no time limit'],
  });
});

test('without a checkpoint, the moments start at zero', () => {
  expect(limitsOf({}, { hasTrainingState: false }).differences[0]).toContain('optimizer moments');
});

test.each<[string, Partial<RunConfig['model']>, string]>([
  ['separate networks', { separateNetworks: true, hLayers: 2 }, 'separate networks for zH and zL'],
  [
    'an HRM with other positions in front',
    { family: 'hrm', hLayers: 2, noActContinue: false, puzzleEmbLen: 3 },
    '3 positions before the cells, its HRM and its baseline have 1',
  ],
])('referenceLimits reports weights that cannot be loaded: %s', (_, model, sentence) => {
  expect(limitsOf({ model })).toMatchObject({ training: [], loading: [expect.stringContaining(sentence)] });
});

test('referenceLimits describes wider gated MLPs only where the widths differ', () => {
  const isDescribed = (innerMultiple: number) =>
    limitsOf({ model: { innerMultiple } }).differences.some((difference) => difference.includes('inner widths'));
  expect([512, 64].map(isDescribed)).toEqual([false, true]);
});

test('referenceLimits accepts models without puzzle embeddings', () => {
  expect(limitsOf({ model: { puzzleEmbNdim: 0, puzzleEmbLen: 0 } })).toMatchObject({ training: [], loading: [] });
});

test.each<[string, Partial<RunConfig['model']>, string]>([
  ['the softmax loss', { loss: 'softmax' }, 'softmax loss'],
  ['a TRM with a continue target', { noActContinue: false }, 'its TRM fails when it computes the target of “continue”'],
  [
    'an HRM without positions',
    { family: 'hrm', hLayers: 2, noActContinue: false, puzzleEmbLen: 1, posEncodings: 'none' },
    'require position encodings',
  ],
  [
    'symbol vectors',
    { family: 'symbolEquivariant', mlpT: true },
    'it has no model of the family “Symbol-equivariant TRM”',
  ],
])('referenceLimits reports settings that cannot be trained: %s', (_, model, sentence) => {
  expect(limitsOf({ model }).training).toEqual([expect.stringContaining(sentence)]);
});

test.each<[string, Change, string]>([
  ['gradients of one step', { model: { oneStepGradient: true } }, 'gradients flow through the whole last H cycle'],
  ['AdamW', { optimiser: { ...paperRun.optimiser, name: 'adamW' } }, 'AdamATan2, that of this run is AdamW'],
  ['an EMA with warm-up', { ema: { rate: 0.999, warmup: true } }, 'no warm-up'],
])('referenceLimits reports a difference without limits: %s', (_, change, sentence) => {
  const { training, loading, differences } = limitsOf(change);
  expect([training, loading]).toEqual([[], []]);
  expect(differences[0]).toContain(sentence);
});

const schedule = { epochs: 100, evalInterval: 10, steps: 1000 };
const overridesOf = (config: RunConfig, { rateFactor = 1, runName = 'arc-1' } = {}) =>
  referenceOverrides({ config, schedule, rateFactor, runName: toRunName(runName) });

test('referenceOverrides returns all overrides of a run with the settings of the paper', () => {
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
] as const)('family %s becomes arch=%s with only the settings that it has', (family, arch, expected) => {
  const overrides = overridesOf({ ...paperRun, model: { ...paperRun.model, family } });
  expect(overrides).toEqual(expect.arrayContaining([`arch=${arch}`, ...expected]));
  const names = overrides.map((override) => override.split('=')[0]);
  expect(names.includes('arch.mlp_t')).toBe(family === 'singleZ');
  expect(names.includes('arch.L_cycles')).toBe(family !== 'direct');
});

test('referenceOverrides keeps halved learning rates, frozen weights and a disabled EMA', () => {
  const overrides = overridesOf({ ...paperRun, ema: null, frozenWeights: true }, { rateFactor: 0.5 });
  expect(overrides).toEqual(
    expect.arrayContaining(['lr=0.00005', 'puzzle_emb_lr=0.005', 'ema=False', 'freeze_weights=True']),
  );
});

test.each(['$(rm -rf ~)', '"; echo', '7', 'größe 1', '../up', '`x`'])(
  'referenceOverrides removes shell characters from the run name %s',
  (runName) => {
    for (const override of overridesOf(paperRun, { runName })) expect(override).toMatch(/^(?:\+\+)?[\w.]+=[\w.-]+$/u);
  },
);

const requested = fc.record({
  steps: fc.integer({ min: 1, max: 1_000_000 }),
  batchSize: fc.integer({ min: 1, max: 4096 }),
});
const dataset = fc.record({
  groups: fc.integer({ min: 1, max: 2_000_000 }),
  meanExamples: fc.double({ min: 1, max: 20, noNaN: true }),
});

test('createSchedule gives at least the requested steps, in whole evaluation intervals', () => {
  fc.assert(
    fc.property(requested, dataset, (run, set) => {
      const { epochs, evalInterval, steps } = createSchedule(run, set);
      expect(epochs % evalInterval).toBe(0);
      expect(steps).toBeGreaterThanOrEqual(run.steps);
      // Like the loader: consecutive epochs form an interval, whose last batch is dropped.
      expect(steps).toBe(
        (epochs / evalInterval) * Math.floor((evalInterval * set.groups * set.meanExamples) / run.batchSize),
      );
    }),
  );
});

test('createSchedule exceeds the requested steps by less than one epoch per evaluation', () => {
  fc.assert(
    fc.property(requested, dataset, (run, set) => {
      const { epochs, evalInterval, steps } = createSchedule(run, set);
      const evaluations = epochs / evalInterval;
      const stepsOfEpoch = (set.groups * set.meanExamples) / run.batchSize;
      expect(steps).toBeLessThanOrEqual(run.steps + evaluations * (1 + Math.ceil(stepsOfEpoch)));
    }),
  );
});

test.each([
  [
    'the reference’s own sudokus',
    { steps: 65_000, batchSize: 768 },
    { groups: 1000, meanExamples: 1 },
    { epochs: 49_920, evalInterval: 4992, steps: 65_000 },
  ],
  [
    'few steps',
    { steps: 4, batchSize: 8 },
    { groups: 282, meanExamples: 1 },
    { epochs: 1, evalInterval: 1, steps: 35 },
  ],
  [
    'a dataset smaller than a batch',
    { steps: 100, batchSize: 64 },
    { groups: 3, meanExamples: 1 },
    { epochs: 2135, evalInterval: 427, steps: 100 },
  ],
  [
    'an epoch longer than the run',
    { steps: 2000, batchSize: 64 },
    { groups: 1_000_000, meanExamples: 1 },
    { epochs: 1, evalInterval: 1, steps: 15_625 },
  ],
])('createSchedule of %s', (_, run, set, schedule) => {
  expect(createSchedule(run, set)).toEqual(schedule);
});
