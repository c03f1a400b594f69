/** The thorough size of the built-in experiments. */
import { describe, expect, test } from 'vitest';
import { builtInExperiments, getExperiment } from '../../../../electron/compute/experiments/built-in';
import { expectMinutes, makeThorough } from '../../../../electron/compute/experiments/thorough';
import { experimentSchema } from '../../../../electron/contract/experiments';

describe('a thorough experiment', () => {
  test.each(builtInExperiments.map((experiment) => [experiment.id, experiment] as const))(
    '%s is valid, asks the same and is larger',
    (_, experiment) => {
      const thorough = makeThorough(experiment);
      expect(() => experimentSchema.parse(thorough)).not.toThrow();
      expect(thorough.conditions.map(({ id }) => id)).toEqual(experiment.conditions.map(({ id }) => id));
      expect(thorough.published).toEqual(experiment.published);
      expect(thorough.seeds.length + puzzlesOf(thorough)).toBeGreaterThan(
        experiment.seeds.length + puzzlesOf(experiment),
      );
    },
  );

  test('trains with more seeds and steps, and tests models that exist on more puzzles', () => {
    const trained = makeThorough(getExperiment('contamination'));
    expect(trained.seeds).toHaveLength(12);
    const { source } = trained.conditions[0]!;
    const { source: usual } = getExperiment('contamination').conditions[0]!;
    if (!('preset' in source) || !('preset' in usual)) throw new Error('contamination trains');
    expect(source.settings.maxSteps).toBe(2 * usual.settings.maxSteps!);
    expect(source.split).toBe('classes');
    const tested = makeThorough(getExperiment('easy-to-hard'));
    expect(tested.seeds).toEqual([1]);
    expect(tested.test).toMatchObject({ puzzles: 240 });
    expect(tested.conditions).toEqual(getExperiment('easy-to-hard').conditions);
  });

  test('takes as many times longer', () => {
    const minutes = expectMinutes(getExperiment('contamination'))!;
    expect(minutes.thorough).toBeCloseTo(minutes.usual * 4 * 2, 6);
    const ofModels = expectMinutes(getExperiment('easy-to-hard'))!;
    expect(ofModels.thorough).toBeCloseTo(ofModels.usual * 4, 6);
    expect(expectMinutes({ ...getExperiment('contamination'), id: 'own' })).toBeNull();
  });
});

const puzzlesOf = ({ test: plan }: (typeof builtInExperiments)[number]): number =>
  'puzzles' in plan ? plan.puzzles : 0;
