import { describe, expect, test } from 'vitest';
import { Graph } from '../../../models/graph/graph';
import { emaRateAt, emaUpdate } from '../../../models/optim/ema';
import { Session } from '../../../models/runtime/session';

const warming = { rate: 0.999, warmup: true };

describe('the rate of the average', () => {
  test('rises from 2/11 to its limit and stays there', () => {
    const rates = Array.from({ length: 10_000 }, (_, i) => emaRateAt(i + 1, warming));
    expect(rates[0]).toBe(2 / 11);
    rates.slice(1).forEach((rate, i) => expect(rate).toBeGreaterThanOrEqual(rates[i]!));
    // (1 + t)/(10 + t) passes 0.999 at t = 8990.
    expect([rates[8988]! < 0.999, rates[8989], rates.at(-1)]).toEqual([true, 0.999, 0.999]);
  });

  test('is constant without a warm-up', () => {
    expect([1, 100].map((t) => emaRateAt(t, { rate: 0.999, warmup: false }))).toEqual([0.999, 0.999]);
  });
});

test('an update keeps that share of the average: 0 takes the weights, 1 changes nothing', async () => {
  const graph = new Graph();
  graph.output('next', emaUpdate(graph.input('ema', [2]), graph.input('params', [2]), graph.input('keep', [])));
  const session = await Session.create(graph, { threads: 1 });
  const after = async (keep: number) => [
    ...(await session.run({ ema: Float32Array.of(1, -2), params: Float32Array.of(3, 4), keep: Float32Array.of(keep) }))
      .next!,
  ];
  expect([await after(0), await after(0.75), await after(1)]).toEqual([
    [3, 4],
    [1.5, -0.5],
    [1, -2],
  ]);
  await session.release();
});
