/** Metrics of runs: realistic curves, evaluations on the test set and answers to tracked puzzles. */
import { Random } from '../../../datasets/random';
import type { Evaluation, Output, Run, Sample, StepMetrics } from '../../../electron/contract/contract';
import { createDashboard, type Dashboard } from '../../../renderer/features/train/run/run-monitor.svelte';
import { withErrors, puzzleOf } from './puzzles';
import { accuracy } from './runs';

type Setup = Output<'getRunConfig'>;

/** Every fifth step. */
function stepsOf({ step: last, seconds, seed }: Run): StepMetrics[] {
  const random = Random.seeded(seed);
  return Array.from({ length: Math.floor(last / 5) }, (_, i) => {
    const step = (i + 1) * 5;
    const noise = (by: number): number => by * (random.uniform() - 0.5);
    const rise = 1 / (1 + Math.exp(-(step - midpoint(seed)) / 130));
    return {
      step,
      seconds: (seconds * step) / last,
      lmLoss: 1.35 * Math.exp(-step / (midpoint(seed) / 1.8)) + 0.02 + Math.abs(noise(0.06)),
      qHaltLoss: 0.35 * Math.exp(-step / 500) + 0.03 + Math.abs(noise(0.05)),
      accuracy: clamp(0.3 + 0.68 * rise + noise(0.03)),
      exactAccuracy: clamp(0.97 * rise + noise(0.14)),
      steps: 8 - 5.4 * rise + noise(0.5),
      learningRate: Math.min(1, step / 100) * 1e-3,
      gradientNorm: step === 700 ? 6.2 : 0.4 + 1.4 * Math.exp(-step / 240) + Math.abs(noise(0.3)),
      halted: 8,
      samples: 8 * step,
    };
  });
}

/** The step at which half of the final accuracy is reached. */
const midpoint = (seed: number): number => 450 + 50 * (seed % 7);

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

function evaluationsOf({ step: last, seconds, seed }: Run): Evaluation[] {
  return Array.from({ length: Math.floor(last / 100) }, (_, i) => {
    const step = (i + 1) * 100;
    return {
      ...accuracy(clamp(0.96 / (1 + Math.exp(-(step - midpoint(seed) - 120) / 130))), 200),
      step,
      seconds: (seconds * step) / last,
      isFinal: step === last,
      samples: 8 * step,
    };
  });
}

/** Four test puzzles, two of them with wrong answers. */
export function samplesOf(kind = 'sudoku-4x4'): Sample[] {
  return [1, 2, 3, 4].map((seed) => {
    const puzzle = puzzleOf(kind, seed);
    return {
      ...puzzle,
      answer: withErrors(puzzle, seed % 2 === 0 ? 0.3 : 0),
      confidence: puzzle.labels.map(() => 0.9),
    };
  });
}

export function historyOf(run: Run): Output<'readMetrics'> {
  const samples = run.step > 0 ? [{ step: 800, samples: samplesOf(run.kind) }] : [];
  return {
    run,
    steps: stepsOf(run),
    means: [],
    evaluations: evaluationsOf(run),
    samples,
    damage: { lines: 0, missingSteps: 0, areOthers: false },
  };
}

export function dashboardOf(run: Run): Dashboard {
  const isMeasured = run.state === 'running' && run.step > 0;
  return {
    ...createDashboard(historyOf(run)),
    ...(isMeasured && { samplesPerSecond: 734, memoryBytes: 312e6, secondsLeft: 72 }),
  };
}

export const setupOf = ({ dataset, preset, seed }: Pick<Run, 'dataset' | 'preset' | 'seed'>): Setup => ({
  version: '1.0.0',
  command: `train --dataset ${dataset} --preset ${preset} --seed ${seed}`,
  preset: { id: preset, name: 'Classroom', family: 'TRM-MLP' },
  config: {
    model: {
      family: 'trm',
      seqLen: 16,
      vocabSize: 6,
      hiddenSize: 64,
      numHeads: 4,
      expansion: 4,
      innerMultiple: 64,
      hLayers: 0,
      lLayers: 2,
      hCycles: 3,
      lCycles: 4,
      haltMaxSteps: 8,
      haltExplorationProb: 0.1,
      mlpT: preset !== 'classroom-attention',
      posEncodings: preset === 'classroom-attention' ? 'learned' : 'none',
      separateNetworks: false,
      oneStepGradient: false,
      puzzleEmbNdim: 0,
      puzzleEmbLen: 0,
      numPuzzleIdentifiers: 0,
      loss: 'stablemax',
      noActContinue: true,
    },
    optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
    schedule: { learningRate: 1e-3, warmupSteps: 100, totalSteps: 2000, minRatio: 1 },
    ema: { rate: 0.999, warmup: true },
    batchSize: 64,
    seed,
    maxSteps: 2000,
    maxSeconds: 180,
    evaluateEvery: 50,
  },
});
