/** `mess`: accuracy of a model on damaged puzzles against the amount of damage. */
import { Readable } from 'node:stream';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { damageIds, requireDamage, type DamageAmount, type DamageId } from '../../datasets/damage/damage';
import type { Dataset } from '../../datasets/catalog';
import { SAMPLE_SEED, samplePuzzles } from '../../datasets/sample';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { formatEnglish } from '../../renderer/messages/english';
import { message } from '../../renderer/messages/message';
import { evaluateDamaged } from '../compute/models/damage';
import { requireFit } from '../compute/models/model-fit';
import { errorText } from '../contract/error-message';
import type { DamagedAccuracy } from '../contract/damage';
import { formatInteger, formatInterval, formatPercent, formatSignificant } from '../contract/format';
import { addComputeOptions, parseLimit, parseSeed, parseSupervisionSteps } from './args';
import type { ComputeFlags, Examples, JsonFlag } from './args';
import { requireFitBeforeGenerating } from './evaluate';
import { UsageError } from './exit';
import { printNotice, printResult, withProgress } from './output';
import { createEngineOptions, findModelWithSteps, loadNamedDataset } from './resolve-names';

const DEFAULT_PUZZLES = 200;
const DEFAULT_AMOUNTS = '0,0.1,0.2,0.3,0.4';
const MAX_AMOUNTS = 100;

export function addMessCommand(command: Command, examples: Examples): void {
  addComputeOptions(command)
    .requiredOption('--model <model>', 'required: folder or id of a model')
    .requiredOption('--dataset <dataset>', 'required: dataset whose test puzzles are damaged')
    .addOption(
      new Option('--damage <kind>', `required: ${damageIds.map(describeDamage).join('; ')}`)
        .choices(damageIds)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--amounts <list>',
        'amounts of damage: whole numbers of clues (of rows for shifted and smaller), or shares of them from 0 to 1 where one has a decimal point',
      )
        .argParser(parseAmounts)
        .default(parseAmounts(DEFAULT_AMOUNTS), DEFAULT_AMOUNTS),
    )
    .option('--samples <puzzles>', 'maximum number of puzzles, drawn at random', parseLimit, DEFAULT_PUZZLES)
    .option('--steps <number>', "supervision steps of each answer (default: the model's)", parseSupervisionSteps)
    .option('--seed <number>', 'random seed of the damage', parseSeed, 1)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'mess --model sudoku-9x9 --dataset sudoku-9x9 --damage flipped --amounts 0,1,2,4',
        'mess --model maze-12x12 --dataset maze --damage missing --amounts 0,0.05,0.1',
      ),
    )
    .addHelpText('after', '\nPress Ctrl-C once to end with the amounts that are there, twice to quit at once.')
    .action(messCommand);
}

const describeDamage = (damage: DamageId): string =>
  `${damage}: ${formatEnglish(message(`damage.${damage}.description`))
    .replace(/\.$/u, '')
    .toLowerCase()}`;

/** Parses `0,1,2` as numbers and `0,0.1` as shares. @throws InvalidArgumentError */
function parseAmounts(text: string): DamageAmount[] {
  const values = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const areShares = text.includes('.');
  const max = areShares ? 1 : 10_000;
  const isAmount = (value: number) => value >= 0 && value <= max && (areShares || Number.isInteger(value));
  if (!values.every(isAmount) || values.length > MAX_AMOUNTS)
    throw new InvalidArgumentError(
      `expected at most ${MAX_AMOUNTS} whole numbers, or shares from 0 to 1, separated by commas, e.g. 0,1,2 or 0,0.1,0.2`,
    );
  return values.map((value) => (areShares ? { share: value } : { count: value }));
}

interface MessFlags extends ComputeFlags, JsonFlag {
  readonly model: string;
  readonly dataset: string;
  readonly damage: DamageId;
  readonly amounts: readonly DamageAmount[];
  readonly samples: number;
  readonly steps?: number;
  readonly seed: number;
}

