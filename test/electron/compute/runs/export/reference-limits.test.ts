import { expect, test } from 'vitest';
import { referenceLimits } from '../../../../../electron/compute/runs/export/reference-config';
import type { RunConfig } from '../../../../../models/train/run-config';
import { paperRun } from './paper-run';

type Change = Partial<Omit<RunConfig, 'model'>> & { readonly model?: Partial<RunConfig['model']> };

const limitsOf = ({ model, ...change }: Change = {}) =>
  referenceLimits({ ...paperRun, ...change, model: { ...paperRun.model, ...model } });

test('a run of the paper goes on in the reference, but for what no checkpoint of the lab carries over', () => {
  expect(limitsOf()).toEqual({
    training: [],
    loading: [],
    otherwise: [expect.stringContaining('moments of the optimiser begin at zero'), 'it knows no limit of time'],
  });
});

test.each<[string, Partial<RunConfig['model']>, string]>([
  [
    'inner widths',
    { innerMultiple: 64 },
    'the gated MLPs of this model are 1408 instead of 1536 wide inside, for its inner widths are multiples of 64 and those of the reference of 256',
  ],
  ['separate networks', { separateNetworks: true, hLayers: 2 }, 'separate networks for zH and zL'],
  [
    'no puzzle embeddings',
    { puzzleEmbNdim: 0, puzzleEmbLen: 0 },
    'no puzzle embeddings, and its loader of checkpoints looks for their table',
  ],
  [
    'an HRM with other positions in front',
    { family: 'hrm', hLayers: 2, noActContinue: false, puzzleEmbLen: 3 },
    '3 positions in front of the cells, and its HRM and its baseline have 1',
  ],
])('weights are not taken for %s', (_, model, sentence) => {
  expect(limitsOf({ model })).toMatchObject({ training: [], loading: [expect.stringContaining(sentence)] });
});

test('inner widths that come out the same are no hindrance, whatever they are multiples of', () => {
  expect(limitsOf({ model: { innerMultiple: 512 } }).loading).toEqual([]);
});

test.each<[string, Partial<RunConfig['model']>, string]>([
  ['the softmax loss', { loss: 'softmax' }, 'softmax loss'],
  ['a TRM with a continue target', { noActContinue: false }, 'its TRM stops at the target for "continue"'],
  [
    'an HRM without positions',
    { family: 'hrm', hLayers: 2, noActContinue: false, puzzleEmbLen: 1, posEncodings: 'none' },
    'no position encodings',
  ],
])('nothing is trained with %s', (_, model, sentence) => {
  expect(limitsOf({ model }).training).toEqual([expect.stringContaining(sentence)]);
});

test.each<[string, Change, string]>([
  ['gradients of one step', { model: { oneStepGradient: true } }, 'gradients go through the whole last cycle'],
  ['AdamW', { optimiser: { ...paperRun.optimiser, name: 'adamW' } }, 'AdamATan2, here AdamW'],
  ['an average that warms up', { ema: { rate: 0.999, warmup: true } }, 'no warm-up'],
])('%s is told, and hinders nothing', (_, change, sentence) => {
  const { training, loading, otherwise } = limitsOf(change);
  expect([training, loading]).toEqual([[], []]);
  expect(otherwise[0]).toContain(sentence);
});
