/** Alerts of simulated runs, and of a real run through the service and in its record. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AlertMonitor, appendAlerts, Hysteresis } from '../../../../electron/compute/runs/alerts';
import type { Alert, Run } from '../../../../electron/contract/contract';
import { runSchema } from '../../../../electron/contract/runs';
import { formatEnglish } from '../../../../renderer/messages/english';
import { wilsonInterval } from '../../../../models/evaluate/accuracy';
import { DivergedError } from '../../../../models/train/divergence';
import type { MeasuredEvent } from '../../../../models/train/train';
import type { OpenedService } from '../opened-service';
import { inEnglish } from '../../../english';
import { openService } from '../opened-service';

const EVALUATE_EVERY = 50;
const createMonitor = (changes: Partial<ConstructorParameters<typeof AlertMonitor>[0]> = {}) =>
  new AlertMonitor({
    warmupSteps: 100,
    evaluateEvery: EVALUATE_EVERY,
    best: 0,
    checkpointBytes: 4e6,
    isTrainingComparable: true,
    ...changes,
  });

/** A simulated run: its values as functions of the step. */
interface Scenario {
  readonly steps: number;
  readonly loss?: (step: number) => number;
  readonly trainAccuracy?: (step: number) => number | null;
  readonly testAccuracy?: (step: number) => number;
  readonly stepSeconds?: (step: number) => number;
  readonly evalSeconds?: number;
}

function* simulate({
  steps,
  loss = (n) => 1 / n,
  trainAccuracy = () => null,
  testAccuracy = (n) => n / 1e6,
  stepSeconds = () => 0.1,
  evalSeconds = 0,
}: Scenario): Generator<MeasuredEvent> {
  let seconds = 0;
  for (let step = 1; step <= steps; step++) {
    seconds += stepSeconds(step);
    yield {
      type: 'step',
      metrics: {
        step,
        seconds,
        lmLoss: loss(step),
        qHaltLoss: 0.1,
        accuracy: null,
        exactAccuracy: trainAccuracy(step),
        steps: null,
        learningRate: 1e-3,
        gradientNorm: 1,
        halted: 0,
        samples: null,
      },
    };
    if (step % EVALUATE_EVERY > 0) continue;
    seconds += evalSeconds;
    yield evaluated(step, testAccuracy(step), seconds);
  }
}

function evaluated(step: number, exactAccuracy: number, seconds = step, isFinal = false): MeasuredEvent {
  const interval = wilsonInterval(Math.round(exactAccuracy * 128), 128);
  return {
    type: 'evaluated',
    evaluation: {
      step,
      seconds,
      exactAccuracy,
      accuracy: exactAccuracy,
      ruleAccuracy: exactAccuracy,
      count: 128,
      interval,
      isFinal,
      samples: null,
    },
    answers: [],
  };
}

function alertsOf(scenario: Scenario, monitor = createMonitor()): Alert[] {
  const alerts = [...simulate(scenario)].flatMap((event) => monitor.observe(event));
  expect(runSchema.shape.alerts.parse(alerts)).toEqual(alerts);
  return alerts;
}

const summarise = (alerts: readonly Alert[]) => alerts.map(({ kind, step }) => `${kind} ${step}`);

