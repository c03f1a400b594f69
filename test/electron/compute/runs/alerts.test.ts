/** Alerts of made-up runs with a known story, and of a real run as the window and the disk receive them. */
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
import type { TrainingEvent } from '../../../../models/train/train';
import type { OpenedService } from '../opened-service';
import { inEnglish } from '../../../english';
import { openService } from '../opened-service';

const EVERY = 50;
const watchOf = (changes: Partial<ConstructorParameters<typeof AlertMonitor>[0]> = {}) =>
  new AlertMonitor({ warmupSteps: 100, evaluateEvery: EVERY, best: 0, checkpointBytes: 4e6, ...changes });

/** How a made-up run behaves at a step. */
interface Story {
  readonly steps: number;
  readonly loss?: (step: number) => number;
  readonly training?: (step: number) => number | null;
  readonly heldOut?: (step: number) => number;
  readonly stepSeconds?: (step: number) => number;
  readonly lookSeconds?: number;
}

function* eventsOf({
  steps,
  loss = (n) => 1 / n,
  training = () => null,
  heldOut = (n) => n / 1e6,
  stepSeconds = () => 0.1,
  lookSeconds = 0,
}: Story): Generator<TrainingEvent> {
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
        exactAccuracy: training(step),
        steps: null,
        learningRate: 1e-3,
        gradientNorm: 1,
      },
    };
    if (step % EVERY > 0) continue;
    seconds += lookSeconds;
    yield look(step, heldOut(step), seconds);
  }
}

function look(step: number, exactAccuracy: number, seconds = step, isFinal = false): TrainingEvent {
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
    },
    answers: [],
  };
}

function told(story: Story, watch = watchOf()): Alert[] {
  const alerts = [...eventsOf(story)].flatMap((event) => watch.observe(event));
  expect(runSchema.shape.alerts.parse(alerts)).toEqual(alerts);
  return alerts;
}

const short = (alerts: readonly Alert[]) => alerts.map(({ kind, step }) => `${kind} ${step}`);

