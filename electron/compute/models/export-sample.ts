/** Exports models with the accuracy of an ONNX file, measured with test puzzles of the model. */
import type { Dataset } from '../../../datasets/catalog';
import { UnknownIdError } from '../../../datasets/kinds/kind-family';
import type { Puzzle, PuzzleKind } from '../../../datasets/kinds/puzzle-kind';
import { samplePuzzles, SAMPLE_SEED } from '../../../datasets/sample';
import type { ExportFormat } from '../../../models/checkpoint/export/export-format';
import { exportModel, type Exported, type ExportOptions } from '../../../models/checkpoint/export/export-model';
import { evaluateWeights, type SolvedPuzzles } from '../../../models/checkpoint/export/onnx-accuracy';
import type { StoredModel, TrainableModel } from '../../../models/checkpoint/model-folder';
import { isScored } from '../../../models/evaluate/accuracy';
import type { ModelConfig } from '../../../models/family/config';
import { message, MessageError, type Message } from '../../../renderer/messages/message';
import { errorText } from '../../contract/error-message';
import { hashDataset } from '../datasets/dataset-hash';

const MAX_PUZZLES = 200;

type LoadDataset = (name: string) => Promise<Dataset>;

/** At most 200 puzzles of the test set of a model, always the same; a reason where they are not known, cannot be read or do not fit. */
export async function readExportSample(
  { card, config }: StoredModel,
  load: LoadDataset,
): Promise<SolvedPuzzles | Message> {
  if (config.puzzleEmbNdim > 0) return message('checkpoint.export.puzzlesHaveEmbeddings');
  const { dataset: name, datasetHash } = card;
  const dataset = await loadOrReason(name, load);
  if ('id' in dataset) return dataset;
  if (datasetHash !== undefined && hashDataset(dataset) !== datasetHash)
    return message('checkpoint.export.datasetChanged', { dataset: name });
  const scored = dataset.test.filter(isScored);
  if (scored.length === 0) return message('checkpoint.export.noTestPuzzles', { dataset: name });
  return findMisfit(config, dataset.kind, scored, name) ?? sample(dataset.kind, scored);
}

/** @throws errors that are neither of the dataset nor of the disk */
async function loadOrReason(name: string, load: LoadDataset): Promise<Dataset | Message> {
  try {
    return await load(name);
  } catch (error) {
    if (isMissing(error)) return message('checkpoint.export.datasetMissing', { dataset: name });
    if (error instanceof MessageError) return error.text;
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return message('checkpoint.fileError', { file: name, reason: errorText(error) });
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof UnknownIdError || (error as NodeJS.ErrnoException).code === 'ENOENT';

/** The dataset of a card without a hash may be another one of the name, with puzzles of any size. */
function findMisfit({ seqLen, vocabSize }: ModelConfig, kind: PuzzleKind, scored: readonly Puzzle[], name: string) {
  const [cells, tokens] = [scored.find(({ inputs }) => inputs.length !== seqLen)?.inputs.length, kind.symbols.length];
  if (cells === undefined && tokens === vocabSize) return null;
  return message('models.fit.wrongGrid', {
    cells: seqLen,
    tokens: vocabSize,
    dataset: name,
    foundCells: cells ?? seqLen,
    foundTokens: tokens,
  });
}

async function sample(kind: PuzzleKind, scored: readonly Puzzle[]): Promise<SolvedPuzzles> {
  const read = async function* () {
    yield* scored;
  };
  const { puzzles } = await samplePuzzles(kind, read, { size: MAX_PUZZLES, seed: SAMPLE_SEED });
  const drawn = [];
  for await (const puzzle of puzzles) drawn.push(puzzle);
  return drawn;
}

/**
 * Exports a model; an ONNX file whose weights are not float32 with its accuracy, or a note why it was not measured.
 * @throws as `exportModel`
 */
export async function exportEvaluated(
  model: TrainableModel,
  { format, out, ...options }: ExportPlan,
  load: LoadDataset,
): Promise<Exported> {
  const { weights = 'float32' } = options;
  const sample = weights === 'float32' ? [] : await readExportSample(model, load);
  const { files, notes } = await exportModel(model, format, out, {
    ...options,
    ...(!('id' in sample) && { evaluateWeights: (exported, of) => evaluateWeights(exported, of, sample) }),
  });
  const reason = 'id' in sample ? [message('checkpoint.export.notMeasured', { weights, reason: sample })] : [];
  return { files, notes: [...notes, ...reason] };
}

interface ExportPlan extends Pick<ExportOptions, 'batchSize' | 'tokenType' | 'weights'> {
  readonly format: ExportFormat;
  readonly out: string;
}
