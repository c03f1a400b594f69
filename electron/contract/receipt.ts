/** The compute receipt: what a model, its training and one of its answers cost, and what the same would buy of a large language model. */
import type { ModelCard } from '../../models/checkpoint/model-card';
import { message, type Message } from '../../renderer/messages/message';

/** Power of a computer while it computes, beyond what it takes when idle, in watts; an assumption that the user can change. */
export type PowerRange = Range;

interface Range {
  readonly low: number;
  readonly high: number;
}

/** From a laptop at reduced clock to a desktop with all cores busy. */
export const usualPower: PowerRange = { low: 15, high: 65 };

/** Grams of CO₂ for each kilowatt-hour: world average of 2018 (IEA, Global Energy & CO₂ Status Report 2019). */
export const usualCarbon = 475;

/** What an answer of a network costs, counted from its graph. */
export interface AnswerCosts {
  readonly parameters: number;
  /** Numbers in the table of puzzle embeddings. */
  readonly embeddingNumbers: number;
  /** Blocks that one supervision step applies, one after the other. */
  readonly blocksPerStep: number;
  /** Supervision steps of an answer. */
  readonly steps: number;
  /** Floating-point operations of one supervision step of one puzzle, counted from the graph. */
  readonly stepFlop: number;
}

export interface TrainingCosts {
  readonly training: {
    /** 0 where they were not counted. */
    readonly flop: number;
    readonly seconds: number;
    /** Measured energy of the processors, other programs included; null where it was not measured. */
    readonly joules?: number | null;
    /** Puzzles seen, symmetric copies included. */
    readonly samples: number;
    /** Else `samples` is an upper bound. */
    readonly areSamplesCounted: boolean;
    /** Different ones; 0 where unknown. */
    readonly puzzles: number;
  };
  /** The model that the training started from, whose own is not included; null for none. */
  readonly startedFrom: string | null;
}

/** An answer that was computed here. */
export interface MeasuredAnswer {
  /** Supervision steps. */
  readonly steps: number;
  /** Of all its copies. */
  readonly flop: number;
  readonly seconds: number;
}

export interface ReceiptInput extends AnswerCosts, TrainingCosts {
  readonly answer?: MeasuredAnswer;
}

/** The training that a model's card records. */
export const trainingOfCard = ({ training, data, parent }: ModelCard): TrainingCosts => ({
  training: {
    flop: training.flop,
    seconds: training.seconds,
    joules: training.joules ?? null,
    samples: training.samples,
    areSamplesCounted: training.areSamplesCounted ?? false,
    puzzles: data.trainPuzzles,
  },
  startedFrom: parent?.id ?? null,
});

export interface Receipt extends ReceiptInput {
  /** Blocks that an answer passes through. */
  readonly effectiveDepth: number;
  readonly answerFlop: number;
  /** Estimated watt-hours of a measured answer; null without one. */
  readonly answerWattHours: Range | null;
  /** Watt-hours of the training: measured, with both ends equal, else its time × the assumed power. */
  readonly trainingWattHours: Range;
  /** Grams of CO₂ of the training. */
  readonly trainingGrams: Range;
  /** What the operations of the training and of an answer would be for large language models. */
  readonly languageModels: readonly LanguageModelShare[];
  /** Chat queries that the energy of the training would answer. */
  readonly queries: readonly { readonly source: QuerySource; readonly count: Range }[];
  /** The published recipe at the pace of the training; null where that was not counted. */
  readonly published: { readonly seconds: number; readonly wattHours: Range } | null;
}

interface LanguageModelShare {
  readonly parameters: number;
  /** Tokens at 2·N operations each. */
  readonly trainingTokens: number;
  readonly answerTokens: number;
}

interface QuerySource {
  /** Watt-hours of a query. */
  readonly wattHours: number;
  /** Who stated it, when, and of what. */
  readonly text: Message;
}

/** Dated statements of others; each measures something else. */
export const querySources: readonly QuerySource[] = [
  { wattHours: 0.3, text: message('receipt.source.epoch') },
  { wattHours: 0.24, text: message('receipt.source.google') },
  { wattHours: 0.34, text: message('receipt.source.openai') },
];

/** Parameters of the language models that are compared. */
export const usualLanguageModels: readonly number[] = [7e9, 70e9];

/**
 * Floating-point operations of the published recipe for Sudoku-Extreme (arXiv 2510.04871): 60,000 steps of 768 puzzles with the preset
 * `paper`, counted from its graph.
 */
export const PUBLISHED_FLOP = 2e18;

export interface ReceiptAssumptions {
  readonly power: PowerRange;
  /** Grams of CO₂ for each kilowatt-hour. */
  readonly carbon: number;
  readonly languageModels: readonly number[];
}

export function createReceipt(
  input: ReceiptInput,
  { power = usualPower, carbon = usualCarbon, languageModels = usualLanguageModels }: Partial<ReceiptAssumptions> = {},
): Receipt {
  const { blocksPerStep, stepFlop, training, answer } = input;
  const steps = answer?.steps ?? input.steps;
  const answerFlop = answer?.flop ?? steps * stepFlop;
  const wattHours = measuredEnergy(training) ?? energyOf(training.seconds, power);
  return {
    ...input,
    steps,
    effectiveDepth: steps * blocksPerStep,
    answerFlop,
    answerWattHours: answer ? energyOf(answer.seconds, power) : null,
    trainingWattHours: wattHours,
    trainingGrams: scale(wattHours, carbon / 1000),
    languageModels: languageModels.map((parameters) => ({
      parameters,
      trainingTokens: training.flop / (2 * parameters),
      answerTokens: answerFlop / (2 * parameters),
    })),
    queries: querySources.map((source) => ({ source, count: scale(wattHours, 1 / source.wattHours) })),
    published: extrapolatePublished(training, power),
  };
}

function extrapolatePublished({ flop, seconds }: TrainingCosts['training'], power: PowerRange): Receipt['published'] {
  if (flop === 0 || seconds === 0) return null;
  const expected = (PUBLISHED_FLOP / flop) * seconds;
  return { seconds: expected, wattHours: energyOf(expected, power) };
}

/** Watt-hours; null where they were not measured. */
function measuredEnergy({ joules }: TrainingCosts['training']): Range | null {
  return joules == null ? null : { low: joules / 3600, high: joules / 3600 };
}

/** Watt-hours. */
const energyOf = (seconds: number, power: PowerRange): Range => scale(power, seconds / 3600);

const scale = ({ low, high }: Range, factor: number): Range => ({ low: low * factor, high: high * factor });
