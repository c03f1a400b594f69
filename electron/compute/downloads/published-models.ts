/**
 * Checkpoints that others have published. What could not be verified is null, and the user is told so: a licence that is
 * not known, a checksum that is not known (then the size and the format are checked).
 */
import { message } from '../../../renderer/messages/message';
import { huggingFace, type DownloadSpec, type FileSpec } from './download-specs';

export interface PublishedModelSpec extends DownloadSpec {
  /** Name of the licence of the weights; null where it could not be verified. */
  readonly licence: string | null;
  /** Id of the dataset whose puzzles the model was trained for, in `datasetSpecs`. */
  readonly dataset: string;
  /** Exact accuracy on that dataset that the publisher states; null where none was found. Not measured here. */
  readonly reported: number | null;
  /** The file of weights; a config file beside it is read too. */
  readonly weights: string;
  /** Settings under the reference's names that the files do not contain. */
  readonly settings: Readonly<Record<string, number | string | boolean>>;
}

/** The reference's recipe for Sudoku-Extreme with token mixing, as everyone who loads these weights states it. */
const mlpSettings = {
  name: 'recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1',
  H_cycles: 3,
  L_cycles: 6,
  halt_max_steps: 16,
  expansion: 4,
  pos_encodings: 'none',
  puzzle_emb_len: 16,
  mlp_t: true,
  no_ACT_continue: true,
  seq_len: 81,
};

/** The same for mazes, with attention. */
const mazeSettings = {
  ...mlpSettings,
  L_cycles: 4,
  num_heads: 8,
  pos_encodings: 'rope',
  mlp_t: false,
  seq_len: 900,
};

const sudoku = { kind: 'sudoku-9x9', dataset: 'sudoku-extreme' } as const;
const maze = { kind: 'maze-30', dataset: 'maze-hard' } as const;

type Weights = Partial<Pick<FileSpec, 'bytes' | 'roughBytes' | 'sha256'>>;

/** Home page, files and file of weights of a repository. Only the weights have a stated size and checksum. */
function repository(name: string, revision: string, weights: Weights & { readonly path: string }, config?: string) {
  const { homepage, file } = huggingFace(name, revision);
  const { path, ...known } = weights;
  const unknown = { bytes: null, sha256: null };
  const files: readonly FileSpec[] = [
    { ...unknown, ...file(path), ...known },
    ...(config ? [{ ...unknown, ...file(config) }] : []),
  ];
  return { homepage, files, weights: files[0]!.name };
}

export const publishedModels: readonly PublishedModelSpec[] = [
  {
    id: 'trm-sudoku-alphaxiv',
    name: 'TRM Sudoku-Extreme (alphaXiv)',
    summary: message('models.published.trmMlp', { publisher: 'alphaXiv' }),
    ...sudoku,
    licence: null,
    reported: 0.794,
    settings: mlpSettings,
    ...repository('alphaXiv/trm-model-sudoku', 'main', {
      path: 'step_32550_sudoku_epoch50k',
      roughBytes: 20_100_000,
    }),
  },
  {
    id: 'trm-sudoku-gao',
    name: 'TRM Sudoku-Extreme (Xin Gao)',
    summary: message('models.published.trmMlp', { publisher: 'Xin Gao' }),
    ...sudoku,
    licence: 'Apache 2.0',
    reported: 0.848,
    settings: mlpSettings,
    ...repository('Sanjin2024/TinyRecursiveModels-Sudoku-Extreme-mlp', '256f32fcbe7123e8bf8c449410773a5ad311dbc5', {
      path: 'step_16275',
      roughBytes: 20_100_000,
      sha256: '20e9dc7ebf83b9b41a8b3f58f5fd94ee3a7eb0b0d245bdeeb14e2f1488d1daaf',
    }),
  },
  {
    id: 'trm-sudoku-cgar',
    name: 'TRM Sudoku-Extreme (CGAR)',
    summary: message('models.published.trmCurriculum', { publisher: 'Kaleem Ullah Qasim, Jiashu Zhang' }),
    ...sudoku,
    licence: 'MIT',
    reported: 0.8602,
    settings: mlpSettings,
    ...repository('Kaleemullah/trm-cgar-sudoku', 'main', { path: 'pytorch_model.bin', roughBytes: 20_100_000 }),
  },
  {
    id: 'trm-maze-alphaxiv',
    name: 'TRM Maze-Hard (alphaXiv)',
    summary: message('models.published.trmAttention', { publisher: 'alphaXiv' }),
    ...maze,
    licence: null,
    reported: 0.8367,
    settings: mazeSettings,
    ...repository('alphaXiv/trm-model-maze', 'main', { path: 'maze_hard_step_32550', roughBytes: 27_300_000 }),
  },
  {
    id: 'trm-maze-gao',
    name: 'TRM Maze-Hard (Xin Gao)',
    summary: message('models.published.trmAttention', { publisher: 'Xin Gao' }),
    ...maze,
    licence: 'Apache 2.0',
    reported: 0.787,
    settings: { seq_len: 900 },
    ...repository(
      'Sanjin2024/TinyRecursiveModel-Maze-Hard',
      'main',
      { path: 'step_9765', roughBytes: 27_300_000 },
      'all_config.yaml',
    ),
  },
  {
    id: 'hrm-sudoku',
    name: 'HRM Sudoku-Extreme (Sapient)',
    summary: message('models.published.hrm'),
    ...sudoku,
    licence: null,
    reported: null,
    settings: { seq_len: 81 },
    ...repository(
      'sapientinc/HRM-checkpoint-sudoku-extreme',
      'main',
      { path: 'checkpoint', roughBytes: 109_100_000 },
      'all_config.yaml',
    ),
  },
  {
    id: 'hrm-maze',
    name: 'HRM Maze-Hard (Sapient)',
    summary: message('models.published.hrm'),
    ...maze,
    licence: null,
    reported: null,
    settings: { seq_len: 900 },
    ...repository(
      'sapientinc/HRM-checkpoint-maze-30x30-hard',
      'main',
      { path: 'checkpoint', roughBytes: 109_100_000 },
      'all_config.yaml',
    ),
  },
];