test('a run that improves steadily causes no alerts, despite noise', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })), (noise) => {
      const random = () => noise.next().value as number;
      const alerts = alertsOf({
        steps: 1500,
        loss: (n) => 2 * Math.exp(-n / 400) * (1 + 0.2 * random()),
        trainAccuracy: (n) => Math.min(1, Math.max(0, n / 2000 + 0.1 * random())),
        testAccuracy: (n) => Math.min(1, Math.max(0, n / 2000 + 0.05 * random())),
        stepSeconds: () => 0.5 * (1 + 0.2 * random()),
        evalSeconds: 20,
      });
      expect(alerts).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

describe('plateau alerts', () => {
  // Improves until step 400.
  const flat = {
    loss: (n: number) => 2 - Math.min(n, 400) / 400,
    testAccuracy: (n: number) => Math.min(n, 400) / 1000,
  };

  test('report a plateau once, after eight evaluations without improvement', () => {
    const alerts = alertsOf({ ...flat, steps: 2000 });
    expect(alerts).toHaveLength(1);
    const { kind, step, text } = alerts[0]!;
    // The smoothed loss continues to fall for some steps.
    expect(step).toBeGreaterThan(800);
    expect(step).toBeLessThanOrEqual(1050);
    expect(kind).toBe('plateau');
    expect(formatEnglish(text)).toMatch(
      /^No improvement for 4\d\d steps: exact accuracy on the test set at most 40\.0 %, loss 1\.0\d*\. Further training may not help\.$/,
    );
  });

  test('report a second plateau after an improvement', () => {
    const stepped = (n: number) => (n <= 1500 ? flat.testAccuracy(n) : 0.6);
    expect(
      alertsOf({ ...flat, steps: 2500, testAccuracy: stepped }).map(({ kind, step }) => `${kind} ${step > 1500}`),
    ).toEqual(['plateau false', 'plateau true']);
  });

  test('report nothing while the loss or the accuracy improves', () => {
    expect(alertsOf({ steps: 2000, loss: () => 1 })).toEqual([]);
    expect(alertsOf({ steps: 2000, testAccuracy: () => 0 })).toEqual([]);
  });

  test('report nothing during the warm-up or at full accuracy', () => {
    const constantLoss = { steps: 1000, loss: () => 1 };
    expect(alertsOf({ ...constantLoss, testAccuracy: () => 0 }, createMonitor({ warmupSteps: 601 }))).toEqual([]);
    expect(
      summarise(alertsOf({ ...constantLoss, testAccuracy: () => 0 }, createMonitor({ warmupSteps: 600 }))),
    ).toEqual(['plateau 1000']);
    expect(alertsOf({ ...constantLoss, testAccuracy: () => 1 })).toEqual([]);
  });

  test('use the best accuracy before the run was resumed', () => {
    const scenario = { steps: 600, loss: () => 1, testAccuracy: (n: number) => n / 1000 };
    expect(alertsOf(scenario)).toEqual([]);
    expect(summarise(alertsOf(scenario, createMonitor({ best: 0.7 })))).toEqual(['plateau 500']);
  });
});

describe('gap alerts (training accuracy above test accuracy)', () => {
  const wide = { steps: 400, trainAccuracy: () => 0.9, testAccuracy: (n: number) => 0.3 + n / 1e5 };

  test('report the third consecutive wide gap once', () => {
    const [alert, ...more] = alertsOf(wide);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ kind: 'gap', step: 150 });
    expect(formatEnglish(alert!.text)).toMatch(
      /^Possible overfitting: 90\.0 % exact on training puzzles, but 30\.\d % on test puzzles \(95 % CI 2\d\.\d–3\d\.\d %\)\. More puzzles may help\.$/,
    );
  });

  test('are not reported when training puzzles have extra clues, which makes them easier', () => {
    expect(alertsOf(wide, createMonitor({ isTrainingComparable: false }))).toEqual([]);
  });

  test('require three wide gaps in a row', () => {
    expect(alertsOf({ ...wide, trainAccuracy: (n) => (n > 100 && n <= 150 ? 0.5 : 0.9), steps: 250 })).toEqual([]);
  });

  test('report again after the gap has closed', () => {
    const closing = (n: number) => (n > 200 && n <= 250 ? 0.3 : 0.9);
    expect(summarise(alertsOf({ ...wide, trainAccuracy: closing }))).toEqual(['gap 150', 'gap 400']);
  });

  test('report nothing within interval and margin, or without training accuracy', () => {
    // 30 % of 128 puzzles: the interval ends at 39 %.
    expect(alertsOf({ ...wide, trainAccuracy: () => 0.5 })).toEqual([]);
    expect(alertsOf({ ...wide, trainAccuracy: () => null })).toEqual([]);
  });

  test('ignore the final evaluation, which uses other puzzles', () => {
    const monitor = createMonitor();
    expect(alertsOf({ ...wide, steps: 149 }, monitor)).toEqual([]);
    expect(monitor.observe(evaluated(149, 0.3, 15, true))).toEqual([]);
  });
});

