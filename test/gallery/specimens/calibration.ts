import { ReliabilityCounter, type Calibration, type Reliability } from '../../../models/evaluate/calibration';
import CalibrationDetails from '../../../renderer/features/models/CalibrationDetails.svelte';
import ConfidentFailures from '../../../renderer/features/models/ConfidentFailures.svelte';
import FailureRows from '../../../renderer/features/models/FailureRows.svelte';
import ReliabilityDiagram from '../../../renderer/features/models/ReliabilityDiagram.svelte';
import { click, noop, specimen, type Specimen } from '../specimen';

/** Of answers whose confidences are spread over 0..1 and that are right as often as `rightAt` says. */
function spread(count: number, rightAt: (confidence: number) => number): Reliability {
  const counter = new ReliabilityCounter();
  for (let index = 0; index < count; index++) {
    // More of them are sure than not.
    const confidence = Math.sqrt((index + 0.5) / count);
    counter.add(confidence, (index * 37) % 100 < 100 * rightAt(confidence));
  }
  return counter.result!;
}

function certain(): Reliability {
  const counter = new ReliabilityCounter();
  for (let index = 0; index < 500; index++) counter.add(index === 0 ? 0.43 : 0.998, index > 0);
  return counter.result!;
}

export const calibration: Calibration = {
  cells: spread(8000, (confidence) => confidence),
  answers: spread(500, (confidence) => confidence ** 2),
  halting: spread(500, (confidence) => Math.sqrt(confidence)),
};
const failures = Array.from({ length: 5 }, (_, index) => ({
  row: 71 * index + 3,
  wrongCells: 2 + 3 * (index % 3),
  brokenRules: index,
  haltProbability: 0.97 - index / 9,
  confidence: 0.94 - index / 20,
}));
const of = { dataset: 'sudoku-6x6', split: 'test' as const };
const list = { failures, of, isBusy: false, onopen: noop };

/** Calibration of the confidences of an evaluation. */
export const calibrations: readonly Specimen[] = [
  specimen(
    'ReliabilityDiagram',
    ReliabilityDiagram,
    {
      calibrated: { reliability: calibration.cells },
      'too confident': { reliability: calibration.answers },
      'not confident enough': { reliability: calibration.halting },
      'nearly all right': { reliability: certain() },
    },
    { width: 300 },
  ),
  specimen(
    'CalibrationDetails, opened',
    CalibrationDetails,
    { usual: { calibration } },
    { width: 300, onmounted: click('summary') },
  ),
  specimen(
    'ConfidentFailures',
    ConfidentFailures,
    { usual: { ...list, mayDiffer: false }, 'of a checkpoint': { ...list, mayDiffer: true } },
    { width: 300 },
  ),
  specimen(
    'FailureRows',
    FailureRows,
    { usual: { ...list, label: 'Wrong answers', describe: () => 'halting probability 12.5 %' } },
    { width: 300 },
  ),
];