test('a run that learns at an even pace is left alone, however it wavers', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })), (noise) => {
      const wave = () => noise.next().value as number;
      const alerts = told({
        steps: 1500,
        loss: (n) => 2 * Math.exp(-n / 400) * (1 + 0.2 * wave()),
        training: (n) => Math.min(1, Math.max(0, n / 2000 + 0.1 * wave())),
        heldOut: (n) => Math.min(1, Math.max(0, n / 2000 + 0.05 * wave())),
        stepSeconds: () => 0.5 * (1 + 0.2 * wave()),
        lookSeconds: 20,
      });
      expect(alerts).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

describe('a plateau', () => {
  // Gains until step 400, then none.
  const flat = { loss: (n: number) => 2 - Math.min(n, 400) / 400, heldOut: (n: number) => Math.min(n, 400) / 1000 };

  test('is told once, when eight looks have brought nothing', () => {
    const alerts = told({ ...flat, steps: 2000 });
    expect(alerts).toHaveLength(1);
    const { kind, step, text } = alerts[0]!;
    // The smoothed loss goes on falling for some steps.
    expect(step).toBeGreaterThan(800);
    expect(step).toBeLessThanOrEqual(1050);
    expect(kind).toBe('plateau');
    expect(formatEnglish(text)).toMatch(
      /^No improvement for 4\d\d steps: exact accuracy on the test set at most 40\.0 %, loss 1\.0\d*\. Further training may not help\.$/,
    );
  });

  test('is told again after it was left', () => {
    const stairs = (n: number) => (n <= 1500 ? flat.heldOut(n) : 0.6);
    expect(told({ ...flat, steps: 2500, heldOut: stairs }).map(({ kind, step }) => `${kind} ${step > 1500}`)).toEqual([
      'plateau false',
      'plateau true',
    ]);
  });

  test('is none while either the loss or the accuracy gets better', () => {
    expect(told({ steps: 2000, loss: () => 1 })).toEqual([]);
    expect(told({ steps: 2000, heldOut: () => 0 })).toEqual([]);
  });

  test('is not looked for during the warm-up, nor where everything is right', () => {
    const still = { steps: 1000, loss: () => 1 };
    expect(told({ ...still, heldOut: () => 0 }, watchOf({ warmupSteps: 601 }))).toEqual([]);
    expect(short(told({ ...still, heldOut: () => 0 }, watchOf({ warmupSteps: 600 })))).toEqual(['plateau 1000']);
    expect(told({ ...still, heldOut: () => 1 })).toEqual([]);
  });

  test('counts from the best of the part before, in a run that goes on', () => {
    const story = { steps: 600, loss: () => 1, heldOut: (n: number) => n / 1000 };
    expect(told(story)).toEqual([]);
    expect(short(told(story, watchOf({ best: 0.7 })))).toEqual(['plateau 500']);
  });
});

describe('a gap between what is learnt and what is held out', () => {
  const wide = { steps: 400, training: () => 0.9, heldOut: (n: number) => 0.3 + n / 1e5 };

  test('is told at the third wide look, once', () => {
    const [alert, ...more] = told(wide);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({ kind: 'gap', step: 150 });
    expect(formatEnglish(alert!.text)).toMatch(
      /^Possible overfitting: 90\.0 % exact on training puzzles, but 30\.\d % on test puzzles \(95 % CI 2\d\.\d–3\d\.\d %\)\. More puzzles may help\.$/,
    );
  });

  test('has to be wide three times in a row', () => {
    expect(told({ ...wide, training: (n) => (n > 100 && n <= 150 ? 0.5 : 0.9), steps: 250 })).toEqual([]);
  });

  test('is told again after it has closed', () => {
    const closing = (n: number) => (n > 200 && n <= 250 ? 0.3 : 0.9);
    expect(short(told({ ...wide, training: closing }))).toEqual(['gap 150', 'gap 400']);
  });

  test('within the interval and the margin is none, and where nothing halts there is nothing to compare', () => {
    // Of 128 puzzles 30 % are right: the interval ends at 39 %.
    expect(told({ ...wide, training: () => 0.5 })).toEqual([]);
    expect(told({ ...wide, training: () => null })).toEqual([]);
  });

  test('is not measured at the end, on other puzzles', () => {
    const watch = watchOf();
    expect(told({ ...wide, steps: 149 }, watch)).toEqual([]);
    expect(watch.observe(look(149, 0.3, 15, true))).toEqual([]);
  });
});

describe('steps that get slower', () => {
  const heating = { steps: 1500, stepSeconds: (n: number) => (n <= 600 ? 0.15 : 0.24) };

  test('are told with both times', () => {
    const [alert, ...more] = told(heating);
    expect(more).toEqual([]);
    expect(alert!.kind).toBe('slow');
    expect(alert!.step).toBeGreaterThan(650);
    expect(formatEnglish(alert!.text)).toBe(
      'A step takes 240 ms, 60 % more than at the start (150 ms). The computer may be too hot or busy.',
    );
  });

  test('are told again when they were fast in between', () => {
    const breathing = (n: number) => (Math.floor(n / 600) % 2 ? 0.24 : 0.15);
    expect(told({ steps: 2400, stepSeconds: breathing }).map(({ kind }) => kind)).toEqual(['slow', 'slow']);
  });

  test('are not those of a moment, those of looks, nor the first', () => {
    expect(told({ steps: 1500, stepSeconds: (n) => (n % 400 < 60 ? 1 : 0.5) })).toEqual([]);
    expect(told({ steps: 1500, stepSeconds: () => 0.5, lookSeconds: 500 })).toEqual([]);
    expect(told({ steps: 400, stepSeconds: (n) => (n <= 5 ? 20 : 0.5) })).toEqual([]);
  });

  test('are compared with those of the same device', () => {
    const watch = watchOf();
    const alerts = [...eventsOf(heating)].flatMap((event) => {
      if (event.type === 'step' && event.metrics.step === 601) watch.deviceChanged();
      return watch.observe(event);
    });
    expect(alerts).toEqual([]);
  });

  test('are told only where the median has grown by two fifths, whatever the times', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 60, noNaN: true }),
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        (early, factor) => {
          fc.pre(Math.abs(factor - 1.4) > 0.01);
          const turn = Math.max(20, Math.ceil(30 / early)) + 5;
          const alerts = told({
            steps: 8 * turn,
            loss: () => 1,
            heldOut: () => 1,
            stepSeconds: (n) => (n <= turn ? early : factor * early),
          });
          expect(alerts.map(({ kind }) => kind)).toEqual(factor > 1.4 ? ['slow'] : []);
        },
      ),
      { numRuns: 30 },
    );
  }, 30_000);
});

