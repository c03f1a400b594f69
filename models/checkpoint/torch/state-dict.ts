/** Where in a checkpoint the model's tensors are. */
import { FormatError } from '../../../datasets/formats/format-error';
import type { PickleValue } from './pickle-value';
import { TensorView } from './tensor-view';

interface Dictionary {
  /** Keys on the way to it. */
  readonly path: readonly string[];
  readonly tensors: ReadonlyMap<string, TensorView>;
}

/** What trainers call the model's own among several dictionaries. */
const usualNames = ['state_dict', 'model_state_dict', 'model'];

export interface StateDictionary {
  readonly tensors: ReadonlyMap<string, TensorView>;
  /** How many of them are averages that the trainer kept beside the model's own. */
  readonly averaged: number;
}

/**
 * The one dictionary of tensors; among several the one that has a usual name, with the trainer's averages in place
 * of the weights that it averages. What else stands in the checkpoint (step counts, settings) is passed over.
 * @throws FormatError when there is none, or more than one could be meant
 */
export function stateDictionary(value: PickleValue, file: string): StateDictionary {
  const all = dictionaries(value);
  const found = all.length > 1 ? all.filter(({ path }) => usualNames.includes(path.at(-1) ?? '')) : all;
  if (found.length === 1) return withAverages(found[0]!, all, file);
  const names = all
    .map(({ path }) => path.join('.') || 'the whole')
    .join(', ')
    .slice(0, 100);
  throw new FormatError(file, 'one dictionary of tensors', all.length === 0 ? 'none' : `${all.length}: ${names}`);
}

/** Where the reference's trainer keeps its averages, beside the model; other trainers of the family a level below. */
const averagesAt = ['ema_helper', 'ema_helper.shadow'];

/** Buffers have no averages, and frozen weights need none. */
function withAverages({ path, tensors }: Dictionary, all: readonly Dictionary[], file: string): StateDictionary {
  const beside = averagesAt.map((name) => [...path.slice(0, -1), name].join('.'));
  const averages = all.find((other) => beside.includes(other.path.join('.')))?.tensors;
  const merged = new Map(tensors);
  let averaged = 0;
  for (const [name, own] of tensors) {
    const average = averages?.get(name);
    if (!average) continue;
    if (average.shape.join() !== own.shape.join())
      throw new FormatError(
        `${file}, average of ${name}`,
        `[${own.shape.join(', ')}], as the weights have it`,
        `[${average.shape.join(', ')}]`,
      );
    merged.set(name, average);
    averaged++;
  }
  return { tensors: merged, averaged };
}

/** Deeper than any checkpoint is nested. */
const MOST_LEVELS = 8;

/** Dictionaries that hold tensors, each once: the same can stand in many places, and in itself. */
function dictionaries(root: PickleValue): Dictionary[] {
  const found: Dictionary[] = [];
  const seen = new Set<PickleValue>();
  const visit = (value: PickleValue, path: readonly string[]) => {
    if (!(value instanceof Map) || seen.has(value) || path.length > MOST_LEVELS) return;
    seen.add(value);
    const named = [...value].filter((entry): entry is [string, PickleValue] => typeof entry[0] === 'string');
    const tensors = new Map(named.filter((entry): entry is [string, TensorView] => entry[1] instanceof TensorView));
    if (tensors.size > 0) found.push({ path, tensors });
    named.forEach(([name, inner]) => visit(inner, [...path, name]));
  };
  visit(root, []);
  return found;
}
