/** A checkpoint as the current reference trainer saves it: model, optimisers, step and EMA weights. */
import type { FloatTensor } from '../../../../models/checkpoint/torch/write-torch';
import { pickleStateDict } from '../../../../models/checkpoint/torch/write-torch';
import { rawZip } from '../raw-zip';
import { assemble, dictionary, integer, pickle, text } from '../torch/assemble';

export type Named = readonly (readonly [name: string, tensor: FloatTensor])[];

export interface TrainerCheckpoint {
  readonly model: Named;
  /** Under their names in the model. */
  readonly averages?: Named;
  readonly step: number;
  /** Whether the averages are nested in a dictionary with their rate. */
  readonly shadow?: boolean;
  /** Numbers of the weights in each group of the optimiser; by default one group with all. */
  readonly groups?: readonly (readonly number[])[];
  /** Value of every second moment; 0.25 by default. */
  readonly square?: number;
}

const buffers = /(?:H_init|L_init|puzzle_emb\.weights)$/u;

/** The first moments of weight i are all i / 8. */
export function trainerCheckpoint({
  model,
  averages,
  step,
  shadow = false,
  square = 0.25,
  ...options
}: TrainerCheckpoint): Uint8Array {
  const weights = model.filter(([name]) => !buffers.test(name));
  const { groups = [weights.map((_, number) => number)] } = options;
  const storages: Uint8Array[] = [];
  const stateDict = (tensors: Named): Uint8Array => {
    const stored = tensors.map(([name, { shape, values }]) => {
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      return [name, { shape, key: String(storages.push(bytes) - 1) }] as const;
    });
    // Without the protocol header and the STOP instruction.
    return pickleStateDict(stored).subarray(2, -1);
  };
  const steps = assemble('M', [step & 255, step >> 8]);
  const moments = weights.map(([, { shape, values }], number) => {
    const state = stateDict([
      ['exp_avg', { shape, values: values.map(() => number / 8) }],
      ['exp_avg_sq', { shape, values: values.map(() => square) }],
    ]);
    // The step joins the dictionary of the moments.
    return assemble(integer(number), state, text('step'), steps, 's');
  });
  const optimiser = dictionary({
    state: assemble('}(', ...moments, 'u'),
    param_groups: assemble(
      '](',
      ...groups.map((numbers) =>
        dictionary({
          lr: assemble('G', new Uint8Array(8)),
          params: assemble('](', ...numbers.map(integer), 'e'),
        }),
      ),
      'e',
    ),
  });
  // As of the puzzle embeddings, whose optimiser keeps nothing.
  const signSgd = dictionary({
    state: assemble('}'),
    param_groups: assemble('](', dictionary({ params: assemble(']') }), 'e'),
  });
  const averaged = averages && stateDict(averages);
  const value = dictionary({
    model: stateDict(model),
    optimizers: assemble('](', signSgd, optimiser, 'e'),
    step: steps,
    ...(averaged && { ema_helper: shadow ? dictionary({ mu: text('0.999'), shadow: averaged }) : averaged }),
  });
  return rawZip([
    { name: 'step/data.pkl', data: pickle(value) },
    ...storages.map((data, key) => ({ name: `step/data/${key}`, data })),
  ]);
}
