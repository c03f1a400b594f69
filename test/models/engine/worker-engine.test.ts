/** Programs in worker threads: the same bits for any number of workers, order, and threads that end. */
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { WorkerEndedError, WorkerEngine } from '../../../models/engine/worker-engine';
import { Evaluator } from '../../../models/evaluate/evaluate';
import type { ModelConfig } from '../../../models/family/config';
import { initialState, weightLayout } from '../../../models/family/weights';
import { Solver } from '../../../models/solve/solve';
import type { EngineOptions } from '../../../models/engine/engine';
import { computeTask } from '../../../models/engine/tasks';
import { drawHalting } from '../../../models/train/halting';
import { createLearnerState, Learner } from '../../../models/train/learner';
import { tinyAttention, tinyAxial, tinyConvolution, tinyLineSums, tinyMlpT, tinySymbols } from '../family/tiny';

const script = process.env['TRM_LAB_ENGINE_WORKER']!;
const engines: WorkerEngine[] = [];
/**
 * @param endAt for each started thread, the call at which it ends, as for lack of memory; later ones do not. `terminate()` would
 * end onnxruntime in the middle of a calculation, and with it the process.
 */
function createEngine(workers: number, endAt: number[] = []): WorkerEngine {
  const startThread = (file: string): Worker =>
    new Worker(endingScript(file, endAt.shift() ?? Infinity), { eval: true });
  const engine = new WorkerEngine({ script, workers, startThread });
  engines.push(engine);
  return engine;
}
const endingScript = (file: string, call: number): string => `
  let calls = 0;
  require('node:worker_threads').parentPort.on('message', ({ type }) => {
    if (type !== 'release' && ++calls >= ${call}) process.exit(1);
  });
  require(${JSON.stringify(file)});
`;
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

const B = 8;
const training = {
  batchSize: B,
  shards: 4,
  ema: { rate: 0.99, warmup: false },
  optimiser: { name: 'adamAtan2', beta1: 0.9, beta2: 0.95, weightDecay: 0.1 },
  schedule: { learningRate: 0.01, warmupSteps: 0, totalSteps: 10, minRatio: 1 },
} as const;

/** The learner's state and metrics after some steps. */
async function trainSteps(model: ModelConfig, steps: number, options: EngineOptions, extra: object = {}) {
  const random = Random.seeded(1);
  const state = createLearnerState(initialState(model, random), model, B);
  const learner = await Learner.create({ model, training: { ...training, ...extra }, state, ...options });
  const outcomes = [];
  for (let step = 0; step < steps; step++) {
    const tokens = () => Int32Array.from({ length: B * model.seqLen }, () => random.integer(1, model.vocabSize - 1));
    const batch = { inputs: tokens(), labels: tokens(), puzzleIdentifiers: new Int32Array(B) };
    const { exampleMetrics, gradientNorm } = await learner.step(batch, drawHalting(random, B, model));
    outcomes.push({ losses: [...exampleMetrics.lmLoss], gradientNorm });
  }
  const { params, m, v, ema, zH, zL, puzzleTable } = learner.state;
  await learner.release();
  return { outcomes, vectors: [params, m, v, ema, zH, zL, puzzleTable].map((vector) => [...vector]) };
}

describe.each([
  ['token-mixing MLP', tinyMlpT],
  ['attention', tinyAttention],
  ['symbol vectors', tinySymbols],
  ['convolution', tinyConvolution],
  ['axial', tinyAxial],
  ['line sums', tinyLineSums],
] as const)('training with %s', (_, model) => {
  test('gives the same bits with 1, 2, 3 and more workers than shards, and in the calling thread', async () => {
    const here = await trainSteps(model, 12, { threads: 1 });
    for (const workers of [1, 2, 3, 6])
      expect(await trainSteps(model, 12, { engine: createEngine(workers) })).toEqual(here);
  });

  test('in shards gives the numbers of the whole batch up to rounding', async () => {
    const [sharded, whole] = await Promise.all([
      trainSteps(model, 3, { threads: 1 }),
      trainSteps(model, 3, { threads: 1 }, { shards: 1 }),
    ]);
    sharded.vectors.forEach((vector, i) =>
      vector.forEach((value, j) => expect(value).toBeCloseTo(whole.vectors[i]![j]!, 3)),
    );
  });
});