describe('slow alerts', () => {
  const slowing = { steps: 1500, stepSeconds: (n: number) => (n <= 600 ? 0.15 : 0.24) };

  test('report both step times', () => {
    const [alert, ...more] = alertsOf(slowing);
    expect(more).toEqual([]);
    expect(alert!.kind).toBe('slow');
    expect(alert!.step).toBeGreaterThan(650);
    expect(formatEnglish(alert!.text)).toBe(
      'A step takes 240 ms, 60 % more than at the start (150 ms). The computer may be too hot or busy.',
    );
  });

  test('report again after fast steps', () => {
    const alternating = (n: number) => (Math.floor(n / 600) % 2 ? 0.24 : 0.15);
    expect(alertsOf({ steps: 2400, stepSeconds: alternating }).map(({ kind }) => kind)).toEqual(['slow', 'slow']);
  });

  test('ignore short slow phases, evaluations and the first steps', () => {
    expect(alertsOf({ steps: 1500, stepSeconds: (n) => (n % 400 < 60 ? 1 : 0.5) })).toEqual([]);
    expect(alertsOf({ steps: 1500, stepSeconds: () => 0.5, evalSeconds: 500 })).toEqual([]);
    expect(alertsOf({ steps: 400, stepSeconds: (n) => (n <= 5 ? 20 : 0.5) })).toEqual([]);
  });

  test('compare steps on the same device only', () => {
    const monitor = createMonitor();
    const alerts = [...simulate(slowing)].flatMap((event) => {
      if (event.type === 'step' && event.metrics.step === 601) monitor.restartTiming();
      return monitor.observe(event);
    });
    expect(alerts).toEqual([]);
  });

  test('report only if the median step time has grown by more than 40 %', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 60, noNaN: true }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        (early, factor) => {
          fc.pre(Math.abs(factor - 1.4) > 0.01);
          const switchStep = Math.max(20, Math.ceil(30 / early)) + 5;
          const alerts = alertsOf({
            steps: 8 * switchStep,
            loss: () => 1,
            testAccuracy: () => 1,
            stepSeconds: (n) => (n <= switchStep ? early : factor * early),
          });
          expect(alerts.map(({ kind }) => kind)).toEqual(factor > 1.4 ? ['slow'] : []);
        },
      ),
      { numRuns: 30 },
    );
  }, 30_000);
});

describe('disk alerts', () => {
  const MB = 2 ** 20;

  test('report low space once, and again after there was enough', () => {
    const monitor = createMonitor();
    const free = [900, 400, 300, 600, 400, 800, 400];
    expect(free.map((megabytes, step) => monitor.checkDisk(step, megabytes * MB).length)).toEqual([
      0, 1, 0, 0, 0, 0, 1,
    ]);
    expect(inEnglish(createMonitor().checkDisk(7, 340 * MB))).toEqual([
      {
        kind: 'disk',
        step: 7,
        text: 'Only 340 MB of disk space are free, and a checkpoint takes 4 MB. Free up at least 477 MB.',
      },
    ]);
  });

  test('require space for three checkpoints of any size', () => {
    const monitor = createMonitor({ checkpointBytes: 1024 * MB });
    expect(monitor.checkDisk(1, 3073 * MB)).toEqual([]);
    expect(formatEnglish(monitor.checkDisk(2, 3071 * MB)[0]!.text)).toBe(
      'Only 3.0 GB of disk space are free, and a checkpoint takes 1.0 GB. Free up at least 3.0 GB.',
    );
  });

  test('report nothing if the free space is unknown', () => {
    expect(createMonitor().checkDisk(1, null)).toEqual([]);
  });
});

