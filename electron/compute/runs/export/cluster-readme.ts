/** README.txt of a cluster job. */
import { trainingStateFile } from '../../../../models/checkpoint/import/weights-file';
import { version } from '../../../../package.json';
import { formatEnglish } from '../../../../renderer/messages/english';
import type { Text } from '../../../../renderer/messages/message';
import { formatInteger } from '../../../contract/format';
import type { RunRecord } from '../run-record';
import type { ClusterDataset } from './cluster-job';
import { REFERENCE_COMMIT, REFERENCE_URL } from './cluster-scripts';
import type { ReferenceLimits, ReferenceSchedule } from './hydra-overrides';

interface ReadmeOptions {
  readonly record: RunRecord;
  /** Step of the weights. */
  readonly step: number;
  readonly dataset: ClusterDataset;
  readonly schedule: ReferenceSchedule;
  readonly limits: ReferenceLimits;
  /** Whether there is a file of the training state: a saved model has none. */
  readonly hasTrainingState: boolean;
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

const fileList = ({ dataset: { description }, hasTrainingState }: ReadmeOptions): string[] => [
  'Files',
  `  dataset/              puzzles in the format of the reference implementation: ${description}`,
  '  model.pt              weights that are evaluated (the average, if the run has one), with the tensor names of a compiled model',
  '  model.config.json     settings of the model, with the names of the reference implementation',
  ...(hasTrainingState
    ? [`  ${trainingStateFile}  for PyTorch: weights that are trained, their average, optimizer moments and step`]
    : []),
  '  load_state.py         script that gives these to the trainer',
  '  train.sh              script that starts training',
  '  job.slurm             batch file for Slurm that runs train.sh',
  '  Containerfile         container with the code and its requirements',
  '  README.txt            this file',
];

function startInstructions({ schedule: { epochs, evalInterval, steps } }: ReadmeOptions): string[] {
  return [
    'How to start training',
    '  On a machine with CUDA, download the version of the code that this job was written for, install its requirements, and run train.sh:',
    `    git clone ${REFERENCE_URL}`,
    `    git -C TinyRecursiveModels checkout ${REFERENCE_COMMIT}`,
    '    bash train.sh <folder of that code>',
    '  Put GPUS=4 before the command to train on four GPUs. Overrides such as lr=0.0001 may follow; the last one of each name applies.',
    '  On two machines, run NODES=2 HEAD=<first machine>:29500 GPUS=4 bash train.sh … on both. With Slurm: sbatch job.slurm <folder of that code>.',
    '  Containerfile builds a container with the code and its requirements; its first lines have the commands.',
    '  train.sh stops if the code is another version; with ANY_COMMIT=1 before the command, it uses it all the same.',
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
    '  This imports the last checkpoint, with its averaged weights and the state of its optimizer if it has them. seq_len is the number of cells of a puzzle, which all_config.yaml does not contain; beside dataset/ it is found without.',
  ];
}