test('a snapshot of the state is not changed by later steps, and its vectors are used again when it is released', async () => {
  const random = Random.seeded(1);
  const state = createLearnerState(initialState(tinyMlpT, random), tinyMlpT, B);
  const learner = await Learner.create({ model: tinyMlpT, training, state, engine: createEngine(2) });
  const tokens = () => Int32Array.from({ length: B * tinyMlpT.seqLen }, () => random.integer(1, 2));
  const step = () =>
    learner.step(
      { inputs: tokens(), labels: tokens(), puzzleIdentifiers: new Int32Array(B) },
      drawHalting(random, B, tinyMlpT),
    );
  await step();
  const snapshot = learner.snapshot();
  const { params } = snapshot.state;
  const before = params.slice();
  for (let i = 0; i < 4; i++) await step();
  expect(params).toEqual(before);
  expect(learner.state.params).not.toEqual(before);
  snapshot.release();
  const used = new Set<Float32Array>();
  for (let i = 0; i < 20; i++) {
    await step();
    for (const name of ['params', 'm', 'v', 'ema'] as const) used.add(learner.state[name]);
  }
  expect(used).toContain(params);
  await learner.release();
});

test('evaluation and solving give the same answers as in the calling thread', async () => {
  const model = initialState(tinyMlpT, Random.seeded(1));
  const engine = createEngine(2);
  const tokens = Int32Array.from({ length: 4 * tinyMlpT.seqLen }, (_, i) => 1 + (i % 2));
  const batch = { inputs: tokens, labels: tokens, puzzleIdentifiers: new Int32Array(4), count: 3 };
  const answersOf = async (options: EngineOptions) => {
    const evaluator = await Evaluator.create(tinyMlpT, { batchSize: 4, ...options });
    const solver = await Solver.create(tinyMlpT, model, options);
    const results = [
      await evaluator.evaluateBatch(model, batch),
      await solver.solve(tokens.subarray(0, tinyMlpT.seqLen)),
    ];
    await Promise.all([evaluator.release(), solver.release()]);
    return results;
  };
  expect(await answersOf({ engine })).toEqual(await answersOf({ threads: 1 }));
});

test('a more urgent call is computed before those that wait', async () => {
  const engine = createEngine(1);
  const order: string[] = [];
  const open = (priority: 'training' | 'interactive') =>
    engine
      .open({ type: 'update', optimiser: training.optimiser, length: 4, shards: 1 }, { priority })
      .then(() => order.push(priority));
  await Promise.all([open('training'), open('training'), open('interactive')]);
  expect(order).toEqual(['training', 'interactive', 'training']);
});

describe('a worker that ends unexpectedly', () => {
  test('is replaced, and its call repeated with the same results', async () => {
    // Only one worker at a time is about to end: a call that meets two of them fails, see the next test.
    const engine = createEngine(2, [20, Infinity, 30]);
    expect(await trainSteps(tinyMlpT, 60, { engine })).toEqual(await trainSteps(tinyMlpT, 60, { threads: 1 }));
  });

  test('twice during one call fails it with the reason', async () => {
    const program = { type: 'eval', config: tinyMlpT, batchSize: 4, precision: 'float32' } as const;
    await expect(createEngine(1, [1, 1]).open(program, {})).rejects.toThrow(WorkerEndedError);
  });
});

