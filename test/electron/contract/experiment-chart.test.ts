/** The chart has every seed and the published figures, at the places of their numbers. */
import { expect, test } from 'vitest';
import { layoutExperimentChart, type ChartShape } from '../../../electron/contract/experiment-chart';
import { getExperiment } from '../../../electron/compute/experiments/built-in';
import { formatEnglish } from '../../../renderer/messages/english';
import { curveRecord, gradientRecord } from '../../gallery/samples/experiments';

const layout = (record: typeof curveRecord) => layoutExperimentChart(record, { format: formatEnglish });
const isOf =
  <Type extends ChartShape['type']>(type: Type) =>
  (shape: ChartShape): shape is Extract<ChartShape, { type: Type }> =>
    shape.type === type;

test('there is none before the first result', () => {
  expect(layout(gradientRecord(0))).toBeNull();
});

test('conditions: a faint dot for each seed, one for each mean, a ring for each published figure, between 0 and 100 %', () => {
  const record = gradientRecord(6);
  const shapes = layout(record)!.shapes;
  const dots = shapes.filter(isOf('dot'));
  expect([dots.filter(({ isFaint }) => isFaint).length, dots.filter(({ isFaint }) => !isFaint).length]).toEqual([6, 2]);
  const rings = shapes.filter(isOf('ring'));
  expect(rings).toHaveLength(record.experiment.published.length);
  const texts = shapes.filter(isOf('text'));
  const at = (text: string) => texts.find((label) => label.text === text)!.x;
  const share = (x: number) => (x - at('0 %')) / (at('100 %') - at('0 %'));
  expect(rings.map(({ x }) => share(x))).toEqual(
    record.experiment.published.map(({ exactAccuracy }) => expect.closeTo(exactAccuracy, 9) as number),
  );
  expect(share(dots[0]!.x)).toBeCloseTo(record.results[0]!.points[0]!.exactAccuracy, 9);
});

test('curves: one line for each condition through the means, over a logarithmic axis', () => {
  const chart = layout(curveRecord)!;
  const lines = chart.shapes.filter(isOf('line')).filter(({ width }) => width === 2);
  expect(lines).toHaveLength(curveRecord.experiment.conditions.length);
  const xs = lines[0]!.points.map(([x]) => x);
  const steps = xs.slice(1).map((x, index) => x - xs[index]!);
  expect(steps).toEqual(steps.map(() => expect.closeTo(steps[0]!, 9) as number));
  const inside = chart.shapes.filter(isOf('dot')).every(({ x, y }) => x <= chart.width && y <= chart.height && x >= 0);
  expect(inside).toBe(true);
});

test('confidences: bins over a linear axis in per cent, and the line of a model that is right as often as it is confident', () => {
  const confidence = getExperiment('confidence');
  const points = [25, 65, 95].map((x) => ({ x, exactAccuracy: x / 100, count: 10 }));
  const condition = confidence.conditions[0]!;
  const results = [{ ...curveRecord.results[0]!, condition: condition.id, points }];
  const { shapes } = layout({ ...curveRecord, experiment: { ...confidence, conditions: [condition] }, results })!;
  const [first, last] = shapes.filter(isOf('line')).find(({ colour }) => colour === 'muted')!.points;
  const onIdeal = (x: number) => first![1] + ((x - first![0]) / (last![0] - first![0])) * (last![1] - first![1]);
  const bins = shapes.filter(isOf('dot')).filter(({ radius }) => radius === 4);
  expect(bins).toHaveLength(3);
  for (const { x, y } of bins) expect(y).toBeCloseTo(onIdeal(x), 9);
  expect(shapes.filter(isOf('text')).map(({ text }) => text)).toEqual(
    expect.arrayContaining(['Confidence, %', 'perfect calibration']),
  );
});
