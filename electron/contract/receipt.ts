/** The compute receipt: what a model, its training and one of its answers cost, and what the same would buy of a large language model. */

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

export interface ReceiptInput {
  readonly parameters: number;
  /** Numbers in the table of puzzle embeddings. */
  readonly embeddingNumbers: number;
  /** Blocks that one supervision step applies, one after the other. */
  readonly blocksPerStep: number;
  /** Supervision steps of an answer. */
  readonly steps: number;
  /** Floating-point operations of one supervision step of one puzzle, counted from the graph. */
  readonly stepFlop: number;
  readonly training: {
    /** 0 where they were not counted. */
    readonly flop: number;
    readonly seconds: number;
    /** Puzzles seen, symmetric copies included. */
    readonly samples: number;
    /** Else `samples` is an upper bound. */
    readonly areSamplesCounted: boolean;
    /** Different ones. */
    readonly puzzles: number;
  };
  /** The model that the training started from, whose own is not included; null for none. */
  readonly startedFrom: string | null;
}

export interface Receipt extends ReceiptInput {
  /** Blocks that an answer passes through. */
  readonly effectiveDepth: number;
  readonly answerFlop: number;
  /** Estimated watt-hours of the training: its time × the assumed power. */
  readonly trainingWattHours: Range;
  /** Grams of CO₂ of the training. */
  readonly trainingGrams: Range;
  /** What the operations of the training and of an answer would be for large language models. */
  readonly languageModels: readonly LanguageModelShare[];
  /** Chat queries that the energy of the training would answer. */
  readonly queries: readonly { readonly source: QuerySource; readonly count: Range }[];
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
  readonly name: string;
  readonly caveat: string;
}

/** Dated statements of others; each measures something else. */
export const querySources: readonly QuerySource[] = [
  { wattHours: 0.3, name: 'Epoch AI, February 2025', caveat: 'estimate for GPT-4o' },
  { wattHours: 0.24, name: 'Google, August 2025', caveat: 'median text prompt of Gemini Apps' },
  { wattHours: 0.34, name: 'OpenAI, June 2025', caveat: 'average query, no method published' },
];

const languageModelSizes = [7e9, 70e9];

export function createReceipt(
  input: ReceiptInput,
  { power = usualPower, carbon = usualCarbon }: { readonly power?: PowerRange; readonly carbon?: number } = {},
): Receipt {
  const { blocksPerStep, steps, stepFlop, training } = input;
  const answerFlop = steps * stepFlop;
  const wattHours = { low: (training.seconds * power.low) / 3600, high: (training.seconds * power.high) / 3600 };
  return {
    ...input,
    effectiveDepth: steps * blocksPerStep,
    answerFlop,
    trainingWattHours: wattHours,
    trainingGrams: { low: (wattHours.low * carbon) / 1000, high: (wattHours.high * carbon) / 1000 },
    languageModels: languageModelSizes.map((parameters) => ({
      parameters,
      trainingTokens: training.flop / (2 * parameters),
      answerTokens: answerFlop / (2 * parameters),
    })),
    queries: querySources.map((source) => ({
      source,
      count: { low: wattHours.low / source.wattHours, high: wattHours.high / source.wattHours },
    })),
  };
}
