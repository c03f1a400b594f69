/** The curve of accuracy over supervision steps: its chart, and what it says in a sentence. */
import type { ModelEvaluation } from '../../../electron/contract/contract';
import { formatInteger } from '../../../electron/contract/format';
import { findBestStep, isWorseWithMore } from '../../../electron/contract/over-steps';
import { t } from '../../messages/language.svelte';
import type { ChartColumns, ChartConfig, ChartLine } from '../../ui/chart-options';

/** Steps from which the axis is logarithmic: most changes are in the first ones. */
const LOG_FROM = 32;

const line = (colour: string, dash?: readonly number[]): ChartLine => ({
  colour,
  width: 1.75,
  alpha: 1,
  rings: false,
  ...(dash && { dash }),
});

/** Steps, then shares by step. */
export function overStepsColumns({ overSteps: { exact, firstLegal } }: ModelEvaluation): ChartColumns {
  const steps = exact.map((_, index) => index + 1);
  return [steps, [...exact], ...(firstLegal ? [[...firstLegal]] : [])];
}

export function overStepsConfig({ steps, overSteps: { firstLegal } }: ModelEvaluation, trained: number): ChartConfig {
  return {
    lines: [line('--answer'), ...(firstLegal ? [line('--latent', [4, 4])] : [])],
    x: { isLog: steps > LOG_FROM, range: () => ({ from: 1, to: Math.max(2, steps) }), format: formatInteger },
    y: { isLog: false, range: () => [0, 1], format: (share) => formatInteger(100 * share) },
    over: (chart) => {
      if (trained > steps) return;
      const { ctx, bbox } = chart;
      const x = chart.valToPos(trained, 'x', true);
      ctx.save();
      ctx.setLineDash([3, 4]);
      ctx.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue('--muted');
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.restore();
    },
  };
}

/** The best step, and whether more steps make the model worse. */
export function describeOverSteps(evaluation: ModelEvaluation): string {
  const { exact } = evaluation.overSteps;
  const step = findBestStep(exact);
  const best = exact[step - 1] ?? 0;
  if (!isWorseWithMore(evaluation)) return t('models.overSteps.best', { step, best });
  return t('models.overSteps.worse', { step, best, last: exact.at(-1) ?? 0, steps: exact.length });
}

/** The current time, as a card stores it. */
export const timestamp = (): string => new Date().toISOString();
