/** Runs in every state. */
import type { Accuracy, Run } from '../../../electron/contract/contract';
import type { NamedRun } from '../../../renderer/features/train/runs/run-list';
import { run as exampleRun } from '../../renderer/examples';

export const accuracy = (exactAccuracy: number, count = 486): Accuracy => ({
  exactAccuracy,
  accuracy: 1 - (1 - exactAccuracy) / 4,
  ruleAccuracy: exactAccuracy,
  count,
  interval: [Math.max(0, exactAccuracy - 0.022), Math.min(1, exactAccuracy + 0.016)],
});

/** A run in progress. */
export const run = (changes: Partial<Run> = {}): Run =>
  exampleRun({
    runId: 'sudoku-4x4-classroom-20261124-101500',
    datasetHash: 'c0ffee',
    seed: 7,
    startedAt: '2026-11-24T10:15:00.000Z',
    step: 1240,
    seconds: 108,
    maxSteps: 2000,
    stepFlop: 4.1e9,
    accuracy: accuracy(0.913),
    best: { step: 1200, exactAccuracy: 0.918 },
    ...changes,
  });

export const longName =
  'Sudoku 6×6 with fourteen givens, a quarter of the classes in the test set, for the third lesson of class 10b on Thursday';

export const runs = {
  running: run(),
  fresh: run({ runId: 'fresh', step: 0, seconds: 0, accuracy: null, best: null }),
  paused: run({ runId: 'paused', state: 'paused', step: 640, seconds: 57, accuracy: accuracy(0.604) }),
  alarmed: run({
    runId: 'alarmed',
    state: 'paused',
    step: 611,
    accuracy: accuracy(0.272),
    best: null,
    pauseReason: 'The loss rose from 0.21 to 4.1e+9 at step 611.',
  }),
  finished: run({
    runId: 'finished',
    state: 'finished',
    step: 2000,
    seconds: 178,
    accuracy: accuracy(0.976, 1000),
    best: { step: 1950, exactAccuracy: 0.979 },
    model: 'trained',
  }),
  stopped: run({
    runId: 'stopped',
    state: 'stopped',
    step: 830,
    seconds: 75,
    accuracy: accuracy(0.71),
    model: 'trained',
  }),
  failed: run({
    runId: 'failed',
    state: 'failed',
    step: 402,
    seconds: 36,
    accuracy: null,
    failure: 'ENOSPC: no space left on device, write',
  }),
  interrupted: run({
    runId: 'interrupted',
    state: 'interrupted',
    step: 1500,
    seconds: 133,
    accuracy: accuracy(0.951),
    failure: 'The compute process exited during the run.',
  }),
  named: run({
    runId: 'named',
    state: 'finished',
    name: longName,
    tags: ['lesson 3', 'class 10b', 'wide', 'to be shown'],
    preset: 'medium',
    dataset: 'sudoku-6x6',
    kind: 'sudoku-6x6',
    step: 20_000,
    maxSteps: 20_000,
    seconds: 15_420,
    maxSeconds: 36_000,
    accuracy: accuracy(0.884, 1000),
    parent: { kind: 'run', id: 'finished', step: 1950 },
    model: 'trained',
  }),
  alerted: run({
    runId: 'alerted',
    alerts: [
      { kind: 'plateau', step: 900, text: 'Test accuracy has not improved for 400 steps' },
      {
        kind: 'gap',
        step: 1100,
        text: 'Possible overfitting: 99.1 % exact on training puzzles, 61.0 % on the test set',
      },
      { kind: 'disk', step: 1200, text: 'Disk space is left for 3 more checkpoints' },
      { kind: 'slow', step: 1210, text: 'A step takes three times as long as at the start' },
    ],
  }),
  fallenBack: run({
    runId: 'fallen-back',
    deviceMessage: 'The WebGPU device was lost after step 311; the run continues on the CPU',
  }),
} as const satisfies Record<string, Run>;

export const manyRuns: readonly Run[] = [
  runs.running,
  runs.named,
  runs.finished,
  runs.stopped,
  runs.failed,
  runs.interrupted,
  ...Array.from({ length: 6 }, (_, i) =>
    run({
      runId: `seed-${i + 10}`,
      state: 'finished',
      seed: i + 10,
      step: 2000,
      seconds: 170 + i,
      accuracy: accuracy(0.93 + i / 100),
      best: { step: 1900, exactAccuracy: 0.94 + i / 100 },
      preset: i % 2 === 0 ? 'classroom' : 'classroom-attention',
      startedAt: `2026-11-2${i}T09:00:00.000Z`,
      model: 'trained',
    }),
  ),
];

export const named = (of: Run): NamedRun => ({
  run: of,
  name: of.name ?? 'Sudoku 4×4, Classroom',
  dataset: 'Sudoku 4×4',
  preset: 'Classroom',
});
