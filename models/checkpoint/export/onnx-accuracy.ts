/** How many puzzles a model solves as an ONNX file, whose weights may be stored in fewer bits. */
import type { Puzzle } from '../../../datasets/kinds/puzzle-kind';
import { wilsonInterval } from '../../evaluate/accuracy';
import { message, type Message } from '../../../renderer/messages/message';
import type { WeightStorage } from '../../onnx/weight-storage';
import { createTensor, openFile, type OnnxSession } from '../../runtime/onnxruntime';
import type { StoredModel } from '../model-folder';
import { encodeOnnx, solveFile } from './onnx-files';

/** Puzzles with a known answer. */
export type SolvedPuzzles = readonly Pick<Puzzle, 'inputs' | 'labels'>[];

/** Puzzles of one run; more would only take more memory. */
const BATCH = 16;

/** Number of puzzles with every cell correct after the last step, for a model without puzzle embeddings. */
export async function countSolved(
  model: Pick<StoredModel, 'config' | 'state'>,
  weights: WeightStorage,
  puzzles: SolvedPuzzles,
): Promise<number> {
  const { bytes, batchSize } = encodeOnnx(solveFile, model, { weights });
  const session = await openFile(bytes);
  let solved = 0;
  try {
    for (let from = 0; from < puzzles.length; from += batchSize ?? BATCH)
      solved += await solveBatch(session, puzzles.slice(from, from + (batchSize ?? BATCH)));
    return solved;
  } finally {
    await session.release();
  }
}

async function solveBatch(session: OnnxSession, puzzles: SolvedPuzzles): Promise<number> {
  const cells = puzzles[0]!.inputs.length;
  const tokens = Int32Array.from(puzzles.flatMap(({ inputs }) => [...inputs]));
  const { preds } = await session.run({ inputs: createTensor('int32', tokens, [puzzles.length, cells]) });
  const answers = preds!.data as Int32Array;
  const isSolved = ({ labels }: SolvedPuzzles[number], row: number) =>
    labels.every((label, cell) => label === 0 || label === answers[row * cells + cell]);
  return puzzles.filter(isSolved).length;
}

export interface EvaluatedWeights {
  readonly metadata: Readonly<Record<string, string>>;
  readonly note: Message;
}

/** Solves the puzzles with the stored weights and with those of float32. */
export async function evaluateWeights(
  model: Pick<StoredModel, 'config' | 'state'>,
  weights: WeightStorage,
  puzzles: SolvedPuzzles,
): Promise<EvaluatedWeights> {
  const [solved, before] = [await countSolved(model, weights, puzzles), await countSolved(model, 'float32', puzzles)];
  const count = puzzles.length;
  return {
    metadata: {
      [`accuracy_${weights}`]: describeAccuracy(solved, count),
      accuracy_float32_same_puzzles: describeAccuracy(before, count),
    },
    note: message('checkpoint.export.measured', { weights, solved, count, before }),
  };
}

/** As in the metadata of the file: share, 95 % interval and number of puzzles. */
export const describeAccuracy = (solved: number, count: number): string =>
  JSON.stringify({ exact: solved / count, interval: wilsonInterval(solved, count), count });
