/** Finds the state of an optimiser with moments, such as AdamW or AdamATan2, among the dictionaries of a checkpoint. */
import { MessageError } from '../../../renderer/messages/message';
import type { PickleValue } from './pickle-bytes';
import { TensorView } from './tensors';

/** Moments of one weight, and the number of its updates. */
export interface Moments<Tensor> {
  readonly m: Tensor;
  readonly v: Tensor;
  readonly step: Tensor | number;
}

/** Of every weight, by its name in the model or by its position among the weights of the model. */
export type OptimiserMoments<Tensor> = ReadonlyMap<string | number, Moments<Tensor>>;

/** Names of the state of the optimiser in the files of the reference's trainer, of PyTorch Lightning, of the lab and of PyTorch's examples. */
const names = ['optimizers', 'optimizer_states', 'optimizer', 'optimizer_state_dict'];

/** Null for a checkpoint without an optimiser. @throws MessageError for one whose moments cannot be assigned to weights */
export function findOptimiser(value: PickleValue): OptimiserMoments<TensorView> | null {
  if (!(value instanceof Map)) return null;
  const found = names.flatMap((name): PickleValue[] => (value.has(name) ? [value.get(name) as PickleValue] : []));
  if (found.length === 0) return null;
  const dictionaries = found.flatMap((each) => (Array.isArray(each) ? (each as readonly PickleValue[]) : [each]));
  const [moments, ...others] = dictionaries.flatMap((each) => {
    const parsed = parseNamed(each, value.get('step') as PickleValue) ?? parseNumbered(each);
    return parsed ? [parsed] : [];
  });
  if (!moments) throw new MessageError('checkpoint.optimizer.noMoments');
  if (others.length > 0) throw new MessageError('checkpoint.optimizer.several');
  return moments;
}

const get = (dictionary: PickleValue | undefined, name: string | number): PickleValue | undefined =>
  dictionary instanceof Map ? (dictionary.get(name) as PickleValue | undefined) : undefined;

/** The lab's form: dictionaries `exp_avg` and `exp_avg_sq` by the names of the weights. */
function parseNamed(dictionary: PickleValue, outerStep: PickleValue | undefined): OptimiserMoments<TensorView> | null {
  const [first, second] = [get(dictionary, 'exp_avg'), get(dictionary, 'exp_avg_sq')];
  if (!(first instanceof Map) || !(second instanceof Map)) return null;
  const step = get(dictionary, 'step') ?? outerStep;
  return new Map(
    [...first.keys()].map((name) => [
      name as string,
      parseMoments({ m: get(first, name as string), v: get(second, name as string), step }),
    ]),
  );
}

/** PyTorch's form: `state` by the numbers of the weights, which `param_groups` list. Null for an optimiser without moments. */
function parseNumbered(dictionary: PickleValue): OptimiserMoments<TensorView> | null {
  const [state, groups] = [get(dictionary, 'state'), get(dictionary, 'param_groups')];
  if (!(state instanceof Map) || !Array.isArray(groups)) return null;
  if (![...state.values()].some((entry) => get(entry as PickleValue, 'exp_avg') instanceof TensorView)) return null;
  const [group, ...others] = groups as readonly PickleValue[];
  const numbers = get(group, 'params');
  // Their order among all weights is not known.
  if (others.length > 0 || !Array.isArray(numbers)) throw new MessageError('checkpoint.optimizer.groups');
  return new Map(
    (numbers as readonly PickleValue[]).map((number, position) => {
      const entry = get(state, number as number);
      const step = get(entry, 'step') ?? get(entry, 'steps') ?? get(group, 'step');
      return [position, parseMoments({ m: get(entry, 'exp_avg'), v: get(entry, 'exp_avg_sq'), step })];
    }),
  );
}

/** @throws MessageError where something is missing */
function parseMoments({ m, v, step }: Readonly<Record<'m' | 'v' | 'step', PickleValue | undefined>>) {
  const isStep = typeof step === 'number' || (step instanceof TensorView && step.count === 1);
  if (m instanceof TensorView && v instanceof TensorView && isStep) return { m, v, step };
  throw new MessageError('checkpoint.optimizer.incomplete');
}