type Point = DamagedAccuracy & { readonly amount: number };

async function messCommand(flags: MessFlags): Promise<void> {
  const { damage, amounts, seed, json } = flags;
  const model = await findModelWithSteps(flags.model, flags.steps);
  requireFitBeforeGenerating(model, flags.dataset);
  const dataset = await loadNamedDataset(flags.dataset, undefined, ['test']);
  requireUse(model, dataset, flags);
  const points = await evaluateAmounts(model, dataset, flags);
  const { haltMaxSteps: steps } = model.config;
  const result = { model: flags.model, dataset: flags.dataset, damage, seed, steps, planned: amounts.length, points };
  printResult(json, result, describePoints(flags, points));
}

/** @throws UsageError for a damage that does not apply or a split without puzzles; ConfigError where the model reads other grids */
function requireUse(
  model: StoredModel,
  { kind, ...dataset }: Dataset,
  { damage, dataset: name }: Pick<MessFlags, 'damage' | 'dataset'>,
): void {
  requireFit({ model, kind, dataset: name });
  try {
    requireDamage(kind, damage);
  } catch (error) {
    throw new UsageError(`--damage ${damage}: ${formatEnglish(errorText(error))}`);
  }
  if ((dataset.identified ?? dataset).test.length === 0) throw new UsageError(`${name} has no test puzzles`);
}

/** The points that are there when Ctrl-C ends it. @throws as `evaluateDamaged`; UsageError where there is none */
async function evaluateAmounts(
  model: StoredModel,
  { kind, identified, test }: Dataset,
  flags: MessFlags,
): Promise<Point[]> {
  const { damage, seed, amounts, dataset } = flags;
  const options = await createEngineOptions(flags);
  const points: Point[] = [];
  const split = identified?.test ?? test;
  const work = withProgress(async (job) => {
    for (const amount of amounts) {
      const { puzzles, total } = await samplePuzzles(kind, () => Readable.from(split), {
        size: flags.samples,
        seed: SAMPLE_SEED,
        total: split.length,
        signal: job.signal,
      });
      const plan = { model, kind, dataset, names: identified?.names, damage, amount, seed, puzzles, total };
      const { accuracy } = await evaluateDamaged(plan, options, job);
      points.push({ amount: valueOf(amount), ...accuracy });
    }
  }, 'Cancelled before the first amount was evaluated.');
  await work.catch((error: unknown) => {
    if (points.length === 0 || points.length === amounts.length) throw error;
    printNotice(`Ended after ${points.length} of ${amounts.length} amounts: ${formatEnglish(errorText(error))}`);
  });
  return points;
}

const valueOf = (amount: DamageAmount): number => ('count' in amount ? amount.count : amount.share);

function describePoints({ damage, model, dataset, amounts }: MessFlags, points: readonly Point[]): string[] {
  const areShares = amounts.some((amount) => 'share' in amount);
  return [
    `${formatEnglish(message(`damage.${damage}.name`))}: ${model} on ${dataset}`,
    formatEnglish(message(`damage.${damage}.description`)),
    formatEnglish(message(`damage.${damage}.right`)),
    ...points.map(({ amount, ...accuracy }) => {
      const { exactAccuracy, interval, count, sureAndWrong, changedCells } = accuracy;
      const at = areShares ? `${formatPercent(amount)} %` : formatInteger(amount);
      return `  ${at.padStart(7)}  ${formatPercent(exactAccuracy).padStart(5)} % (95 % CI ${formatInterval(interval)} %, n = ${formatInteger(count)})  sure and wrong ${formatPercent(sureAndWrong)} %${describeShares(accuracy)}, cells changed ${formatSignificant(changedCells)}`;
    }),
  ];
}

const describeShares = ({ recovered, consistent }: DamagedAccuracy): string =>
  `, original solution ${formatPercent(recovered)} %${consistent === null ? '' : `, obeys the rules ${formatPercent(consistent)} %`}`;
