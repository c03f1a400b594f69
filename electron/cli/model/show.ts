/** The commands `model list`, `model show` and `model compare`. */
import type { JsonFlag } from '../args';
import type { Card } from '../../../models/checkpoint/model-card';
import { findModel, library } from '../find';
import { formatPercent } from '../../contract/format';

export async function listModelsCommand({ json }: JsonFlag): Promise<void> {
  const models = await library().list();
  const lines = models.map(({ id, source, ...card }) => `${id} (${source}): ${card.name}, ${measured(card)}`);
  process.stdout.write(`${json ? JSON.stringify(models) : lines.join('\n')}\n`);
}

export async function showModelCommand(name: string, { json }: JsonFlag): Promise<void> {
  const { card, config } = await findModel(name);
  const lines = [card.name, ...rows(card).map(([label, value]) => `  ${label.padEnd(18)} ${value}`)];
  process.stdout.write(`${json ? JSON.stringify({ ...card, config }) : lines.join('\n')}\n`);
}

export async function compareModelsCommand(one: string, other: string, { json }: JsonFlag): Promise<void> {
  const [first, second] = await Promise.all([findModel(one), findModel(other)]);
  if (json) return void process.stdout.write(`${JSON.stringify([first.card, second.card])}\n`);
  const [left, right] = [rows(first.card), rows(second.card)];
  const width = Math.max(...left.map(([, value]) => value.length), first.card.name.length);
  const lines = [
    `  ${''.padEnd(18)} ${first.card.name.padEnd(width)}  ${second.card.name}`,
    ...left.map(
      ([label, value], i) =>
        `${value === right[i]![1] ? ' ' : '≠'} ${label.padEnd(18)} ${value.padEnd(width)}  ${right[i]![1]}`,
    ),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function rows({
  family,
  parameters,
  hCycles,
  lCycles,
  haltMaxSteps,
  kind,
  dataset,
  data,
  training,
  ...card
}: Card): [string, string][] {
  const { steps, seconds, samples, seed, flop } = training;
  const held =
    data.testClasses === null ? `${data.testPuzzles}` : `${data.testPuzzles} of ${data.testClasses} symmetry classes`;
  return [
    ['family', family],
    ['weights', parameters.toLocaleString('en')],
    ['recursion', `${haltMaxSteps} supervision steps of ${hCycles} H cycles of ${lCycles} L updates`],
    ['puzzles', kind === undefined || kind === dataset ? dataset : `${kind}, ${dataset}`],
    ['learnt from', `${data.trainPuzzles.toLocaleString('en')} puzzles`],
    ['held out', held],
    [
      'training',
      `${steps.toLocaleString('en')} steps, ${samples.toLocaleString('en')} samples, ${Math.round(seconds)} s, seed ${seed}`,
    ],
    ['compute', flop > 0 ? `${(flop / 1e12).toFixed(2)} TFLOP` : 'not counted'],
    ['exact accuracy', measured(card)],
    [
      'from',
      card.parent === null
        ? 'nothing'
        : `${card.parent.kind} ${card.parent.id}${card.parent.step === null ? '' : `, step ${card.parent.step}`}`,
    ],
    ['made by', card.command],
  ];
}

function measured({ accuracy }: Pick<Card, 'accuracy'>): string {
  if (accuracy === null) return 'not measured';
  const [low, high] = accuracy.interval;
  return `${formatPercent(accuracy.exactAccuracy)} % held-out exact (95 % interval ${formatPercent(low)} % to ${formatPercent(high)} %, n ${accuracy.count})`;
}
