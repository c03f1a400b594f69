/** A checkpoint as the current reference trainer saves it: model, optimisers, step and EMA weights. */
import type { FloatTensor } from '../../../../models/checkpoint/torch/write-torch';
import { pickleStateDict } from '../../../../models/checkpoint/torch/write-torch';
import { rawZip } from '../raw-zip';
import { assemble, dictionary, pickle, text } from '../torch/assemble';

export type Named = readonly (readonly [name: string, tensor: FloatTensor])[];

export interface TrainerCheckpoint {
  readonly model: Named;
  /** Under their names in the model. */
  readonly averages?: Named;
  readonly step: number;
  /** Whether the averages are nested in a dictionary with their rate. */
  readonly shadow?: boolean;
}

export function trainerCheckpoint({ model, averages, step, shadow = false }: TrainerCheckpoint): Uint8Array {
  const storages: Uint8Array[] = [];
  const stateDict = (tensors: Named): Uint8Array => {
    const stored = tensors.map(([name, { shape, values }]) => {
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      return [name, { shape, key: String(storages.push(bytes) - 1) }] as const;
    });
    // Without the protocol header and the STOP instruction.
    return pickleStateDict(stored).subarray(2, -1);
  };
  const moments = stateDict(model.map(([name, { shape, values }]) => [name, { shape, values: values.map(() => 0.5) }]));
  const optimiser = dictionary({
    state: assemble('}(', 'K', 0, moments, 'u'),
    param_groups: assemble(
      '](',
      dictionary({ lr: assemble('G', new Uint8Array(8)), params: assemble('](', 'K', 0, 'e') }),
      'e',
    ),
  });
  const averaged = averages && stateDict(averages);
  const value = dictionary({
    model: stateDict(model),
    optimizers: assemble('](', optimiser, 'e'),
    step: assemble('M', [step & 255, step >> 8]),
    ...(averaged && { ema_helper: shadow ? dictionary({ mu: text('0.999'), shadow: averaged }) : averaged }),
  });
  return rawZip([
    { name: 'step/data.pkl', data: pickle(value) },
    ...storages.map((data, key) => ({ name: `step/data/${key}`, data })),
  ]);
}
