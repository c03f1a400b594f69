/** The card of a model that a run has made. */
import type { Accuracy, Card } from '../../models/checkpoint/card';
import { accuracySchema } from '../../models/checkpoint/card';
import type { RunConfig } from '../../models/training/run-config';
import { weightLayout } from '../../models/family/weights';
import type { RunPlan } from './run-plan';

export interface Progress {
  readonly steps: number;
  readonly seconds: number;
  readonly accuracy: Accuracy | null;
}

export function cardOf(plan: RunPlan, { model, batchSize }: RunConfig, { steps, seconds, accuracy }: Progress): Card {
  const { dataset, preset, seed } = plan;
  const { hCycles, lCycles, haltMaxSteps } = model;
  return {
    name: `${dataset.spec.name} · ${preset.name}`,
    dataset: dataset.spec.id, kind: dataset.kind.id, preset: preset.id, family: preset.family,
    parameters: weightLayout(model).size, hCycles, lCycles, haltMaxSteps,
    createdAt: new Date().toISOString(),
    command: commandOf(plan),
    data: {
      trainPuzzles: dataset.train.length, trainClasses: dataset.trainClasses,
      testPuzzles: dataset.test.length, testClasses: dataset.testClasses,
    },
    training: { steps, seconds, samples: steps * batchSize, seed },
    accuracy: accuracy && accuracySchema.parse(accuracy),
  };
}

/** The command line that makes this model. */
function commandOf({ dataset, preset, seed, maxSeconds, override = {} }: RunPlan): string {
  const { batchSize, maxSteps, precision, learningRate } = override;
  const given = { dataset: dataset.spec.id, preset: preset.id, seed, 'max-seconds': maxSeconds, 'batch-size': batchSize, 'max-steps': maxSteps, 'learning-rate': learningRate, precision };
  const flags = Object.entries(given).filter(([, value]) => value !== undefined);
  return ['train', ...flags.map(([flag, value]) => `--${flag} ${value}`)].join(' ');
}