test('the time of diverged steps does not count as step time', () => {
  const monitor = createMonitor();
  let clock = 0;
  const alerts = [...simulate({ steps: 800, stepSeconds: () => 0.1 })].flatMap((event) => {
    if (event.type !== 'step') return monitor.observe(event);
    // From step 401 on every step diverges once, which takes as long as ten steps.
    if (event.metrics.step > 400) clock += 1;
    if (event.metrics.step > 400)
      monitor.observe({ type: 'diverged', error: new DivergedError(event.metrics.step, 'params') });
    return monitor.observe({ type: 'step', metrics: { ...event.metrics, seconds: event.metrics.seconds + clock } });
  });
  expect(alerts).toEqual([]);
});

const plan = {
  dataset: 'sudoku-4x4',
  preset: 'classroom',
  seed: 1,
  maxSeconds: 600,
  maxEvalSamples: 32,
  maxSteps: 6,
  batchSize: 16,
};

/** Trains a run; returns it and its metrics without times and checksums. */
async function train(lab: OpenedService): Promise<{ readonly run: Run; readonly metrics: string }> {
  await lab.ask('startRun', plan);
  const { run } = await lab.next('run/finished');
  const metrics = await readFile(join(lab.folder, 'runs', run.runId, 'metrics.jsonl'), 'utf8');
  return { run, metrics: metrics.replace(/"(?:crc32":"\w+"|seconds":[\d.e-]+)/gu, '') };
}

let [full, roomy]: OpenedService[] = [];
beforeAll(async () => {
  full = await openService({ freeBytes: () => Promise.resolve(100 * 2 ** 20) });
  roomy = await openService({ freeBytes: () => Promise.resolve(2 ** 40) });
});
afterAll(() => Promise.all([full!.close(), roomy!.close()]));

test('a nearly full disk is reported once, also in the record, and does not change the metrics', async () => {
  const [warned, unwarned] = [await train(full!), await train(roomy!)];
  const alert = {
    kind: 'disk',
    step: 1,
    text: 'Only 100 MB of disk space are free, and a checkpoint takes 1 MB. Free up at least 477 MB.',
  };
  expect(inEnglish(warned.run.alerts)).toEqual([alert]);
  const emitted = full!.events.filter(({ type }) => type === 'run/alert');
  expect(emitted).toMatchObject([{ runId: warned.run.runId, run: { state: 'running', alerts: warned.run.alerts } }]);
  const record = JSON.parse(await readFile(join(full!.folder, 'runs', warned.run.runId, 'run.json'), 'utf8')) as {
    run: Run;
  };
  expect(record.run).toEqual(warned.run);

  expect(unwarned.run.alerts).toEqual([]);
  expect(roomy!.events.map(({ type }) => type)).not.toContain('run/alert');
  expect(warned.metrics).toBe(unwarned.metrics);
}, 60_000);

test('appendAlerts keeps the latest hundred alerts', () => {
  const alerts = Array.from({ length: 130 }, (_, step): Alert => ({ kind: 'slow', step, text: '' }));
  const kept = alerts.reduce<Alert[]>((known, alert) => appendAlerts(known, [alert]), []);
  expect(kept).toEqual(alerts.slice(30));
});

test('Hysteresis reports a condition once, and again only after it has ended', () => {
  const hysteresis = new Hysteresis();
  const updates = [
    [false, true],
    [true, false],
    [true, false],
    [false, false],
    [true, false],
    [false, true],
    [true, false],
  ] as const;
  expect(updates.map(([begins, ends]) => hysteresis.update({ begins, ends }))).toEqual([
    false,
    true,
    false,
    false,
    false,
    false,
    true,
  ]);
});

test('Hysteresis never reports twice without an end in between', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('begins', 'ends', 'neither')), (updates) => {
      const hysteresis = new Hysteresis();
      let mayReport = true;
      for (const update of updates) {
        const isReported = hysteresis.update({ begins: update === 'begins', ends: update === 'ends' });
        expect(isReported).toBe(update === 'begins' && mayReport);
        if (update === 'begins') mayReport = false;
        if (update === 'ends') mayReport = true;
      }
    }),
  );
});
