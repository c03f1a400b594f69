/** A model of the size of the published Sudoku models in Solve: steps arrive as they are computed, cancelling is immediate. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ComputeEvent } from '../../../../electron/contract/contract';
import { writeUntrainedModel } from '../../../e2e/untrained-models';
import { openService, type OpenedService } from '../opened-service';
import { sudokuConfig } from './published-checkpoints';

const puzzle = '53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79';
const inputs = [...puzzle].map((cell) => (cell === '.' ? 1 : Number(cell) + 1));

let lab: OpenedService;
beforeAll(async () => {
  lab = await openService();
  await writeUntrainedModel(lab.folder, { id: 'large', name: 'Large', kind: 'sudoku-9x9', config: sudokuConfig });
}, 60_000);
afterAll(() => lab.close());

/** Arrival times of the steps of a job, in milliseconds. */
const arrivals = (job: string, from: number) =>
  lab.events
    .slice(from)
    .flatMap((event: ComputeEvent) => (event.type === 'solve/steps' && event.job === job ? [event] : []));

test('streams the steps of 5 million parameters one by one', async () => {
  await lab.ask('traceSolve', { model: 'large', inputs, steps: 1, stream: true, job: 'warm-up' });
  const started = performance.now();
  const running = lab.ask('traceSolve', { model: 'large', inputs, steps: 8, stream: true, job: 'pace' });
  await expect.poll(() => arrivals('pace', 0).length, { interval: 5, timeout: 60_000 }).toBeGreaterThan(0);
  const first = performance.now() - started;
  await running;
  const all = performance.now() - started;
  const steps = arrivals('pace', 0).flatMap(({ attempts }) => attempts.flatMap((attempt) => attempt.steps));
  expect(steps).toHaveLength(8);
  expect(first).toBeLessThan(all / 2);
}, 120_000);

test('is cancelled within one supervision step', async () => {
  const controller = new AbortController();
  const before = lab.events.length;
  const running = lab.ask(
    'traceSolve',
    { model: 'large', inputs, steps: 1024, stream: true, job: 'cancelled' },
    { signal: controller.signal },
  );
  await expect.poll(() => arrivals('cancelled', before).length, { interval: 5, timeout: 60_000 }).toBeGreaterThan(0);
  const aborted = performance.now();
  controller.abort();
  await expect(running).rejects.toThrow();
  // Far less than 1024 steps take; a busy computer may be slow.
  expect(performance.now() - aborted).toBeLessThan(5000);
  // The engine is free after the step that was being computed.
  await lab.ask('traceSolve', { model: 'large', inputs, steps: 1, job: 'next' });
}, 120_000);
