import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { transpose } from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import { ParameterLayout, Weights } from '../../../models/nn/parameters';
import { swigluInner, swigluResidual, swigluSpecs } from '../../../models/nn/swiglu';
import { Session } from '../../../models/runtime/session';

describe('the inner width', () => {
  test.each([
    // width, expansion, multiple, expected: 4·512·2/3 = 1365.3 → 1536, 4·384·2/3 = 1024 exactly.
    [512, 4, 256, 1536],
    [384, 4, 256, 1024],
    [81, 4, 256, 256],
    [64, 4, 64, 192],
    // Ties go to the even number: 2.5 → 2, 3.5 → 4.
    [15, 0.25, 1, 2],
    [21, 0.25, 1, 4],
  ])('of %d channels expanded %d times in steps of %d is %d', (width, expansion, multiple, expected) => {
    expect(swigluInner(width, { expansion, multiple })).toBe(expected);
  });

  test('is a multiple, never below two thirds of the expansion, never a whole multiple above', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4096 }),
        fc.integer({ min: 1, max: 16 }),
        fc.constantFrom(1, 8, 64, 256),
        (width, quarters, multiple) => {
          const exact = (width * quarters) / 6;
          const inner = swigluInner(width, { expansion: quarters / 4, multiple });
          expect(inner % multiple).toBe(0);
          expect(inner).toBeGreaterThanOrEqual(exact - 0.5);
          expect(inner).toBeLessThan(exact + 0.5 + multiple);
        },
      ),
    );
  });
});

test('over positions the gated MLP is the one over channels, turned', async () => {
  const [rows, width, inner] = [3, 4, 5];
  const layout = new ParameterLayout(swigluSpecs('mlp', { width, inner }));
  const graph = new Graph();
  const weights = new Weights(graph.input('weights', [layout.size]), layout);
  const x = graph.input('x', [rows, width]);
  graph.output('channels', swigluResidual(x, weights, { name: 'mlp', inner, along: 'channels' }));
  graph.output(
    'positions',
    transpose(swigluResidual(transpose(x, [1, 0]), weights, { name: 'mlp', inner, along: 'positions' }), [1, 0]),
  );
  const session = await Session.create(graph, { threads: 1 });
  const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i + 1));
  const { channels, positions } = await session.run({ x: wave(rows * width), weights: wave(layout.size) });
  positions!.forEach((value, i) => expect(value).toBeCloseTo(channels![i]!, 5));
});
