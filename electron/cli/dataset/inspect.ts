/** The commands `dataset inspect`, `dataset list` and `dataset overlap`. */
import { message } from '../../../renderer/messages/message';
import { formatEnglish } from '../../../renderer/messages/english';
import { datasetSpecs } from '../../../datasets/catalog';
import type { PuzzleSource } from '../../../datasets/formats/puzzle-source';
import { openSource } from '../../../datasets/formats/puzzle-source';
import { findOverlap } from '../../../datasets/inspect';
import type { Puzzle } from '../../../datasets/kinds/puzzle-kind';
import { getKind, listGenerated } from '../../../datasets/kinds/registry';
import { summariseSplits, type SplitSummary } from '../../compute/datasets/import-dataset';
import { listSplits } from '../../compute/datasets/write-dataset';
import { UsageError } from '../exit';
import { findDatasetPath, openDatasetLibrary } from '../resolve-names';
import { renderGridText, toJson, withProgress } from '../output';

interface InspectFlags {
  readonly kind?: string;
  readonly limit?: number;
  readonly json?: true;
}

export async function inspectCommand(path: string, { kind: id, limit, json }: InspectFlags): Promise<void> {
  const source = await openSource(await findDatasetPath(path), id);
  const { form, kind } = source;
  const summaries = await withProgress((job) => summariseSplits(source, job, limit));
  if (json) return void process.stdout.write(`${toJson({ form, kind: kind.id, splits: summaries })}\n`);
  process.stdout.write(
    [`${formatEnglish(form)}, ${formatEnglish(kind.name)}`, ...summaries.map(formatSplitSummary), ''].join('\n'),
  );
  for await (const { inputs } of source.read(listSplits(source)[0]!))
    return void process.stdout.write(`\n${renderGridText(kind, inputs, inputs)}\n`);
}

export async function listCommand({ json }: { readonly json?: true }): Promise<void> {
  const sets = datasetSpecs.map(({ id, name, kind, summary }) => ({ id, name, kind, summary }));
  const library = openDatasetLibrary();
  const userDatasets = (await library.list()).filter(({ source }) => source === 'user');
  const kinds = listGenerated('puzzles').map(({ id, sizes, exampleId }) => {
    const { name, generator } = getKind(exampleId);
    return {
      id,
      name,
      sizes: sizes && { min: sizes.min, max: sizes.max, default: sizes.default },
      difficulties: (generator?.difficulties ?? []).map((band) => band.id),
      unit: generator ? message(`kinds.unit.${generator.unit}`) : null,
    };
  });
  const setLines = sets.map(({ id, summary }) => `  ${id.padEnd(12)} ${formatEnglish(summary)}`);
  const userDatasetLines = userDatasets.map(
    ({ id, kind, train, test, summary, problem }) =>
      `  ${id.padEnd(12)} ${problem ? formatEnglish(problem) : `${kind}, ${train.puzzles} training puzzles, ${test.puzzles} test puzzles; ${formatEnglish(summary)}`}`,
  );
  const kindLines = kinds.map(
    ({ id, sizes, difficulties }) =>
      `  ${id.padEnd(12)} ${sizes ? `sizes ${sizes.min}–${sizes.max}; ` : ''}${difficulties.join(', ')}`,
  );
  const text = [
    'Built-in datasets:',
    ...setLines,
    ...(userDatasets.length > 0 ? ['', 'Your datasets:', ...userDatasetLines] : []),
    '',
    'Puzzle kinds to generate, with sizes and difficulties:',
    ...kindLines,
    ...listGenerated('tasks').map(({ id }) => `  ${id.padEnd(12)} tasks made by built-in rules`),
  ].join('\n');
  process.stdout.write(`${json ? toJson({ sets, own: userDatasets, kinds }) : text}\n`);
}

export async function overlapCommand(
  one: string,
  other: string,
  { kind, json }: { readonly kind?: string; readonly json?: true },
): Promise<void> {
  const [first, second] = await Promise.all(
    [one, other].map(async (set) => openSource(await findDatasetPath(set), kind)),
  );
  if (first!.kind !== second!.kind)
    throw new UsageError(
      `${one} contains ${formatEnglish(first!.kind.name)}, ${other} contains ${formatEnglish(second!.kind.name)}: only datasets of the same kind can be compared`,
    );
  const { classes, puzzles } = await findOverlap(first!.kind, readAllPuzzles(first!), readAllPuzzles(second!));
  const text =
    puzzles === 0
      ? 'No puzzles in common, up to symmetry.'
      : `${puzzles} puzzles of ${other} (${classes} classes) are in ${one}, up to symmetry`;
  process.stdout.write(`${json ? JSON.stringify({ kind: first!.kind.id, classes, puzzles }) : text}\n`);
}

async function* readAllPuzzles(source: PuzzleSource): AsyncGenerator<Puzzle> {
  for (const split of listSplits(source)) yield* source.read(split);
}

const irregularities = {
  duplicates: 'are duplicates',
  symmetricCopies: 'are symmetric copies of other puzzles',
  contradictory: 'have contradictory clues',
  unsolvable: 'have no solution',
  severalSolutions: 'have several solutions',
  inEarlierSplit: 'are also in the training set, up to symmetry',
  undecided: 'were not decided within the search limit',
  wrongAnswers: 'have an answer that breaks the rules',
} as const;

/** Formats the summary of a split as lines of text. */
export function formatSplitSummary(summary: SplitSummary): string {
  const givens = Object.keys(summary.givens).map(Number);
  const range = givens.length === 0 ? '' : `, ${Math.min(...givens)}–${Math.max(...givens)} clues`;
  const found = (Object.keys(irregularities) as (keyof typeof irregularities)[])
    .filter((key) => summary[key] > 0)
    .map((key) => `  ${summary[key]} ${irregularities[key]}`);
  const techniques = Object.entries(summary.techniques)
    .sort(([, one], [, other]) => other - one)
    .map(([name, count]) => `${count} ${name}`);
  const hardest = techniques.length > 0 ? [`  hardest technique: ${techniques.join(', ')}`] : [];
  return [
    `${summary.split}: ${summary.puzzles} puzzles in ${summary.classes} symmetry classes${range}`,
    ...hardest,
    ...(found.length > 0 ? found : ['  no irregularities found']),
  ].join('\n');
}
