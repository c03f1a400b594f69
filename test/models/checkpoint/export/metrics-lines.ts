import fc from 'fast-check';
import type { ExportedLine } from '../../../../models/checkpoint/export/metrics-export';

/** A short run: two steps, one without halted examples; an evaluation; and lines without metrics. */
export const lines: readonly ExportedLine[] = [
  {
    type: 'step',
    step: 1,
    seconds: 0.5,
    lmLoss: 1.25,
    qHaltLoss: 0.75,
    accuracy: null,
    exactAccuracy: null,
    steps: null,
    learningRate: 0.0001,
    gradientNorm: null,
    halted: 0,
    samples: null,
  },
  {
    type: 'step',
    step: 2,
    seconds: 1,
    lmLoss: 0.5,
    qHaltLoss: 0.25,
    accuracy: 0.875,
    exactAccuracy: 0.5,
    steps: 3.5,
    learningRate: 0.0002,
    gradientNorm: null,
    halted: 1,
    samples: null,
  },
  { type: 'diverged', step: 2 },
  {
    type: 'evaluated',
    step: 2,
    seconds: 1.5,
    accuracy: 0.75,
    exactAccuracy: 0.25,
    ruleAccuracy: 0.375,
    count: 8,
    interval: [0.0715, 0.5907],
    samples: null,
  },
  { type: 'sample', step: 2 },
];

const share = fc.double({ min: 0, max: 1, noNaN: true });
const at = { step: fc.nat(), seconds: fc.double({ min: 0, max: 1e7, noNaN: true }) };
const loss = fc.double({ min: 0, max: 1e9, noNaN: true });

/** Lines of any run. */
export const anyLines: fc.Arbitrary<ExportedLine[]> = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('step' as const),
      ...at,
      lmLoss: loss,
      qHaltLoss: loss,
      learningRate: share,
      accuracy: fc.option(share),
      exactAccuracy: fc.option(share),
      steps: fc.option(loss),
      gradientNorm: fc.option(loss),
      halted: fc.option(fc.nat(64)),
      samples: fc.option(fc.nat()),
    }),
    fc.record({
      type: fc.constant('evaluated' as const),
      ...at,
      accuracy: share,
      exactAccuracy: share,
      ruleAccuracy: share,
      count: fc.nat(),
      interval: fc.tuple(share, share),
      samples: fc.option(fc.nat()),
    }),
    fc.record({ type: fc.constantFrom('diverged' as const, 'sample' as const), step: fc.nat() }),
  ),
);
