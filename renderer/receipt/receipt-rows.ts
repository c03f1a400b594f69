/** The rows of a compute receipt. */
import {
  formatAxisValue,
  formatBytes,
  formatDuration,
  formatInteger,
  formatMilliseconds,
  formatOperations,
  formatSignificant,
} from '../../electron/contract/format';
import { PUBLISHED_FLOP, type Receipt, type ReceiptAssumptions } from '../../electron/contract/receipt';
import { formatText, t } from '../messages/language.svelte';
import type { MessageId } from '../messages/message';

export interface ReceiptRow {
  readonly label: string;
  readonly value: string;
  readonly detail?: string;
  /** Computed from an assumption, not counted or measured. */
  readonly isEstimated?: true;
}

export interface ReceiptSection {
  readonly title: MessageId;
  readonly rows: readonly ReceiptRow[];
}

export function receiptSections(receipt: Receipt, assumptions: ReceiptAssumptions): ReceiptSection[] {
  return [
    { title: 'receipt.network', rows: networkRows(receipt) },
    { title: 'receipt.answer', rows: answerRows(receipt, assumptions) },
    { title: 'receipt.training', rows: trainingRows(receipt, assumptions) },
    { title: 'receipt.published', rows: publishedRows(receipt, assumptions) },
  ];
}

const networkRows = ({ parameters, embeddingNumbers }: Receipt): ReceiptRow[] => [
  { label: t('receipt.parameters'), value: formatInteger(parameters), detail: formatBytes(4 * parameters) },
  { label: t('receipt.embeddings'), value: formatInteger(embeddingNumbers) },
];

function answerRows(receipt: Receipt, assumptions: ReceiptAssumptions): ReceiptRow[] {
  const { steps, blocksPerStep, effectiveDepth, answerFlop, answer, answerWattHours, languageModels } = receipt;
  return [
    {
      label: t('receipt.depth'),
      value: t('receipt.blocks', { blocks: effectiveDepth }),
      detail: t('receipt.depthDetail', { steps, blocks: blocksPerStep }),
    },
    { label: t('receipt.operations'), value: formatOperations(answerFlop), detail: t('receipt.counted') },
    ...(answer ? [{ label: t('receipt.time'), value: formatMilliseconds(1000 * answer.seconds) }] : []),
    ...(answerWattHours ? [energyRow(answerWattHours, assumptions)] : []),
    ...languageModels.map(({ parameters, answerTokens }) => tokensRow(parameters, answerTokens)),
  ];
}

function trainingRows(receipt: Receipt, assumptions: ReceiptAssumptions): ReceiptRow[] {
  const { training, startedFrom, trainingWattHours, trainingGrams, languageModels, queries } = receipt;
  if (training.seconds === 0) return [{ label: t('receipt.training'), value: t('models.card.notRecorded') }];
  const isCounted = training.flop > 0;
  return [
    {
      label: t('receipt.operations'),
      value: isCounted ? formatOperations(training.flop) : t('models.card.notRecorded'),
      ...(startedFrom !== null && { detail: t('receipt.without', { id: startedFrom }) }),
    },
    { label: t('receipt.time'), value: formatDuration(training.seconds) },
    ...puzzleRows(training),
    training.joules == null
      ? energyRow(trainingWattHours, assumptions)
      : { label: t('receipt.energy'), value: formatEnergy(trainingWattHours), detail: t('receipt.measured') },
    {
      label: t('receipt.carbon'),
      value: t('receipt.grams', { grams: formatRange(trainingGrams) }),
      detail: t('receipt.carbonDetail', { carbon: formatAxisValue(assumptions.carbon) }),
      isEstimated: true,
    },
    ...(isCounted ? languageModels.map(({ parameters, trainingTokens }) => tokensRow(parameters, trainingTokens)) : []),
    ...queries.map(({ source, count }) => ({
      label: t('receipt.queries'),
      value: formatRange(count),
      detail: t('receipt.queriesDetail', {
        energy: formatAxisValue(source.wattHours),
        source: formatText(source.text),
      }),
      isEstimated: true as const,
    })),
  ];
}

/** What augmentation has made of the puzzles. */
function puzzleRows({ samples, areSamplesCounted, puzzles }: Receipt['training']): ReceiptRow[] {
  const atMost = areSamplesCounted ? 'no' : 'yes';
  return [
    { label: t('receipt.puzzles'), value: puzzles > 0 ? formatInteger(puzzles) : t('common.unknown') },
    {
      label: t('receipt.samples'),
      value: t('receipt.samplesValue', { samples, atMost }),
      ...(puzzles > 0 && { detail: t('receipt.copies', { copies: Math.round(samples / puzzles), atMost }) }),
    },
  ];
}

function publishedRows({ published }: Receipt, assumptions: ReceiptAssumptions): ReceiptRow[] {
  const operations = {
    label: t('receipt.operations'),
    value: formatOperations(PUBLISHED_FLOP),
    detail: t('receipt.publishedDetail'),
  };
  if (published === null) return [operations];
  const { seconds, wattHours } = published;
  return [
    operations,
    { label: t('receipt.time'), value: formatLong(seconds), detail: t('receipt.publishedTime'), isEstimated: true },
    energyRow(wattHours, assumptions),
  ];
}

/** Days from two days on. */
const formatLong = (seconds: number): string =>
  seconds < 172_800 ? formatDuration(seconds) : t('receipt.days', { days: Math.round(seconds / 86_400) });

const energyRow = (wattHours: Range, { power }: ReceiptAssumptions): ReceiptRow => ({
  label: t('receipt.energy'),
  value: formatEnergy(wattHours),
  detail: t('receipt.energyDetail', { power: formatRange(power, formatAxisValue) }),
  isEstimated: true,
});

/** Milliwatt-hours below a tenth of a watt-hour. */
function formatEnergy({ low, high }: Range): string {
  if (high >= 0.1) return t('receipt.wattHours', { energy: formatRange({ low, high }) });
  return t('receipt.milliwattHours', { energy: formatRange({ low: 1000 * low, high: 1000 * high }) });
}

const tokensRow = (parameters: number, tokens: number): ReceiptRow => ({
  label: t('receipt.languageModel', { billions: formatAxisValue(parameters / 1e9) }),
  value: t('receipt.tokens', { tokens: formatSignificant(tokens) }),
  detail: t('receipt.tokensDetail'),
  isEstimated: true,
});

type Range = Receipt['trainingWattHours'];

const formatRange = ({ low, high }: Range, format = formatSignificant): string =>
  low === high ? format(low) : `${format(low)}–${format(high)}`;
