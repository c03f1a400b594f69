/** `receipt`: what a model, its training and one of its answers cost. */
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { blocksPerStep } from '../../models/family/config';
import { countAnswerFlop } from '../../models/train/cost-estimate';
import { formatBytes, formatDuration, formatInteger, formatOperations, formatSignificant } from '../contract/format';
import {
  createReceipt,
  usualCarbon,
  usualPower,
  type PowerRange,
  type Receipt,
  type ReceiptInput,
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
  const receipt = createReceipt(readCosts(await findModelWithSteps(name, steps)), { power, carbon });
  printResult(json, { ...receipt, assumptions: { power, carbon } }, describe(receipt, power, carbon));
}

function readCosts({ config, card }: StoredModel): ReceiptInput {
  const { flop, seconds, samples, areSamplesCounted = false } = card.training;
  return {
    parameters: card.parameters,
    embeddingNumbers: config.puzzleEmbNdim * config.numPuzzleIdentifiers,
    blocksPerStep: blocksPerStep(config),
    steps: config.haltMaxSteps,
    stepFlop: countAnswerFlop(config),
    training: { flop, seconds, samples, areSamplesCounted, puzzles: card.data.trainPuzzles },
    startedFrom: card.parent?.id ?? null,
  };
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
    'The two do different jobs: this model solves one type of puzzle.',
  ];
}

function describeTraining(
  { training, startedFrom, trainingWattHours: energy, trainingGrams, queries }: Receipt,
  power: PowerRange,
  carbon: number,
): string[] {
  if (training.seconds === 0) return ['Training: not recorded'];
  const { samples, areSamplesCounted, puzzles, flop, seconds } = training;
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
    `Energy of the training, estimated: ${range(energy.low, energy.high)} Wh, ${range(trainingGrams.low, trainingGrams.high)} g CO₂`,
    `  Its time × ${range(power.low, power.high)} W (--power), ${carbon} g CO₂ per kWh (--carbon${carbon === usualCarbon ? ', world average of 2018' : ''}). Not measured.`,
    ...queries.map(
      ({ source, count }) =>
        `  As much as ${range(count.low, count.high)} chat queries of ${source.wattHours} Wh (${source.name}: ${source.caveat})`,
    ),
  ];
}
