/** Reports to main whether the compute process trains or evaluates. */
import { beforeEach, describe, expect, test } from 'vitest';
import { BusyMonitor } from '../../../electron/compute/busy-monitor';
import type { ComputeEvent, Handlers, Run } from '../../../electron/contract/contract';
import { exampleRun } from './runs/examples';

const { signal } = new AbortController();

let reports: boolean[];
let monitor: BusyMonitor;
beforeEach(() => {
  reports = [];
  monitor = new BusyMonitor((isBusy) => reports.push(isBusy));
});

type RunEventType = Extract<ComputeEvent, { run: Run }>['type'];

const observe = (...types: readonly RunEventType[]) =>
  types.forEach((type) => monitor.observe({ type, runId: exampleRun.runId, run: exampleRun }));

describe('a run is busy', () => {
  test.each(['run/paused', 'run/finished', 'run/stopped', 'run/failed'] as const)(
    'from run/started until %s',
    (end) => {
      observe('run/started', 'run/alert', 'run/fallback');
      expect(reports).toEqual([true]);
      observe(end);
      expect(reports).toEqual([true, false]);
    },
  );

  test('again after run/resumed', () => {
    observe('run/started', 'run/paused', 'run/resumed');
    expect(reports).toEqual([true, false, true]);
  });

  test('during its full evaluation, even if it was paused when stopped', () => {
    observe('run/started', 'run/paused');
    monitor.observe({ type: 'run/evaluating', runId: exampleRun.runId, done: 0, total: 500 });
    observe('run/stopped');
    expect(reports).toEqual([true, false, true, false]);
  });
});

test('an evaluation is busy until it ends or fails; overlapping work is reported once', async () => {
  const pending: { reject: (reason: Error) => void }[] = [];
  const evaluateModel: Handlers['evaluateModel'] = () => new Promise((_, reject) => pending.push({ reject }));
  const handlers = monitor.watch({ evaluateModel } as Handlers);
  const input = { model: 'm', dataset: 'd', split: 'test' as const, limit: 1 };
  const evaluations = [handlers.evaluateModel(input, signal), handlers.evaluateModel(input, signal)];
  observe('run/started', 'run/finished');
  for (const [i, evaluation] of evaluations.entries()) {
    expect(reports).toEqual([true]);
    pending[i]!.reject(new Error('cancelled'));
    await expect(evaluation).rejects.toThrow('cancelled');
  }
  expect(reports).toEqual([true, false]);
});

test('other events are not reported as busy', () => {
  monitor.observe({ type: 'cores/changed', threads: 2 });
  expect(reports).toEqual([]);
});
