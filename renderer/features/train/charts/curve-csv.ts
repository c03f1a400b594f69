/** One curve as a table, every measurement of it. */
import type { Evaluation, StepMetrics } from '../../../../electron/contract/contract';
import type { Curve } from './curves';

export interface CurveData {
  readonly steps: readonly StepMetrics[];
  readonly evaluations: readonly Evaluation[];
  readonly batchSize: number;
}

/** RFC 4180: a row for every step and every look that has a value; a cell without one is empty. Shares are in percent. */
export function curveCsv(curve: Curve, { steps, evaluations, batchSize }: CurveData): string {
  const looks = curve.readLook ? evaluations : [];
  const rows = [
    ...steps.flatMap((step, index) => rowOf(step, [curve.read(steps, index), null], batchSize)),
    ...looks.flatMap((look) => rowOf(look, [null, curve.readLook?.(look) ?? null], batchSize)),
  ];
  const header = ['step', 'seconds', 'samples', 'train', ...(curve.readLook ? ['held_out'] : [])];
  const lines = rows
    .sort((one, other) => one.step - other.step)
    .map(({ cells }) => cells.slice(0, header.length).join(','));
  return [header.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

interface Row {
  readonly step: number;
  readonly cells: readonly (string | number)[];
}

function rowOf(
  { step, seconds }: { readonly step: number; readonly seconds: number },
  values: readonly (number | null)[],
  batchSize: number,
): Row[] {
  if (values.every((value) => value === null)) return [];
  return [{ step, cells: [step, seconds, step * batchSize, ...values.map((value) => value ?? '')] }];
}
