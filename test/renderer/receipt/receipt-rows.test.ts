import { expect, test } from 'vitest';
import { createReceipt, usualPower, usualCarbon } from '../../../electron/contract/receipt';
import { receiptSections } from '../../../renderer/receipt/receipt-rows';
import { EditedAssumptions } from '../../../renderer/receipt/assumptions.svelte';
import { trainingOfRun } from '../../../renderer/features/train/run/training-of-run';
import { memory } from '../../gallery/samples/states';
import { metrics, run } from '../examples';

const input = {
  ...{ parameters: 83_000, embeddingNumbers: 0, blocksPerStep: 16, steps: 16, stepFlop: 1e8 },
  training: { flop: 1.4e13, seconds: 3600, samples: 480_000, areSamplesCounted: true, puzzles: 24_000 },
  startedFrom: null,
};
const assumed = { power: usualPower, carbon: usualCarbon, languageModels: [7e9] };
const rowsOf = (title: string, change: Partial<Parameters<typeof createReceipt>[0]> = {}) =>
  receiptSections(createReceipt({ ...input, ...change }, assumed), assumed).find((each) => each.title === title)
    ?.rows ?? [];
const valuesOf = (...args: Parameters<typeof rowsOf>) =>
  Object.fromEntries(rowsOf(...args).map(({ label, value }) => [label, value]));

test('a receipt shows the depth, the operations and the tokens of an answer', () => {
  expect(valuesOf('receipt.answer')).toEqual({
    Depth: '256 layer passes',
    Operations: '1.60 GFLOP',
    'Language model, 7 billion': '0.114 tokens',
  });
  const answer = { steps: 4, flop: 1e9, seconds: 0.036 };
  expect(valuesOf('receipt.answer', { answer })).toMatchObject({
    Depth: '64 layer passes',
    Time: '36 ms',
    Energy: '0.150–0.650 mWh',
  });
});

test('the training has its puzzles before and after augmentation, and estimates are marked with their formula', () => {
  expect(valuesOf('receipt.training')).toMatchObject({ 'Different puzzles': '24,000', Energy: '15.0–65.0 Wh' });
  const rows = rowsOf('receipt.training');
  expect(rows.find(({ label }) => label === 'Samples after augmentation')).toEqual({
    label: 'Samples after augmentation',
    value: '480,000',
    detail: 'each puzzle 20 times',
  });
  expect(rows.find(({ label }) => label === 'Energy')).toMatchObject({
    detail: 'time × 15–65 W; not measured',
    isEstimated: true,
  });
  expect(rows.filter(({ label }) => label === 'Chat queries').map(({ value }) => value)).toEqual([
    '50.0–217',
    '62.5–271',
    '44.1–191',
  ]);
  const unknown = { ...input.training, seconds: 0, flop: 0 };
  expect(rowsOf('receipt.training', { training: unknown }).map(({ value }) => value)).toEqual(['not recorded']);
});

test('measured energy is not marked as an estimate', () => {
  const rows = rowsOf('receipt.training', { training: { ...input.training, joules: 72_000 } });
  expect(rows.find(({ label }) => label === 'Energy')).toEqual({
    ...{ label: 'Energy', value: '20.0 Wh' },
    detail: 'measured: the processors, other programs included',
  });
});

test('the published recipe takes as long as the pace of the training says', () => {
  expect(valuesOf('receipt.published').Time).toBe('5,952 days');
  const uncounted = { ...input.training, flop: 0 };
  expect(rowsOf('receipt.published', { training: uncounted })).toHaveLength(1);
});

test('assumptions are used while all are valid; each wrong one is named', () => {
  const assumptions = new EditedAssumptions();
  expect(assumptions.current).toEqual({ power: usualPower, carbon: 475, languageModels: [7e9, 70e9] });
  assumptions.values.lowPower = 80;
  expect(assumptions.problems).toEqual({ highPower: 'Must be at least the lower power.' });
  expect(assumptions.current).toBeNull();
  Object.assign(assumptions.values, { lowPower: null, carbon: 0, smallModel: 0 });
  expect(Object.keys(assumptions.problems).sort()).toEqual(['lowPower', 'smallModel']);
  assumptions.reset();
  expect([assumptions.isUsual, assumptions.current?.power]).toEqual([true, usualPower]);
});

test('the training of a run counts its steps, and samples as an upper bound where they were not counted', () => {
  const recorded = run({ step: 10, seconds: 5, stepFlop: 2e9 });
  const dataset = { dataset: undefined, batchSize: 8 };
  expect(trainingOfRun({ run: recorded, steps: [] }, dataset).training).toEqual({
    flop: 2e10,
    joules: null,
    seconds: 5,
    samples: 80,
    areSamplesCounted: false,
    puzzles: 0,
  });
  expect(trainingOfRun({ run: recorded, steps: [metrics(10, { samples: 33 })] }, dataset).training).toMatchObject({
    samples: 33,
    areSamplesCounted: true,
  });
});

test('changed assumptions are kept; what is stored and not allowed is ignored', () => {
  const storage = memory();
  const edited = new EditedAssumptions(storage);
  edited.change('lowPower', 40);
  edited.change('carbon', -1);
  expect(edited.values.carbon).toBe(-1);
  expect(new EditedAssumptions(storage).values).toMatchObject({ lowPower: 40, carbon: usualCarbon });
  storage.setItem('receipt/assumptions', '{"lowPower":"high","highPower":90,"other":1}');
  expect(new EditedAssumptions(storage).values).toMatchObject({ lowPower: usualPower.low, highPower: 90 });
  storage.setItem('receipt/assumptions', 'damaged');
  expect(new EditedAssumptions(storage).isUsual).toBe(true);
});
