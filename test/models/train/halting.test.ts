import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { drawHalting, haltInTraining, minimumSteps } from '../../../models/train/halting';

interface Example {
  readonly step: number;
  readonly qHalt: number;
  readonly uniform: number;
  readonly minimum: number;
}

const haltMax = fc.integer({ min: 1, max: 8 });
const probability = fc.double({ min: 0, max: 1, noNaN: true });
const examples = fc.array(
  fc.record<Example>({
    step: fc.integer({ min: 1, max: 8 }),
    qHalt: fc.double({ min: -6, max: 6, noNaN: true }),
    uniform: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    minimum: fc.integer({ min: 2, max: 8 }),
  }),
  { minLength: 1, maxLength: 6 },
);

const drawsOf = (batch: readonly Pick<Example, 'uniform' | 'minimum'>[]) => ({
  uniform: Float32Array.from(batch, ({ uniform }) => uniform),
  minHaltSteps: Int32Array.from(batch, ({ minimum }) => minimum),
});

function halt(batch: readonly Example[], haltMaxSteps: number, haltExplorationProb: number): Uint8Array {
  const fresh = { minSteps: new Int32Array(batch.length), halted: new Uint8Array(batch.length) };
  return haltInTraining(
    {
      steps: Int32Array.from(batch, ({ step }) => step),
      minSteps: minimumSteps(fresh, drawsOf(batch), { haltExplorationProb }),
      qHalt: Float32Array.from(batch, ({ qHalt }) => qHalt),
      qContinue: new Float32Array(batch.length).fill(9),
    },
    { haltMaxSteps, noActContinue: true },
  );
}

/** Checks a statement for every example of any batch. */
const always = (
  statement: (
    example: Example & { readonly halted: boolean; readonly haltMaxSteps: number; readonly explores: boolean },
  ) => void,
) =>
  fc.assert(
    fc.property(examples, haltMax, probability, (batch, haltMaxSteps, prob) => {
      halt(batch, haltMaxSteps, prob).forEach((halted, i) => {
        const explores = Math.fround(batch[i]!.uniform) < prob;
        statement({ ...batch[i]!, halted: halted === 1, haltMaxSteps, explores });
      });
    }),
  );

describe('haltInTraining', () => {
  test('halts at haltMaxSteps', () => {
    always(({ step, haltMaxSteps, halted }) => step >= haltMaxSteps && expect(halted).toBe(true));
  });

  test('continues below haltMaxSteps while the halting logit is not positive', () => {
    always(({ step, qHalt, haltMaxSteps, halted }) => step < haltMaxSteps && qHalt <= 0 && expect(halted).toBe(false));
  });

  test('does not halt an exploring example before its minimum', () => {
    always(
      ({ step, minimum, haltMaxSteps, explores, halted }) =>
        explores && step < Math.min(minimum, haltMaxSteps) && expect(halted).toBe(false),
    );
  });

  test('halts at a positive logit without exploration', () => {
    always(({ qHalt, explores, halted }) => Math.fround(qHalt) > 0 && !explores && expect(halted).toBe(true));
  });

  test('halts an exploring example at a positive logit from its minimum', () => {
    always(
      ({ step, minimum, qHalt, explores, halted }) =>
        explores && step >= minimum && Math.fround(qHalt) > 0 && expect(halted).toBe(true),
    );
    expect([...halt([{ step: 3, qHalt: 1, uniform: 0, minimum: 3 }], 5, 1)]).toEqual([1]);
  });

  test('does not halt at a logit of exactly 0', () => {
    expect([...halt([{ step: 1, qHalt: 0, uniform: 0.9, minimum: 2 }], 4, 0)]).toEqual([0]);
  });
});

test('halts where the halting logit exceeds the continue logit, with a continue head', () => {
  const [steps, qHalt, qContinue] = [Int32Array.of(1, 1, 1), Float32Array.of(-1, 2, 1), Float32Array.of(-2, 3, 1)];
  const minSteps = new Int32Array(3);
  expect([...haltInTraining({ steps, minSteps, qHalt, qContinue }, { haltMaxSteps: 4, noActContinue: false })]).toEqual(
    [1, 0, 0],
  );
});

describe('minimumSteps', () => {
  const draws = drawsOf([
    { uniform: 0.2, minimum: 5 },
    { uniform: 0.2, minimum: 6 },
    { uniform: 0.8, minimum: 7 },
  ]);
  const previous = { minSteps: Int32Array.of(3, 3, 3), halted: Uint8Array.of(0, 1, 1) };

  test('draws for every example at every step', () => {
    expect([...minimumSteps(previous, draws, { haltExplorationProb: 0.5 })]).toEqual([5, 6, 0]);
  });

  test('draws only for new examples where each example keeps its draw', () => {
    const config = { haltExplorationProb: 0.5, haltExploration: 'perExample' } as const;
    expect([...minimumSteps(previous, draws, config)]).toEqual([3, 6, 0]);
  });
});

describe('drawHalting', () => {
  test('draws all uniforms first, then all minimum steps', () => {
    const [drawn, again] = [Random.seeded(5), Random.seeded(5)];
    const { uniform, minHaltSteps } = drawHalting(drawn, 3, { haltMaxSteps: 6 });
    expect([...uniform]).toEqual(Array.from({ length: 3 }, () => Math.fround(again.uniform())));
    expect([...minHaltSteps]).toEqual(Array.from({ length: 3 }, () => again.integer(2, 6)));
    expect(drawn.state()).toEqual(again.state());
  });

  test('draws the starts from a previous state last, and only where there are such', () => {
    const [drawn, without] = [Random.seeded(5), Random.seeded(5)];
    const { startsFromPrevious, ...draws } = drawHalting(drawn, 400, { haltMaxSteps: 6, startFromPrevious: 0.25 });
    expect(draws).toEqual(drawHalting(without, 400, { haltMaxSteps: 6 }));
    expect([...startsFromPrevious!]).toEqual(Array.from({ length: 400 }, () => +(without.uniform() < 0.25)));
    expect(drawn.state()).toEqual(without.state());
  });

  test('draws every minimum from 2 to haltMaxSteps and no other', () => {
    const { minHaltSteps } = drawHalting(Random.seeded(1), 500, { haltMaxSteps: 5 });
    expect(new Set(minHaltSteps)).toEqual(new Set([2, 3, 4, 5]));
  });

  test('draws 2 as the minimum when haltMaxSteps is 1', () => {
    expect([...drawHalting(Random.seeded(1), 2, { haltMaxSteps: 1 }).minHaltSteps]).toEqual([2, 2]);
  });
});
