/** The dataset of a condition: as it is, split again so that test puzzles leak into the training, or with test puzzles of another size. */
import type { Dataset } from '../../../datasets/catalog';
import { generatePuzzles } from '../../../datasets/generate-puzzles';
import type { Puzzle, PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { getKind } from '../../../datasets/kinds/registry';
import { Random } from '../../../datasets/random';
import { SAMPLE_SEED } from '../../../datasets/sample';
import { applyToPuzzle } from '../../../datasets/symmetry';
import { MessageError } from '../../../renderer/messages/message';
import type { Condition, ExperimentTest, SplitChoice } from '../../contract/experiments';

/** @throws MessageError for puzzles with identifiers, or of a kind that cannot be generated; UnknownIdError for an unknown kind */
export function prepareDataset(dataset: Dataset, source: Condition['source'], test: ExperimentTest): Dataset {
  if ('preset' in source) return source.split === undefined ? dataset : splitAgain(dataset, source.split);
  if (source.testKind === undefined || test.type === 'final') return dataset;
  return withTestKind(dataset, getKind(source.testKind), test.puzzles);
}

/**
 * The test set is cut to half as many puzzles as are trained on. They are held out with their classes, or take the place of half of the
 * training puzzles: as other copies of the same classes, or as they are. Every choice has the same test set and as many training puzzles.
 * @throws MessageError for puzzles with identifiers
 */
export function splitAgain(dataset: Dataset, choice: SplitChoice): Dataset {
  if (dataset.identified) throw new MessageError('experiments.splitIdentified', { dataset: dataset.spec.id });
  const test = dataset.test.slice(0, Math.floor(dataset.train.length / 2));
  if (choice === 'classes') return { ...dataset, test };
  const leaked = choice === 'leaked' ? test : copyPuzzles(dataset.kind, test);
  return { ...dataset, test, train: [...leaked, ...dataset.train.slice(test.length)] };
}

/** Another puzzle of the class of each. */
function copyPuzzles(kind: PuzzleKind, puzzles: readonly Puzzle[]): Puzzle[] {
  const random = Random.seeded(SAMPLE_SEED);
  return puzzles.map((puzzle) => applyToPuzzle(kind.drawSymmetry(random), puzzle));
}

/** The same for every condition and seed. */
function withTestKind(dataset: Dataset, kind: PuzzleKind, count: number): Dataset {
  const test = [...generatePuzzles(kind, { count, random: Random.seeded(SAMPLE_SEED) })];
  return { ...dataset, kind, test, identified: null };
}
