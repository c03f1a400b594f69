/** Evaluation of the built-in model through the service, and by vote of a model trained on two small ARC tasks. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../../../datasets/catalog';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import { drawRows, SAMPLE_SEED, stratumFinder } from '../../../../datasets/sample';
import { createArcDataset } from '../../../../datasets/kinds/arc/build';
import { cores } from '../../../../electron/compute/devices/cpu';
import { evaluateModel } from '../../../../electron/compute/models/evaluate';
import { evaluateArc, type ArcEvaluationPlan } from '../../../../electron/compute/models/evaluate-arc';
import { Job } from '../../../../electron/compute/job';
import { createPlan } from '../../../../electron/compute/runs/run-plan';
import { Trainer } from '../../../../electron/compute/runs/trainer';
import type { Output } from '../../../../electron/contract/contract';
import type { StoredModel } from '../../../../models/checkpoint/model-folder';
import { readModel } from '../../../../models/checkpoint/model-folder';
import type { OpenedService } from '../opened-service';
import { openService, builtInModels } from '../opened-service';
import { constantTasks, tiny } from '../runs/identified-dataset';
import { formatEnglish } from '../../../../renderer/messages/english';

const request = { model: 'sudoku-4x4', dataset: 'sudoku-4x4', split: 'test' } as const;

let lab: OpenedService;
let model: StoredModel;
let partial: Output<'evaluateModel'>;
beforeAll(async () => {
  lab = await openService();
  model = await readModel(join(builtInModels, 'sudoku-4x4'));
  partial = await lab.ask('evaluateModel', { ...request, limit: 130 });
}, 60_000);
afterAll(() => lab.close());

const progress = (job: string) =>
  lab.events.flatMap((event) => (event.type === 'job/progress' && event.job === job ? [event] : []));

describe('evaluateModel', () => {
  test('evaluates a whole split and reports progress', async () => {
    const total = loadBuiltInDataset('sudoku-4x4').train.length;
    const accuracy = await lab.ask('evaluateModel', { ...request, split: 'train', job: 'full' });
    expect(accuracy.count).toBe(total);
    expect(accuracy.exactAccuracy).toBeGreaterThan(0.9);
    expect(accuracy.overlap).toEqual({ seen: total, of: total });
    const evaluating = progress('full').filter(({ fraction }) => fraction !== null);
    const fractions = evaluating.map(({ fraction }) => fraction ?? 0);
    expect(fractions.length).toBeGreaterThan(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    // The first report comes within the first batch of 128.
    const first = fractions[0]! * total;
    expect(first).toBeLessThan(128);
    expect(formatEnglish(evaluating[0]!.message)).toBe(`${Math.floor(first)} of ${total} puzzles`);
  }, 60_000);

  test('evaluates a random sample of the split up to the limit, and says so', async () => {
    const { kind, test: all } = loadBuiltInDataset('sudoku-4x4');
    const sample = { of: all.length, seed: SAMPLE_SEED, isStratified: false };
    const puzzles = drawRows(all.map(stratumFinder(kind)), { size: 130, seed: SAMPLE_SEED })
      .sort((one, other) => one - other)
      .map((row) => all[row]!);
    const plan = { model, kind, total: null, dataset: 'these', puzzles };
    const { failures, ...accuracy } = partial;
    expect(accuracy).toEqual({
      ...(await evaluateModel(plan, { threads: cores })),
      sample,
      overlap: { seen: 0, of: 130 },
    });
    expect(partial.count).toBe(130);
    expect(failures?.count).toBe(Math.round(130 * (1 - partial.exactAccuracy)));
  }, 60_000);

  test('counts every answer in the calibration', () => {
    const { calibration, exactAccuracy, accuracy } = partial;
    expect(calibration?.answers).toMatchObject({ count: 130, accuracy: exactAccuracy });
    expect(calibration?.halting).toMatchObject({ count: 130, accuracy: exactAccuracy });
    // All cells of these puzzles have a label.
    expect(calibration?.cells.count).toBe(130 * 16);
    expect(calibration?.cells.accuracy).toBeCloseTo(accuracy, 12);
  });

  test('lists its failures by their rows of the split', async () => {
    const all = loadBuiltInDataset('sudoku-4x4').test;
    const one = { ...request, steps: 1 } as const;
    const whole = await lab.ask('evaluateModel', one);
    const worst = whole.failures!.worst;
    expect(whole.failures!.count).toBe(Math.round(all.length * (1 - whole.exactAccuracy)));
    expect(worst.length).toBeGreaterThan(0);
    expect(worst.map(({ wrongCells }) => wrongCells)).toEqual(
      worst.map(({ wrongCells }) => wrongCells).sort((a, b) => b - a),
    );
    const [first] = worst;
    const { steps } = await lab.ask('traceSolve', {
      model: request.model,
      inputs: [...all[first!.row]!.inputs],
      steps: 1,
    });
    const answer = steps[0]!.cycles.at(-1)!.answer;
    expect(answer.filter((token, cell) => token !== all[first!.row]!.labels[cell])).toHaveLength(first!.wrongCells);
  }, 60_000);

  test('returns the same result while a run trains, and the run continues', async () => {
    const run = await lab.ask('startRun', {
      dataset: 'sudoku-4x4',
      preset: 'classroom',
      seed: 1,
      maxSeconds: 600,
      maxEvalSamples: 32,
    });
    await lab.next('run/step');
    const from = lab.events.length;
    expect(await lab.ask('evaluateModel', { ...request, limit: 130 })).toEqual(partial);
    expect(lab.events.slice(from).map(({ type }) => type)).toContain('run/step');
    await lab.ask('stopRun', run);
    await lab.next('run/stopped');
  }, 60_000);
});

test('a cancelled evaluation ends within a supervision step', async () => {
  const cancel = new AbortController();
  const from = lab.events.length;
  const evaluating = lab.ask('evaluateModel', { ...request, job: 'cancelled' }, { signal: cancel.signal });
  await lab.next('job/progress', from);
  cancel.abort(new Error('enough'));
  await expect(evaluating).rejects.toThrow('enough');
  const reports = progress('cancelled').length;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(progress('cancelled')).toHaveLength(reports);
  expect(progress('cancelled').every(({ fraction }) => (fraction ?? 1) < 1)).toBe(true);
}, 60_000);

test('an evaluation that is ended counts for the puzzles answered so far, and one without any is cancelled', async () => {
  const planned = loadBuiltInDataset('sudoku-4x4').test.length;
  const evaluating = lab.ask('evaluateModel', { ...request, job: 'ended' });
  await expect
    .poll(() => progress('ended').at(-1)?.fraction ?? 0, { timeout: 30_000, interval: 5 })
    .toBeGreaterThan(128 / planned);
  expect(await lab.ask('endEvaluation', { job: 'ended' })).toEqual({ isEnding: true });
  const { count, cancelled, overlap, failures, exactAccuracy } = await evaluating;
  expect(cancelled).toEqual({ planned });
  expect(count).toBeGreaterThanOrEqual(128);
  expect(count).toBeLessThan(planned);
  expect(overlap?.of).toBe(count);
  expect(failures?.count).toBe(Math.round(count * (1 - exactAccuracy)));
  expect(failures?.worst).toHaveLength(failures?.count ?? -1);
  expect(await lab.ask('endEvaluation', { job: 'ended' })).toEqual({ isEnding: false });
  const early = lab.ask('evaluateModel', { ...request, job: 'early' });
  const refused = expect(early).rejects.toThrow('aborted');
  await expect.poll(() => lab.ask('endEvaluation', { job: 'early' }), { interval: 1 }).toEqual({ isEnding: true });
  await refused;
}, 60_000);

describe('evaluateModel rejects with one line', () => {
  test.each([
    [
      'a dataset with grids of another size',
      { dataset: 'sudoku-6x6' },
      'the model reads 16 cells with 6 tokens, but sudoku-6x6 has 36 cells with 8 tokens',
    ],
    ['an unknown model', { model: 'nobody' }, 'there is no model “nobody”'],
    ['an unknown dataset', { dataset: 'chess' }, 'unknown dataset “chess”; known: sudoku-4x4'],
  ])('%s', async (_, change, message) => {
    await expect(lab.ask('evaluateModel', { ...request, ...change })).rejects.toThrow(message);
  });

  test('a dataset without puzzles, or with unknown puzzle identifiers', async () => {
    const { kind, test: puzzles } = loadBuiltInDataset('sudoku-4x4');
    const plan = { model, kind, total: null, dataset: 'these' };
    await expect(evaluateModel({ ...plan, puzzles: [] }, {})).rejects.toThrow(
      'these has no puzzles to evaluate the model on',
    );
    const embedding = { ...model, config: { ...model.config, puzzleEmbNdim: 8, numPuzzleIdentifiers: 2 } };
    const unknownPuzzles = [{ ...puzzles[0]!, identifier: 2 }];
    await expect(evaluateModel({ ...plan, model: embedding, puzzles: unknownPuzzles }, {})).rejects.toThrow(
      'the model has embeddings for the puzzle identifiers 0–1, but these has identifier 2',
    );
  });
});

const createDataset = (augmentations: number) =>
  createArcDataset(constantTasks, { id: 'constant', name: 'constant', summary: '', augmentations }) as Dataset &
    ArcEvaluationPlan['dataset'];
const dataset = createDataset(3);

let run: Trainer;
beforeAll(async () => {
  run = await Trainer.prepare(
    await createPlan({
      dataset,
      preset: tiny,
      seed: 1,
      maxSeconds: 60,
      settings: { maxSteps: 80, learningRate: 1e-2 },
    }),
  );
  for await (const event of run.events()) if (event.type === 'step' && event.metrics.step === 80) break;
}, 120_000);
afterAll(() => run.release());

const evaluate = async (plan: Partial<ArcEvaluationPlan> = {}) =>
  evaluateArc({ model: await run.model(null), dataset, ...plan }, {});

describe('evaluateArc of a model that solves one of two tasks', () => {
  test('counts one task as passed by the votes of all copies', async () => {
    const { accuracy } = await evaluate();
    expect(accuracy).toMatchObject({ tasks: 2, tests: 2, answers: 8, unknown: 0, passAt: { 1: 0.5, 2: 0.5 } });
    expect(accuracy.originals).toMatchObject({ count: 2, exactAccuracy: 0.5 });
    expect(accuracy.rows).toMatchObject({ count: 8, exactAccuracy: 0.5 });
  });

  test('submits two attempts for every test', async () => {
    const { submission } = await evaluate();
    expect(Object.keys(submission).sort()).toEqual(['always', 'misleading']);
    expect(submission.always![0]!.attempt_1).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(Object.keys(submission.misleading![0]!)).toEqual(['attempt_1', 'attempt_2']);
  });

  test('evaluates only some copies of every task with a limit', async () => {
    const { accuracy } = await evaluate({ limit: 4 });
    expect([accuracy.tasks, accuracy.rows?.count]).toEqual([2, 4]);
    expect(accuracy.passAt).toEqual({ 1: 0.5, 2: 0.5 });
  });

  /** Cancels the evaluation once so many rows are answered. */
  const cancelAfter = async (rows: number, { limit, keepsPartial = true }: Partial<ArcEvaluationPlan> = {}) => {
    const cancel = new AbortController();
    // So many copies of a row that two rows fill a batch.
    const rollouts = { count: 43, noise: 0, seed: 0, pick: 'vote' } as const;
    const job = new (class extends Job {
      override advance(done: number): undefined {
        if (done >= rows) cancel.abort(new Error('enough'));
      }
    })(undefined, cancel.signal);
    return evaluateArc({ model: await run.model(null), dataset, limit, rollouts, keepsPartial }, {}, job);
  };

  test('keeps the complete tasks of an evaluation that is cancelled, and says how many', async () => {
    const { accuracy, submission } = await cancelAfter(6);
    expect(accuracy).toMatchObject({ tasks: 1, tests: 1, answers: 4, cancelled: { evaluated: 1, planned: 2 } });
    expect(accuracy.passAt[1]).toBe(1);
    expect(Object.keys(submission)).toEqual(['always']);
  });

  test('keeps the copies of the first task if it is cancelled before that is complete', async () => {
    const { accuracy } = await cancelAfter(2);
    expect(accuracy).toMatchObject({ tasks: 1, answers: 2, cancelled: { evaluated: 1, planned: 2 } });
  });

  test('keeps what is answered of every task if they are taken in turn', async () => {
    const { accuracy } = await cancelAfter(4, { limit: 6 });
    expect(accuracy).toMatchObject({ tasks: 2, answers: 4, cancelled: { evaluated: 2, planned: 2 } });
  });

  test('is cancelled without a result where none is wanted', async () => {
    await expect(cancelAfter(6, { keepsPartial: false })).rejects.toThrow('enough');
  });

  test('rejects a dataset with other puzzles, also with as many', async () => {
    const renamed = constantTasks.map((task) => ({ ...task, name: `${task.name}-2` }));
    const other = createArcDataset(renamed, { id: 'other', name: 'other', summary: '', augmentations: 3 });
    await expect(evaluate({ dataset: other as typeof dataset })).rejects.toThrow(
      /^the model has no embedding of puzzle \S+-2\S* in other: 0 of 8 puzzles are known by name\./u,
    );
  });

  test('finds the embeddings of the same puzzles in another order', async () => {
    const { names, test: tests } = dataset.identified;
    const last = names.length - 1;
    const turn = (identifier: number) => (identifier === 0 ? 0 : last + 1 - identifier);
    const reversed = {
      ...dataset,
      identified: {
        ...dataset.identified,
        names: names.map((_, identifier) => names[turn(identifier)]!),
        test: tests.map((puzzle) => ({ ...puzzle, identifier: turn(puzzle.identifier) })),
      },
    };
    expect((await evaluate({ dataset: reversed })).submission).toEqual((await evaluate()).submission);
  });

  test('matches by number where the model does not record names, and rejects another number', async () => {
    const { config, state } = await run.model(null);
    const unnamed = { config, state };
    expect((await evaluate({ model: unnamed })).accuracy).toEqual((await evaluate()).accuracy);
    await expect(evaluate({ model: unnamed, dataset: createDataset(2) })).rejects.toThrow(
      'the model has embeddings for 9 puzzle identifiers, but constant has 7: evaluate the model on its own dataset, or fine-tune it on this one (--from)',
    );
  });
});

test('evaluateArc answers tests with unknown outputs, and does not score them', async () => {
  const tasks = constantTasks.map(({ test: tests, ...task }) => ({
    ...task,
    test: tests.map(({ input }) => ({ input, output: null })),
  }));
  const unknown = createArcDataset(tasks, {
    id: 'unknown',
    name: 'unknown',
    summary: '',
    augmentations: 3,
  }) as Dataset & ArcEvaluationPlan['dataset'];
  const { accuracy, submission } = await evaluate({ dataset: unknown });
  expect(accuracy).toEqual({
    tasks: 0,
    tests: 0,
    answers: 0,
    unknown: 2,
    placeholders: 0,
    passAt: {},
    rows: null,
    originals: null,
  });
  expect(Object.values(submission).flat()).toHaveLength(2);
});
