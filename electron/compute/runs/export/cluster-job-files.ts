/** Text files of a cluster job: README.txt and train.sh. */
import { version } from '../../../../package.json';
import { formatEnglish } from '../../../../renderer/messages/english';
import type { Text } from '../../../../renderer/messages/message';
import { formatInteger } from '../../../contract/format';
import type { RunRecord } from '../run-record';
import type { ClusterDataset } from './cluster-job';
import type { ReferenceLimits, ReferenceSchedule } from './hydra-overrides';

/** The version of the reference's code that `hydra-overrides.ts` describes (October 2025). */
const REFERENCE_COMMIT = 'e7b68717f0a6c4cbb4ce6fbef787b14f42083bd9';

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
    listDifferences(options.limits),
    importInstructions(options),
  ];
  return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function title({ record: { run, setup }, step }: ReadmeOptions): string[] {
  const name = run.name === null ? run.runId : `${run.name} (${run.runId})`;
  return [
    `${name.replace(/\s+/gu, ' ')}: ${formatEnglish(setup.preset.name)} on ${run.dataset.replace(/\s+/gu, ' ')}, step ${formatInteger(step)} of ${formatInteger(run.maxSteps)}, exported from TRM Puzzle Lab ${version}.`,
  ];
}

/** Why the reference cannot use the model or its weights; empty if it can. */
function listObstacles({ training, loading }: Pick<ReferenceLimits, 'training' | 'loading'>): string[][] {
  const list = (reasons: readonly Text[]) => reasons.map((reason) => `- ${formatEnglish(reason)}.`);
  if (training.length > 0)
    return [
      ['The reference implementation cannot train this model. train.sh reports this and stops.', ...list(training)],
    ];
  if (loading.length === 0) return [];
  return [
    [
      'The reference implementation cannot continue from these weights. train.sh reports this and stops; with FRESH=1 before the command, it trains a new model with the architecture of the reference instead.',
      ...list(loading),
    ],
  ];
}

const fileList = ({ dataset: { description } }: ReadmeOptions): string[] => [
  'Files',
  `  dataset/           puzzles in the format of the reference implementation: ${description}`,
  '  model.pt           weights that are evaluated (the average, if the run has one), with the tensor names of a compiled model',
  '  model.config.json  settings of the model, with the names of the reference implementation',
  '  train.sh           script that starts training',
  '  README.txt         this file',
];

function startInstructions({ schedule: { epochs, evalInterval, steps } }: ReadmeOptions): string[] {
  return [
    'How to start training',
    '  On a machine with CUDA, download the version of the code that this job was written for, install its requirements, and run train.sh:',
    '    git clone https://github.com/SamsungSAILMontreal/TinyRecursiveModels',
    `    git -C TinyRecursiveModels checkout ${REFERENCE_COMMIT}`,
    '    bash train.sh <folder of that code>',
    '  Put GPUS=4 before the command to train on four GPUs. Overrides such as lr=0.0001 may follow; the last one of each name applies.',
    `  With epochs=${epochs} it trains about ${formatInteger(steps)} steps; every eval_interval=${evalInterval} epochs it evaluates the test puzzles and writes a checkpoint. epochs must be a multiple of eval_interval.`,
    '  All values are float32, as in TRM Puzzle Lab. Nothing is sent to Weights & Biases unless you put WANDB_MODE=online before the command.',
  ];
}

const listDifferences = ({ differences }: ReferenceLimits): string[] => [
  'Differences of the reference implementation',
  ...differences.map((difference) => `  - ${difference}.`),
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
    'How to import the result',
    '  checkpoints/ beside train.sh contains step_<number> and all_config.yaml. On any computer with TRM Puzzle Lab (from its sources: npm run lab -- model import …), run',
    `    lab model import checkpoints${kind} --set seq_len=${model.seqLen}`,
    '  This imports the last checkpoint, with its averaged weights if it has them. seq_len is the number of cells of a puzzle, which all_config.yaml does not contain; beside dataset/ it is found without.',
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
    '# Trains with the PyTorch code of github.com/SamsungSAILMontreal/TinyRecursiveModels, see README.txt.',
    '#   bash train.sh <folder of that code> [more overrides]        GPUS=4 before it for four GPUs',
    'set -euo pipefail',
    'stop() { echo "train.sh: $1" >&2; exit 2; }',
    '',
    ...(trainingObstacles === null
      ? []
      : [`stop "the reference implementation cannot train this model: ${trainingObstacles}"`, '']),
    'here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"',
    'code="${1:-}"',
    'gpus="${GPUS:-1}"',
    '[ -f "$code/pretrain.py" ] || stop "expected the folder of TinyRecursiveModels, found no pretrain.py in \'$code\'"',
    'case "$here" in *[\\"\\\'\\\\\\$]*) stop "hydra would misread the path of this folder ($here): move it to a path without quotes, backslashes and dollar signs" ;; esac',
    `[[ "$gpus" =~ ^[1-9][0-9]*$ ]] && [ $((${batchSize} % gpus)) -eq 0 ] || stop "GPUS must divide the batch size ${batchSize}, got $gpus"`,
    ...startLines(loadingObstacles),
    '',
    '# The reference implementation logs to Weights & Biases. Offline it only writes to its own folder.',
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
      '# model.pt has the tensor names of a compiled model.',
      'unset DISABLE_COMPILE',
      'start=("++load_checkpoint=\\"$here/model.pt\\"")',
    ];
  return [
    `[ "\${FRESH:-}" = 1 ] || stop "the reference implementation cannot continue from these weights: ${loadingObstacles}. FRESH=1 trains a new model instead"`,
    'start=()',
  ];
}
