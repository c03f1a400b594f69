/** `receipt`: what a model, its training and one of its answers cost. */
import { countAnswerCosts } from '../compute/models/answer-costs';
import { formatEnglish } from '../../renderer/messages/english';
import { formatBytes, formatDuration, formatInteger, formatOperations, formatSignificant } from '../contract/format';
import {
  createReceipt,
  PUBLISHED_FLOP,
  trainingOfCard,
  usualCarbon,
  usualPower,
  type PowerRange,
  type Receipt,
} from '../contract/receipt';
import { printResult } from './output';
import { findModelWithSteps } from './resolve-names';

export interface ReceiptFlags {
  readonly model: string;
  readonly steps?: number;
  readonly power?: PowerRange;
  readonly carbon?: number;
  readonly json?: true;
}

export async function receiptCommand({
  model: name,
  steps,
  power = usualPower,
  carbon = usualCarbon,
  json,
}: ReceiptFlags): Promise<void> {
  const model = await findModelWithSteps(name, steps);
  const receipt = createReceipt(
    { ...countAnswerCosts(model.config), ...trainingOfCard(model.card) },
    { power, carbon },
  );
  const queries = receipt.queries.map(({ source: { wattHours, text }, count }) => ({
    source: { wattHours, text: formatEnglish(text) },
    count,
  }));
  printResult(json, { ...receipt, queries, assumptions: { power, carbon } }, describe(receipt, power, carbon));
}

function describe(receipt: Receipt, power: PowerRange, carbon: number): string[] {
  const { parameters, embeddingNumbers, effectiveDepth, steps, answerFlop, training } = receipt;
  return [
    `Parameters: ${formatInteger(parameters)} (${formatBytes(4 * parameters)})${embeddingNumbers > 0 ? `, and ${formatInteger(embeddingNumbers)} numbers in puzzle embeddings` : ''}`,
    `An answer: ${formatOperations(answerFlop)} in ${formatInteger(steps)} supervision steps, ${formatInteger(effectiveDepth)} blocks deep`,
    ...describeTraining(receipt, power, carbon),
    'The same operations are, at 2·N for each token, of a large language model with',
    ...receipt.languageModels.map(
      ({ parameters: size, trainingTokens, answerTokens }) =>
        `  ${size / 1e9} billion parameters: ${formatSignificant(answerTokens)} tokens for an answer${training.flop > 0 ? `, ${formatInteger(Math.round(trainingTokens))} for the training` : ''}`,
    ),
    ...describePublished(receipt),
    'The two do different jobs: this model solves one type of puzzle.',
  ];
}

function describePublished({ published }: Receipt): string[] {
  if (published === null) return [];
  const { seconds, wattHours } = published;
  return [
    `The published recipe for Sudoku-Extreme (arXiv 2510.04871), ${formatOperations(PUBLISHED_FLOP)}, would take ${formatDuration(seconds)} at the pace of this training: ${formatSignificant(wattHours.low)}–${formatSignificant(wattHours.high)} Wh, estimated`,
  ];
}

function describeTraining(
  { training, startedFrom, trainingWattHours: energy, trainingGrams, queries }: Receipt,
  power: PowerRange,
  carbon: number,
): string[] {
  if (training.seconds === 0) return ['Training: not recorded'];
  const { samples, areSamplesCounted, puzzles, flop, seconds } = training;
  const isMeasured = training.joules != null;
  const atMost = areSamplesCounted ? '' : 'at most ';
  const copies =
    puzzles > 0
      ? `; ${formatInteger(puzzles)} different puzzles, each seen ${atMost}${formatInteger(Math.round(samples / puzzles))} times`
      : '';
  const range = (low: number, high: number) =>
    low === high ? formatSignificant(low) : `${formatSignificant(low)}–${formatSignificant(high)}`;
  return [
    `Training: ${flop > 0 ? `${formatOperations(flop)}, ` : ''}${formatDuration(seconds)}, ${atMost}${formatInteger(samples)} puzzles seen${copies}`,
    ...(startedFrom === null ? [] : [`  Without the training of ${startedFrom}, from which it started`]),
    `Energy of the training, ${isMeasured ? 'measured' : 'estimated'}: ${range(energy.low, energy.high)} Wh, ${range(trainingGrams.low, trainingGrams.high)} g CO₂`,
    `  ${isMeasured ? 'Of the processors, other programs included' : `Its time × ${range(power.low, power.high)} W (--power)`}, ${carbon} g CO₂ per kWh (--carbon${carbon === usualCarbon ? ', world average of 2018' : ''}).${isMeasured ? '' : ' Not measured.'}`,
    ...queries.map(
      ({ source, count }) =>
        `  As much as ${range(count.low, count.high)} chat queries of ${source.wattHours} Wh (${formatEnglish(source.text)})`,
    ),
  ];
}
