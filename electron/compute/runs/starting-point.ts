/** Models that are taught further. */
import type { Parent } from '../../../models/checkpoint/model-card';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import type { ModelConfig } from '../../../models/family/config';
import type { ModelState } from '../../../models/family/weights';

export interface StartingPoint {
  readonly model: StoredModel;
  readonly parent: Parent;
  readonly learns: 'everything' | 'puzzle embeddings';
}

/**
 * The weights for a configuration of the same shape. A puzzle table for other identifiers begins at the mean of
 * the rows it had, as in the reference: nothing is known yet of the new puzzles.
 */
export function fitted({ config, state }: StoredModel, wanted: ModelConfig): ModelState {
  const { puzzleEmbNdim: width, numPuzzleIdentifiers: rows } = wanted;
  if (rows === config.numPuzzleIdentifiers) return state;
  const mean = new Float32Array(width);
  state.puzzleTable.forEach((value, i) => (mean[i % width]! += value / config.numPuzzleIdentifiers));
  const puzzleTable = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) puzzleTable.set(mean, row * width);
  return { ...state, puzzleTable };
}
