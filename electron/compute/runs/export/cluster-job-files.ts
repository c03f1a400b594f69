/** Text files of a cluster job: README.txt and train.sh. */
import { version } from '../../../../package.json';
import type { RunRecord } from '../run-record';
import type { ClusterDataset } from './cluster-job';
import type { ReferenceLimits, ReferenceSchedule } from './hydra-overrides';

interface ReadmeOptions {
  readonly record: RunRecord;
  /** Step of the weights. */
  readonly step: number;
  readonly dataset: ClusterDataset;
  readonly schedule: ReferenceSchedule;
  readonly limits: ReferenceLimits;
}

/** README.txt; lines are not wrapped. */
export function createReadme(options: ReadmeOptions): string {
  const paragraphs = [
    title(options),
    ...listObstacles(options.limits),
    fileList(options),
    startInstructions(options),
    differences(options.limits),
    importInstructions(options),
  ];
  return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function title({ record: { run, setup }, step }: ReadmeOptions): string[] {
  const name = run.name === null ? run.runId : `${run.name} (${run.runId})`;
  return [
    `${name.replace(/\s+/gu, ' ')}: ${setup.preset.name} on ${run.dataset.replace(/\s+/gu, ' ')}, step ${step} of ${run.maxSteps}, written by TRM Puzzle Lab ${version}.`,
  ];
}

/** Why the reference cannot use the model or its weights; empty if it can. */
export function listObstacles({ training, loading }: Pick<ReferenceLimits, 'training' | 'loading'>): string[][] {
  const list = (sentences: readonly string[]) => sentences.map((sentence) => `- ${sentence}.`);
  if (training.length > 0)
    return [['The reference cannot train this model. train.sh says so and stops.', ...list(training)]];
  if (loading.length === 0) return [];
  return [
    [
      'The reference cannot go on with these weights. train.sh says so and stops; with FRESH=1 in front of it, it trains a new model from nothing, built the way the reference builds it.',
      ...list(loading),
    ],
  ];
}

const fileList = ({ dataset: { made } }: ReadmeOptions): string[] => [
  'What is here',
  `  dataset/           the puzzles in the format of the reference: ${made}`,
  '  model.pt           the weights as they are evaluated (averaged, where the run keeps an average), named as a compiled model names them',
  '  model.config.json  the settings of the model, under the names of the reference',
  '  train.sh           the command that trains',
  '  README.txt         this',
];

function startInstructions({ schedule: { epochs, evalInterval, steps } }: ReadmeOptions): string[] {
  return [
    'How to start it',
    '  On a machine with CUDA, get github.com/SamsungSAILMontreal/TinyRecursiveModels, install what it asks for, and call',
    '    bash train.sh <folder of that code>',
    '  GPUS=4 in front trains on four of them. Overrides may follow, such as lr=0.0001; the last one of a name counts.',
    `  With epochs=${epochs} it makes about ${steps.toLocaleString('en')} steps; after every eval_interval=${evalInterval} it looks at the held-out puzzles and writes a checkpoint. epochs must stay a multiple of eval_interval.`,
    '  All numbers are float32, as in the lab. Nothing is sent to Weights & Biases unless WANDB_MODE=online stands in front.',
  ];
}

const differences = ({ differences: sentences }: ReferenceLimits): string[] => [
  'What the reference does otherwise',
  ...sentences.map((sentence) => `  - ${sentence}.`),
];

function importInstructions({
  record: {
    run,
    setup: {
      config: { model },
    },
  },
}: ReadmeOptions): string[] {
  // Ids of custom kinds contain the characters of their puzzles.
  const kind = /^[\w.-]+$/u.test(run.kind) ? ` --kind ${run.kind}` : '';
  return [
    'How to bring the result back',
    '  checkpoints/ beside train.sh holds step_<number> and all_config.yaml. On any machine with the lab (from its sources: npm run lab -- model import, and so on):',
    `    lab model import checkpoints${kind} --set seq_len=${model.seqLen}`,
    '  It takes the last checkpoint, and of it the averaged weights where there are some. all_config.yaml does not say how many cells a puzzle has; seq_len does.',
  ];
}
interface TrainScriptOptions {
  /** From `referenceOverrides`. */
  readonly overrides: readonly string[];
  readonly batchSize: number;
  /** Why the reference cannot continue with the weights, without full stop; null if it can. */
  readonly loadingObstacles: string | null;
  /** Why the reference cannot train the model; null if it can. */
  readonly trainingObstacles: string | null;
}

/**
 * train.sh, a bash script that starts the reference's trainer with the settings of a run. The settings contain no
 * character with a meaning in double quotes; the script stops in a path that hydra would misread.
 */
export function createTrainScript({
  overrides,
  batchSize,
  loadingObstacles,
  trainingObstacles,
}: TrainScriptOptions): string {
  return [
    '#!/usr/bin/env bash',
    '# Trains with the PyTorch code of github.com/SamsungSAILMontreal/TinyRecursiveModels. README.txt explains it.',
    '#   bash train.sh <folder of that code> [more overrides]        GPUS=4 in front of it for four of them',
    'set -euo pipefail',
    'stop() { echo "train.sh: $1" >&2; exit 2; }',
    '',
    ...(trainingObstacles === null ? [] : [`stop "the reference cannot train this model: ${trainingObstacles}"`, '']),
    'here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"',
    'code="${1:-}"',
    'gpus="${GPUS:-1}"',
    '[ -f "$code/pretrain.py" ] || stop "expected the folder of TinyRecursiveModels, found no pretrain.py in \'$code\'"',
    'case "$here" in *[\\"\\\'\\\\\\$]*) stop "hydra would misread the path of this folder: put it where the path has no quote, backslash or dollar sign ($here)" ;; esac',
    `[[ "$gpus" =~ ^[1-9][0-9]*$ ]] && [ $((${batchSize} % gpus)) -eq 0 ] || stop "a batch of ${batchSize} cannot be shared evenly: GPUS must divide it, found $gpus"`,
    ...startLines(loadingObstacles),
    '',
    '# The reference logs to Weights & Biases. Offline it keeps the log in its own folder, and sends nothing.',
    'export WANDB_MODE="${WANDB_MODE:-offline}"',
    'cd "$code"',
    'exec torchrun --standalone --nproc-per-node "$gpus" pretrain.py \\',
    ...overrides.map((override) => `  ${override} \\`),
    '  "data_paths=[\\"$here/dataset\\"]" evaluators=[] \\',
    '  "++checkpoint_path=\\"$here/checkpoints\\"" ${start[@]+"${start[@]}"} "${@:2}"',
    '',
  ].join('\n');
}

/** Lines that load the weights, or require FRESH=1. */
function startLines(loadingObstacles: string | null): string[] {
  if (loadingObstacles === null)
    return [
      '# The names in model.pt are those of a compiled model.',
      'unset DISABLE_COMPILE',
      'start=("++load_checkpoint=\\"$here/model.pt\\"")',
    ];
  return [
    `[ "\${FRESH:-}" = 1 ] || stop "the reference cannot go on with these weights: ${loadingObstacles}. FRESH=1 trains a new model of its own instead"`,
    'start=()',
  ];
}
