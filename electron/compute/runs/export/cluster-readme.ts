/** README.txt of a run that is carried to a cluster. */
import { version } from '../../../../package.json';
import type { RunRecord } from '../run-record';
import type { ClusterDataset } from './cluster-dataset';
import type { ReferenceLimits } from './reference-limits';
import type { ReferenceSchedule } from './reference-schedule';

export interface ReadmeOptions {
  readonly record: RunRecord;
  /** That the weights are of. */
  readonly step: number;
  readonly dataset: ClusterDataset;
  readonly schedule: ReferenceSchedule;
  readonly limits: ReferenceLimits;
}

/** Plain words; lines are as long as they come. */
export function clusterReadme(options: ReadmeOptions): string {
  const paragraphs = [
    title(options),
    ...firstOfAll(options.limits),
    files(options),
    starting(options),
    otherwise(options.limits),
    back(options),
  ];
  return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function title({ record: { run, setup }, step }: ReadmeOptions): string[] {
  const name = run.name === null ? run.runId : `${run.name} (${run.runId})`;
  return [
    `${name.replace(/\s+/gu, ' ')}: ${setup.preset.name} on ${run.dataset.replace(/\s+/gu, ' ')}, step ${step} of ${run.maxSteps}, written by TRM Puzzle Lab ${version}.`,
  ];
}

/** What a reader must know before anything else. */
export function firstOfAll({ training, loading }: Pick<ReferenceLimits, 'training' | 'loading'>): string[][] {
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

const files = ({ dataset: { made } }: ReadmeOptions): string[] => [
  'What is here',
  `  dataset/           the puzzles in the format of the reference: ${made}`,
  '  model.pt           the weights as they are evaluated (averaged, where the run keeps an average), named as a compiled model names them',
  '  model.config.json  the settings of the model, under the names of the reference',
  '  train.sh           the command that trains',
  '  README.txt         this',
];

function starting({ schedule: { epochs, evalInterval, steps } }: ReadmeOptions): string[] {
  return [
    'How to start it',
    '  On a machine with CUDA, get github.com/SamsungSAILMontreal/TinyRecursiveModels, install what it asks for, and call',
    '    bash train.sh <folder of that code>',
    '  GPUS=4 in front trains on four of them. Overrides may follow, such as lr=0.0001; the last one of a name counts.',
    `  With epochs=${epochs} it makes about ${steps.toLocaleString('en')} steps; after every eval_interval=${evalInterval} it looks at the held-out puzzles and writes a checkpoint. epochs must stay a multiple of eval_interval.`,
    '  All numbers are float32, as in the lab. Nothing is sent to Weights & Biases unless WANDB_MODE=online stands in front.',
  ];
}

const otherwise = ({ otherwise: sentences }: ReferenceLimits): string[] => [
  'What the reference does otherwise',
  ...sentences.map((sentence) => `  - ${sentence}.`),
];

function back({
  record: {
    run,
    setup: {
      config: { model },
    },
  },
}: ReadmeOptions): string[] {
  // Ids of custom kinds hold the characters of their puzzles.
  const kind = /^[\w.-]+$/u.test(run.kind) ? ` --kind ${run.kind}` : '';
  return [
    'How to bring the result back',
    '  checkpoints/ beside train.sh holds step_<number> and all_config.yaml. On any machine with the lab (from its sources: npm run lab -- model import, and so on):',
    `    lab model import checkpoints${kind} --set seq_len=${model.seqLen}`,
    '  It takes the last checkpoint, and of it the averaged weights where there are some. all_config.yaml does not say how many cells a puzzle has; seq_len does.',
  ];
}
