/** The test puzzles that the accuracy of an exported ONNX file is measured with. */
import { samplePuzzles, SAMPLE_SEED } from '../../datasets/sample';
import type { SolvedPuzzles } from '../../models/checkpoint/export/onnx-accuracy';
import type { StoredModel } from '../../models/checkpoint/model-folder';
import { isScored } from '../../models/evaluate/accuracy';
import { message, type Message } from '../../renderer/messages/message';
import { hashDataset } from '../compute/datasets/dataset-hash';
import { loadNamedDataset } from './resolve-names';

const MAX_PUZZLES = 200;

/** At most 200 puzzles of the test set of a model, always the same; a reason where they are not known. */
export async function readExportSample({ card, config }: StoredModel): Promise<SolvedPuzzles | Message> {
  if (config.puzzleEmbNdim > 0) return message('checkpoint.export.puzzlesHaveEmbeddings');
  const { dataset: name, datasetHash } = card;
  const dataset = await loadNamedDataset(name).catch(() => null);
  if (dataset === null) return message('checkpoint.export.datasetMissing', { dataset: name });
  if (datasetHash !== undefined && hashDataset(dataset) !== datasetHash)
    return message('checkpoint.export.datasetChanged', { dataset: name });
  const scored = dataset.test.filter(isScored);
  if (scored.length === 0) return message('checkpoint.export.noTestPuzzles', { dataset: name });
  const read = async function* () {
    yield* scored;
  };
  const { puzzles } = await samplePuzzles(dataset.kind, read, { size: MAX_PUZZLES, seed: SAMPLE_SEED });
  const sample = [];
  for await (const puzzle of puzzles) sample.push(puzzle);
  return sample;
}
