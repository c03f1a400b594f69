/** What charts need of a log of any length: read in one go, and only the lines parsed that are drawn. */
import { readFile } from 'node:fs/promises';
import type { MetricsLine } from './metrics-log';
import { readLine } from './metrics-log';

type Of<Type extends MetricsLine['type']> = Extract<MetricsLine, { type: Type }>;

export interface History {
  readonly steps: readonly Of<'step'>[];
  readonly evaluations: readonly Of<'evaluated'>[];
  /** The latest, oldest first. */
  readonly samples: readonly Of<'sample'>[];
}

/** At most `points` steps, spikes of the loss included, and `looks` looks at held-out puzzles. */
export async function readHistory(file: string, { points, looks }: { readonly points: number; readonly looks: number }): Promise<History> {
  const texts = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const of = <Type extends MetricsLine['type']>(type: Type) => texts.filter((text) => text.startsWith(`{"type":"${type}",`));
  const parsed = <Type extends MetricsLine['type']>(type: Type, lines: readonly string[]) =>
    lines.flatMap(readLine).filter((line): line is Of<Type> => line.type === type);
  return {
    steps: parsed('step', decimated(of('step'), points, lossOf)),
    evaluations: parsed('evaluated', of('evaluated')),
    samples: parsed('sample', of('sample').slice(-looks)),
  };
}

/** Without parsing the line: a hundred thousand are asked. NaN where it says none. */
function lossOf(text: string): number {
  const at = text.indexOf('"lmLoss":');
  return at < 0 ? NaN : Number.parseFloat(text.slice(at + 9, at + 40));
}

/**
 * At most `points` of the items, in order: the first, the last, and of equal stretches between them the least and
 * the greatest, so that a curve through them has every spike of the curve through all.
 */
export function decimated<Item>(items: readonly Item[], points: number, valueOf: (item: Item) => number): Item[] {
  if (items.length <= points) return [...items];
  const stretches = Math.floor((points - 2) / 2);
  const kept = new Set([0, items.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * items.length) / stretches);
    const to = Math.floor(((stretch + 1) * items.length) / stretches);
    for (const index of extremes(items, { from, to, valueOf })) kept.add(index);
  }
  return [...kept].sort((a, b) => a - b).map((index) => items[index]);
}

function extremes<Item>(items: readonly Item[], { from, to, valueOf }: { readonly from: number; readonly to: number; readonly valueOf: (item: Item) => number }): [number, number] {
  let [least, greatest] = [from, from];
  let [low, high] = [Infinity, -Infinity];
  for (let index = from; index < to; index++) {
    const value = valueOf(items[index]);
    if (value < low) [low, least] = [value, index];
    if (value > high) [high, greatest] = [value, index];
  }
  return [least, greatest];
}
