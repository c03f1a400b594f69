/** The curve of accuracy against the amount of damage. */
import type { DamageAmount } from '../../../../datasets/damage/damage';
import { formatInterval, formatInteger } from '../../../../electron/contract/format';
import { t } from '../../../messages/language.svelte';
import { readCssColour, strokeIntervals, type ChartColumns, type ChartConfig } from '../../../ui/chart-options';
import type { DamagePoint } from './damage-bench.svelte';

/** In percent, or in rows. */
const position = (amount: DamageAmount): number => ('share' in amount ? 100 * amount.share : amount.count);

export const formatAmount = (amount: DamageAmount): string =>
  'share' in amount
    ? t('models.damage.share', { percent: Math.round(100 * amount.share) })
    : t('models.damage.rows', { count: amount.count });

/** Amounts, then the shares of right answers and of sure and wrong ones. */
export const damageColumns = (points: readonly DamagePoint[]): ChartColumns => [
  points.map(({ amount }) => position(amount)),
  points.map(({ exactAccuracy }) => exactAccuracy),
  points.map(({ sureAndWrong }) => sureAndWrong),
];

/** @param amounts all that are planned, so that the axis stays while points are added */
export function damageConfig(
  amounts: readonly DamageAmount[],
  points: readonly DamagePoint[],
  chosen: DamagePoint | undefined,
): ChartConfig {
  const positions = amounts.map(position);
  const line = { width: 1.75, alpha: 1, rings: true };
  const margin = Math.max(...positions) / 40;
  return {
    lines: [
      { ...line, colour: '--answer' },
      { ...line, colour: '--bad', dash: [4, 4] },
    ],
    x: {
      isLog: false,
      range: () => ({ from: -margin, to: Math.max(...positions) + margin }),
      format: (value) => (Number.isInteger(value) ? formatInteger(value) : ''),
    },
    y: { isLog: false, range: () => [0, 1], format: (share) => formatInteger(100 * share) },
    over: (chart) => {
      const { ctx, bbox } = chart;
      ctx.save();
      ctx.strokeStyle = readCssColour('--answer');
      ctx.lineWidth = 1.5;
      strokeIntervals(
        chart,
        points.map(({ amount, interval: [low, high] }) => ({ x: position(amount), low, high })),
      );
      if (chosen) {
        const x = chart.valToPos(position(chosen.amount), 'x', true);
        ctx.strokeStyle = readCssColour('--muted');
        ctx.setLineDash([3, 4]);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}

export const describePoint = ({ amount, exactAccuracy, interval, count, sureAndWrong }: DamagePoint): string =>
  t('models.damage.point', {
    amount: formatAmount(amount),
    accuracy: exactAccuracy,
    interval: formatInterval(interval),
    count,
    sure: sureAndWrong,
  });

export const describeShares = ({ recovered, consistent }: DamagePoint): string =>
  consistent === null
    ? t('models.damage.sharesWithoutRules', { recovered })
    : t('models.damage.shares', { recovered, consistent });