test('fewer or more workers take effect during training without changing the results', async () => {
  const engine = createEngine(3);
  const running = trainSteps(tinyMlpT, 12, { engine });
  for (const count of [1, 2, 4]) {
    engine.setWorkers(count);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(await running).toEqual(await trainSteps(tinyMlpT, 12, { threads: 1 }));
});

test('a run that is resumed with another number of workers gives the same bits', async () => {
  const train = async (workers: readonly number[]) => {
    const random = Random.seeded(1);
    let state = createLearnerState(initialState(tinyMlpT, random), tinyMlpT, B);
    for (const count of workers) {
      const learner = await Learner.create({ model: tinyMlpT, training, state, engine: createEngine(count) });
      for (let step = 0; step < 6; step++) {
        const tokens = () => Int32Array.from({ length: B * tinyMlpT.seqLen }, () => random.integer(1, 2));
        const batch = { inputs: tokens(), labels: tokens(), puzzleIdentifiers: new Int32Array(B) };
        await learner.step(batch, drawHalting(random, B, tinyMlpT));
      }
      state = structuredClone(learner.state);
      await learner.release();
    }
    return [...state.params];
  };
  expect(await train([1, 3])).toEqual(await train([2, 2]));
});

test('an interrupted step changes nothing: the next ones give the same bits', async () => {
  const train = async (interrupt: boolean) => {
    const random = Random.seeded(1);
    const state = createLearnerState(initialState(tinyAttention, random), tinyAttention, B);
    const learner = await Learner.create({ model: tinyAttention, training, state, engine: createEngine(2) });
    for (let step = 0; step < 6; step++) {
      const tokens = () => Int32Array.from({ length: B * tinyAttention.seqLen }, () => random.integer(1, 2));
      const batch = { inputs: tokens(), labels: tokens(), puzzleIdentifiers: new Int32Array(B) };
      const draws = drawHalting(random, B, tinyAttention);
      if (interrupt) {
        const controller = new AbortController();
        const interrupted = learner.step(batch, draws, controller.signal);
        controller.abort(new Error('stopped'));
        await expect(interrupted).rejects.toThrow('stopped');
      }
      await learner.step(batch, draws);
    }
    const { params, zH, updates } = learner.state;
    await learner.release();
    return { params: [...params], zH: [...zH], updates };
  };
  expect(await train(true)).toEqual(await train(false));
});

test('a cancelled call leaves the queue, and those behind it are computed', async () => {
  const engine = createEngine(1);
  const controller = new AbortController();
  const program = { type: 'eval', config: tinyMlpT, batchSize: 2, precision: 'float32' } as const;
  const first = engine.compute('countFlops', program, 'training');
  const cancelled = engine.call({ type: 'task', task: 'countFlops', input: program }, 'training', controller.signal);
  const last = engine.compute('countFlops', program, 'training');
  controller.abort(new Error('cancelled'));
  await expect(cancelled).rejects.toThrow('cancelled');
  expect(await last).toBe(await first);
});

test('solves that wait for their worker continue in another when it is removed', async () => {
  const engine = createEngine(2);
  const model = initialState(tinyMlpT, Random.seeded(1));
  const program = { type: 'eval', config: tinyMlpT, batchSize: 2, precision: 'float32' } as const;
  // The first worker is busy, so the solver is opened in the second.
  const occupied = engine.compute('countFlops', program, 'interactive');
  const solver = await Solver.create(tinyMlpT, model, { engine });
  await occupied;
  const solves = [1, 2, 3].map(() => solver.solve(new Uint8Array(tinyMlpT.seqLen), { maxSteps: 1 }));
  engine.setWorkers(1);
  const [first, ...others] = await Promise.all(solves);
  for (const other of others) expect(other).toEqual(first);
});

test('the error of a program names the missing input', async () => {
  const runner = await createEngine(1).open(
    { type: 'update', optimiser: training.optimiser, length: 4, shards: 1 },
    {},
  );
  await expect(runner.run({})).rejects.toThrow('input gradient_0 was not given');
});

describe('a task', () => {
  const program = { type: 'eval', config: tinyMlpT, batchSize: 2, precision: 'float32' } as const;

  test('returns the same as in the calling thread', async () => {
    const engine = createEngine(1);
    const cost = { model: tinyMlpT, training };
    expect(await engine.compute('countFlops', program, 'training')).toBe(await computeTask('countFlops', program));
    expect(await engine.compute('estimateCost', cost, 'training')).toEqual(await computeTask('estimateCost', cost));
  });

  test('rejects with the message of its error', async () => {
    const broken = { model: tinyMlpT, training: { ...training, batchSize: -1 } };
    const reason = await computeTask('estimateCost', broken).catch((error: Error) => error.message);
    await expect(createEngine(1).compute('estimateCost', broken, 'training')).rejects.toThrow(reason as string);
  });

  test('names the tensor of a diverged step', async () => {
    const random = Random.seeded(1);
    const state = createLearnerState(initialState(tinyMlpT, random), tinyMlpT, B);
    state.params.fill(NaN);
    const learner = await Learner.create({ model: tinyMlpT, training, state, engine: createEngine(2) });
    const tokens = new Int32Array(B * tinyMlpT.seqLen).fill(1);
    const batch = { inputs: tokens, labels: tokens, puzzleIdentifiers: new Int32Array(B) };
    const firstWeight = weightLayout(tinyMlpT).specs[0]!.name;
    await expect(learner.step(batch, drawHalting(random, B, tinyMlpT))).rejects.toThrow(firstWeight);
    await learner.release();
  });
});

test('a closed engine refuses the calls that waited', async () => {
  const engine = createEngine(1);
  const opening = engine.open({ type: 'eval', config: tinyMlpT, batchSize: 4, precision: 'float32' }, {});
  await Promise.all([expect(opening).rejects.toThrow('the engine was closed'), engine.close()]);
});
