import { createReceipt, usualCarbon, usualPower } from '../../../electron/contract/receipt';
import AssumptionFields from '../../../renderer/receipt/AssumptionFields.svelte';
import { EditedAssumptions } from '../../../renderer/receipt/assumptions.svelte';
import ReceiptPanel from '../../../renderer/receipt/ReceiptPanel.svelte';
import ReceiptTable from '../../../renderer/receipt/ReceiptTable.svelte';
import { specimen, type Chapter } from '../specimen';

const costs = { parameters: 83_044, embeddingNumbers: 0, blocksPerStep: 24, steps: 16, stepFlop: 8.4e7 };
const training = {
  training: { flop: 3.1e14, seconds: 2980, samples: 1_280_000, areSamplesCounted: true, puzzles: 24_000 },
  startedFrom: null,
};
const unknown = {
  training: { flop: 0, seconds: 0, samples: 0, areSamplesCounted: false, puzzles: 0 },
  startedFrom: null,
};
const assumptions = { power: usualPower, carbon: usualCarbon, languageModels: [7e9, 70e9] };
const receipt = createReceipt({ ...costs, ...training });
const answer = { steps: 64, flop: 5.4e9, seconds: 0.42 };
const edited = (change: Partial<EditedAssumptions['values']>) => () => {
  const state = new EditedAssumptions();
  Object.assign(state.values, change);
  return { assumptions: state };
};

/** The compute receipt, which models, runs and answers have. */
export const receiptChapter: Chapter = {
  title: 'Compute receipt',
  specimens: [
    specimen(
      'ReceiptPanel',
      ReceiptPanel,
      {
        closed: { load: () => Promise.resolve(costs), training },
        open: { load: () => Promise.resolve(costs), training, isOpen: true },
        counting: { load: () => new Promise(() => undefined), training, isOpen: true },
        failed: { load: () => Promise.reject(new Error('EACCES: permission denied')), training, isOpen: true },
      },
      { width: 560 },
    ),
    specimen(
      'ReceiptTable',
      ReceiptTable,
      {
        model: { receipt, assumptions },
        answer: { receipt: createReceipt({ ...costs, ...training, answer }), assumptions },
        imported: { receipt: createReceipt({ ...costs, ...unknown }), assumptions },
      },
      { width: 360 },
    ),
    specimen(
      'AssumptionFields',
      AssumptionFields,
      { usual: edited({}), changed: edited({ lowPower: 40 }), wrong: edited({ lowPower: 90, carbon: null }) },
      { width: 560 },
    ),
  ],
};
