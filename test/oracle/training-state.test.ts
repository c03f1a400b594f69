/**
 * The training state of a run continues in PyTorch, if TORCH_PYTHON names a Python that has it: load_state.py gives it to a trainer with the
 * functions of the reference's, whose next step must give the weights and averages of the lab's next step.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Random } from '../../datasets/random';
import { writeTrainingState } from '../../electron/compute/runs/export/training-state-export';
import { padWidths, toReferenceWidths } from '../../models/checkpoint/export/reference-widths';
import type { ModelConfig } from '../../models/family/config';
import { initialState, weightLayout } from '../../models/family/weights';
import { drawHalting } from '../../models/train/halting';
import { createLearnerState, Learner, type LearnerState } from '../../models/train/learner';
import { tinyAttention } from '../models/family/tiny';

const python = process.env['TORCH_PYTHON'];
const folder = mkdtempSync(join(tmpdir(), 'trm-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [BATCH, STEPS] = [4, 5];
const model: ModelConfig = { ...tinyAttention, haltExplorationProb: 0 };
const wide = toReferenceWidths(model);
const optimiser = { name: 'adamW', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 } as const;
const schedule = { learningRate: 1e-2, warmupSteps: 0, totalSteps: 10, minRatio: 1 };
const ema = { rate: 0.9, warmup: false };

const random = Random.seeded(4);
const rows = () =>
  Array.from({ length: BATCH }, () =>
    Array.from({ length: model.seqLen }, () => random.integer(1, model.vocabSize - 1)),
  );

/** The state after some steps, and after one more step that starts every example anew. */
async function trainRun(inputs: number[][], labels: number[][]): Promise<readonly [LearnerState, LearnerState]> {
  const learner = await Learner.create({
    model,
    training: { optimiser, schedule, ema, batchSize: BATCH },
    state: createLearnerState(initialState(model, Random.seeded(1)), model, BATCH),
  });
  const take = (input: number[][], label: number[][]) =>
    learner.step(
      {
        inputs: Int32Array.from(input.flat()),
        labels: Int32Array.from(label.flat()),
        puzzleIdentifiers: new Int32Array(BATCH),
      },
      drawHalting(random, BATCH, model),
    );
  for (let step = 0; step < STEPS; step++) await take(rows(), rows());
  learner.state = { ...learner.state, halted: new Uint8Array(BATCH).fill(1) };
  const { state: before } = learner.snapshot();
  await take(inputs, labels);
  const { state: after } = learner;
  await learner.release();
  return [before, after];
}

interface Continued {
  readonly argv: readonly string[];
  readonly step: number;
  readonly total_steps: number;
  readonly type: string;
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly averages: Readonly<Record<string, readonly number[]>>;
}

function continueInPyTorch(request: object): Continued {
  const { status, stdout, stderr } = spawnSync(
    python ?? '',
    ['-B', resolve('electron/compute/runs/export/load_state.py'), join(folder, 'state'), JSON.stringify(request)],
    { encoding: 'utf8', cwd: resolve('test/oracle/trainer') },
  );
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Continued;
}

function expectClose(actual: Continued['weights'], expected: Float32Array): void {
  const layout = weightLayout(wide);
  expect(Object.keys(actual).sort()).toEqual(layout.specs.map(({ name }) => name).sort());
  for (const [name, values] of Object.entries(actual)) {
    const own = layout.values(expected, name);
    const distance = Math.max(...values.map((value, i) => Math.abs(value - own[i]!)));
    // A hundredth of the learning rate: with moments or a step of zero, weights change by about the whole rate.
    expect(distance, name).toBeLessThan(1e-4);
  }
}

test.skipIf(!python)(
  `a run continues in PyTorch with its moments, step and averages${python ? '' : ' (TORCH_PYTHON is not set)'}`,
  async () => {
    const [inputs, labels] = [rows(), rows()];
    const [before, after] = await trainRun(inputs, labels);
    const pad = (values: Float32Array) => padWidths(model, wide, values);
    const { params, m, v } = before;
    await writeTrainingState(join(folder, 'state'), wide, {
      state: { ...before, params: pad(before.ema) },
      updates: before.updates,
      priorUpdates: before.priorUpdates,
      rateFactor: 1,
      vectors: { params: pad(params), m: pad(m), v: pad(v), ema: pad(before.ema) },
    });
    const settings = { rate: schedule.learningRate, betas: [optimiser.beta1, optimiser.beta2] };
    const request = {
      ...{ model: wide, inputs, labels, steps: 7, ema_rate: ema.rate, decay: optimiser.weightDecay, dtype: 'float32' },
      ...settings,
    };
    const continued = continueInPyTorch(request);
    expect(continued.argv).toEqual(['--config-path', resolve('test/oracle/trainer/config')]);
    expect([continued.step, continued.total_steps]).toEqual([STEPS + 1, STEPS + 7]);
    expectClose(continued.weights, pad(after.params));
    expectClose(continued.averages, pad(after.ema));
    expect(continued.type).toBe('torch.float32');
    expect(continueInPyTorch({ ...request, dtype: 'bfloat16' }).type).toBe('torch.bfloat16');
  },
);
