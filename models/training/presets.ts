/** Settings that are known to learn, by name: what a user chooses from. */
import { ConfigError, trmDefaults } from '../family/config';
import type { RunConfig } from './run-config';

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly family: string;
  readonly run: Omit<RunConfig, 'seed' | 'maxSeconds' | 'model'> & {
    readonly model: Omit<RunConfig['model'], 'seqLen' | 'vocabSize'>;
  };
}

const classroom: Preset = {
  id: 'classroom',
  name: 'Classroom',
  summary: 'Small enough to learn 4×4 Sudoku in a minute or two on a school laptop.',
  family: 'TRM-MLP',
  run: {
    model: {
      ...trmDefaults,
      hiddenSize: 64, numHeads: 4, expansion: 4, innerMultiple: 64, lLayers: 2,
      hCycles: 3, lCycles: 4, haltMaxSteps: 8, haltExplorationProb: 0.1,
      mlpT: true, posEncodings: 'none',
    },
    optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
    schedule: { learningRate: 1e-3, warmupSteps: 100, totalSteps: 2000, minRatio: 1 },
    ema: { rate: 0.999, warmup: true },
    batchSize: 64,
    maxSteps: 2000,
    evaluateEvery: 50,
  },
};

// Rotary positions alone are relative: on so small a grid the model then cannot tell where rows and boxes begin,
// and stays near 0 % exact for as long as was tried (600 steps).
const attention: Preset = {
  ...classroom,
  id: 'classroom-attention',
  name: 'Classroom, attention',
  summary: 'The same with self-attention and learned positions in place of the token-mixing MLP; learns more slowly.',
  family: 'TRM-attention',
  run: { ...classroom.run, model: { ...classroom.run.model, mlpT: false, posEncodings: 'learned' } },
};

const hrm: Preset = {
  ...attention,
  id: 'classroom-hrm',
  name: 'Classroom, HRM',
  summary: 'The larger forerunner of TRM: two networks, and gradients through their last two updates only.',
  family: 'HRM',
  run: {
    ...attention.run,
    model: { ...attention.run.model, family: 'hrm', hLayers: 2, hCycles: 2, lCycles: 2, noActContinue: false },
  },
};

const direct: Preset = {
  ...attention,
  id: 'classroom-direct',
  name: 'Classroom, direct',
  summary: 'One transformer of four blocks without cycles inside a step: only the supervision steps repeat.',
  family: 'direct baseline',
  run: {
    ...attention.run,
    model: { ...attention.run.model, family: 'direct', hLayers: 4, lLayers: 0, hCycles: 1, lCycles: 0, noActContinue: false },
  },
};

export const presets: readonly Preset[] = [classroom, attention, hrm, direct];

/** @throws ConfigError naming the presets there are */
export function preset(id: string): Preset {
  const found = presets.find((candidate) => candidate.id === id);
  if (!found) throw new ConfigError(`there is no preset "${id}"; there are ${presets.map((known) => known.id).join(', ')}`);
  return found;
}

/** A preset made definite for a kind of puzzle, a seed and a time limit. */
export function runConfig({ run }: Preset, choice: { readonly seqLen: number; readonly vocabSize: number; readonly seed: number; readonly maxSeconds: number }): RunConfig {
  const { seqLen, vocabSize, seed, maxSeconds } = choice;
  return { ...run, seed, maxSeconds, model: { ...run.model, seqLen, vocabSize } };
}
