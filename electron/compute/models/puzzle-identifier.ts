/** Under which identifier a model with puzzle embeddings is asked a puzzle. */
import { ReferenceSplit } from '../../../datasets/formats/reference-folder';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { Input } from '../../contract/contract';
import type { DatasetLibrary } from '../datasets/library';

/** The blank one: what a puzzle has that the model never met. */
const BLANK = 0;

/**
 * That of a row of the very set the model learnt from; of anything else the blank one.
 * @throws UnknownIdError, FormatError, RangeError where the set has no such row
 */
export async function identifierOf(
  datasets: DatasetLibrary,
  { config, card }: StoredModel,
  puzzle: Input<'traceSolve'>['puzzle'],
): Promise<number> {
  if (!puzzle || config.puzzleEmbNdim === 0) return BLANK;
  const place = await datasets.place(puzzle.dataset);
  // A set of the lab has no identifiers; the command line writes the folder of a set where the window writes its id.
  if (place === puzzle.dataset || ![puzzle.dataset, place].includes(card.dataset)) return BLANK;
  const split = await ReferenceSplit.open(place, puzzle.split);
  try {
    const [example] = await split.read(puzzle.index, puzzle.index + 1);
    // The set may have been made anew since, with more puzzles.
    return example && example.identifier < config.numPuzzleIdentifiers ? example.identifier : BLANK;
  } finally {
    await split.close();
  }
}
