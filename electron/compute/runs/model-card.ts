/** The card of a model that a run has made. */
import type { Accuracy, Card } from '../../../models/checkpoint/model-card';
import { accuracySchema } from '../../../models/checkpoint/model-card';
import { weightLayout } from '../../../models/family/weights';
import type { RunPlan } from './run-plan';

export interface Progress {
  readonly steps: number;
  readonly seconds: number;
  readonly accuracy: Accuracy | null;
  /** Floating-point operations of one train step. */
  readonly stepFlop: number;
}

export function cardOf(
  { dataset, preset, config, command, parent }: RunPlan,
  { steps, seconds, accuracy, stepFlop }: Progress,
): Card {
  const { model, batchSize, seed } = config;
  const { hCycles, lCycles, haltMaxSteps } = model;
  return {
    name: `${dataset.spec.name} · ${preset.name}`,
    dataset: dataset.spec.id,
    kind: dataset.kind.id,
    preset: preset.id,
    family: preset.family,
    parameters: weightLayout(model).size,
    hCycles,
    lCycles,
    haltMaxSteps,
    createdAt: new Date().toISOString(),
    command,
    parent,
    data: {
      trainPuzzles: dataset.train.length,
      trainClasses: dataset.trainClasses,
      testPuzzles: dataset.test.length,
      testClasses: dataset.testClasses,
    },
    training: { steps, seconds, samples: steps * batchSize, seed, flop: steps * stepFlop },
    accuracy: accuracy && accuracySchema.parse(accuracy),
  };
}
