/** What of a run the reference's PyTorch code cannot do, or does otherwise. Each was found by reading or running that code. */
import type { ModelConfig } from '../../../../models/family/config';
import { puzzlePositions } from '../../../../models/family/config';
import { inner } from '../../../../models/family/weights';
import { REFERENCE_INNER_MULTIPLE } from '../../../../models/checkpoint/reference-config';
import type { RunConfig } from '../../../../models/train/run-config';

/** Sentences, each without its full stop. */
export interface ReferenceLimits {
  /** It cannot train such a model at all. */
  readonly training: readonly string[];
  /** It cannot take these weights; a new model of this kind it can train. */
  readonly loading: readonly string[];
  /** It trains, and does something otherwise. */
  readonly otherwise: readonly string[];
}

export function referenceLimits(config: RunConfig): ReferenceLimits {
  const { model } = config;
  return {
    training: said(againstTraining(model)),
    loading: said(againstLoading(model)),
    otherwise: said([...modelOtherwise(model), ...learningOtherwise(config)]),
  };
}

type Finding = readonly [applies: boolean, sentence: string];

const said = (findings: readonly Finding[]): string[] =>
  findings.filter(([applies]) => applies).map(([, sentence]) => sentence);

const isTrm = ({ family }: ModelConfig): boolean => family === 'trm' || family === 'singleZ';

function againstTraining(model: ModelConfig): Finding[] {
  return [
    [model.loss === 'softmax', 'its loss head stops at the softmax loss, which takes no mask there'],
    [
      isTrm(model) && !model.noActContinue,
      'its TRM stops at the target for "continue": that line expects another number of results',
    ],
    [
      !isTrm(model) && model.posEncodings === 'none',
      'its HRM and its baseline stop where there are no position encodings',
    ],
  ];
}

function againstLoading(model: ModelConfig): Finding[] {
  const [own, its] = [inner(model), inner({ ...model, innerMultiple: REFERENCE_INNER_MULTIPLE })];
  const front = Math.ceil(model.puzzleEmbNdim / model.hiddenSize);
  const widths = [
    own.channels !== its.channels && `${own.channels} instead of ${its.channels}`,
    model.mlpT && own.positions !== its.positions && `${own.positions} instead of ${its.positions} over positions`,
  ].filter((width) => width !== false);
  return [
    [
      widths.length > 0,
      `the gated MLPs of this model are ${widths.join(' and ')} wide inside, for its inner widths are multiples of ${model.innerMultiple} and those of the reference of ${REFERENCE_INNER_MULTIPLE}`,
    ],
    [model.separateNetworks, 'this model has separate networks for zH and zL, and its TRM has one for both'],
    [
      model.puzzleEmbNdim === 0,
      'this model has no puzzle embeddings, and its loader of checkpoints looks for their table in every model',
    ],
    [
      !isTrm(model) && puzzlePositions(model) !== front,
      `this model has ${puzzlePositions(model)} positions in front of the cells, and its HRM and its baseline have ${front}`,
    ],
  ];
}

function modelOtherwise(model: ModelConfig): Finding[] {
  return [
    [model.oneStepGradient, 'gradients go through the whole last cycle, here through the last updates only'],
    [
      model.family === 'hrm' && model.noActContinue,
      'its HRM halts where halting is worth more than going on, here where qHalt is above 0',
    ],
    [
      model.family === 'direct' && model.noActContinue,
      'its baseline halts where halting is worth more than going on, here where qHalt is above 0',
    ],
  ];
}

function learningOtherwise({ optimiser, ema, precision }: RunConfig): Finding[] {
  return [
    [optimiser.name === 'adamW', 'its optimiser is AdamATan2, here AdamW'],
    [
      ema?.warmup ?? false,
      'its average of the weights has no warm-up: in the first thousand steps it follows more slowly',
    ],
    [(precision ?? 'float32') !== 'float32', `it computes in float32, here in ${precision}`],
    [
      true,
      'the moments of the optimiser begin at zero, and so does the count of steps that the learning rate follows: it warms up once more',
    ],
    [true, 'it knows no limit of time'],
  ];
}