describe('a disk', () => {
  const MB = 2 ** 20;

  test('that fills is told once, and again after there was room', () => {
    const watch = watchOf();
    const free = [900, 400, 300, 600, 400, 800, 400];
    expect(free.map((megabytes, step) => watch.checkDisk(step, megabytes * MB).length)).toEqual([0, 1, 0, 0, 0, 0, 1]);
    expect(inEnglish(watchOf().checkDisk(7, 340 * MB))).toEqual([
      {
        kind: 'disk',
        step: 7,
        text: 'Only 340 MB of disk space are free, and a checkpoint takes 4 MB. Free up at least 477 MB.',
      },
    ]);
  });

  test('has to have room for three checkpoints, however large', () => {
    const watch = watchOf({ checkpointBytes: 1024 * MB });
    expect(watch.checkDisk(1, 3073 * MB)).toEqual([]);
    expect(formatEnglish(watch.checkDisk(2, 3071 * MB)[0]!.text)).toBe(
      'Only 3.0 GB of disk space are free, and a checkpoint takes 1.0 GB. Free up at least 3.0 GB.',
    );
  });

  test('that tells nothing is left alone', () => {
    expect(watchOf().checkDisk(1, null)).toEqual([]);
  });
});

test('a step that diverged is no step time', () => {
  const watch = watchOf();
  let clock = 0;
  const alerts = [...eventsOf({ steps: 800, stepSeconds: () => 0.1 })].flatMap((event) => {
    if (event.type !== 'step') return watch.observe(event);
    // From the middle on every step is tried twice, and what diverged takes as long as ten others.
    if (event.metrics.step > 400) clock += 1;
    if (event.metrics.step > 400)
      watch.observe({ type: 'diverged', error: new DivergedError(event.metrics.step, 'params') });
    return watch.observe({ type: 'step', metrics: { ...event.metrics, seconds: event.metrics.seconds + clock } });
  });
  expect(alerts).toEqual([]);
});

const plan = { dataset: 'sudoku-4x4', preset: 'classroom', seed: 1, maxSeconds: 600, maxSteps: 6, batchSize: 16 };

/** Metrics of a whole run but for the time they took, and the run at its end. */
async function trained(lab: OpenedService): Promise<{ readonly run: Run; readonly metrics: string }> {
  await lab.ask('startRun', plan);
  const { run } = await lab.next('run/finished');
  const metrics = await readFile(join(lab.folder, 'runs', run.runId, 'metrics.jsonl'), 'utf8');
  return { run, metrics: metrics.replace(/"seconds":[\d.e-]+/gu, '') };
}

let [full, roomy]: OpenedService[] = [];
beforeAll(async () => {
  full = await openService({ freeBytes: () => Promise.resolve(100 * 2 ** 20) });
  roomy = await openService({ freeBytes: () => Promise.resolve(2 ** 40) });
});
afterAll(() => Promise.all([full!.close(), roomy!.close()]));

test('a run on a disk that is nearly full tells so once, in its record too, and measures what it measures elsewhere', async () => {
  const [warned, calm] = [await trained(full!), await trained(roomy!)];
  const alert = {
    kind: 'disk',
    step: 1,
    text: 'Only 100 MB of disk space are free, and a checkpoint takes 1 MB. Free up at least 477 MB.',
  };
  expect(inEnglish(warned.run.alerts)).toEqual([alert]);
  const told = full!.events.filter(({ type }) => type === 'run/alert');
  expect(told).toMatchObject([{ runId: warned.run.runId, run: { state: 'running', alerts: warned.run.alerts } }]);
  const record = JSON.parse(await readFile(join(full!.folder, 'runs', warned.run.runId, 'run.json'), 'utf8')) as {
    run: Run;
  };
  expect(record.run).toEqual(warned.run);

  expect(calm.run.alerts).toEqual([]);
  expect(roomy!.events.map(({ type }) => type)).not.toContain('run/alert');
  expect(warned.metrics).toBe(calm.metrics);
}, 60_000);

test('a run keeps its latest hundred alerts', () => {
  const alerts = Array.from({ length: 130 }, (_, step): Alert => ({ kind: 'slow', step, text: '' }));
  const kept = alerts.reduce<Alert[]>((known, alert) => appendAlerts(known, [alert]), []);
  expect(kept).toEqual(alerts.slice(30));
});

test('a hysteresis reports a state once, and again only after it has ended', () => {
  const hysteresis = new Hysteresis();
  const turns = [
    [false, true],
    [true, false],
    [true, false],
    [false, false],
    [true, false],
    [false, true],
    [true, false],
  ] as const;
  expect(turns.map(([begins, ends]) => hysteresis.update({ begins, ends }))).toEqual([
    false,
    true,
    false,
    false,
    false,
    false,
    true,
  ]);
});

test('between two reports of a hysteresis there is always an end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('begins', 'ends', 'neither')), (turns) => {
      const hysteresis = new Hysteresis();
      let mayTell = true;
      for (const turn of turns) {
        const isTold = hysteresis.update({ begins: turn === 'begins', ends: turn === 'ends' });
        expect(isTold).toBe(turn === 'begins' && mayTell);
        if (turn === 'begins') mayTell = false;
        if (turn === 'ends') mayTell = true;
      }
    }),
  );
});
