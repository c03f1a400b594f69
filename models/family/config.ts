/** What defines a model of the family, and which combinations make sense. */

/**
 * - `trm`: zH and zL, one network for both (two with `separateNetworks`); arXiv 2510.04871
 * - `singleZ`: one state only, an ablation of the same paper
 * - `hrm`: two networks, gradients through the last two updates; arXiv 2506.21734
 * - `direct`: one transformer, applied once a supervision step
 */
export const families = ['trm', 'singleZ', 'hrm', 'direct'] as const;
export type Family = (typeof families)[number];

export interface ModelConfig {
  readonly family: Family;
  /** Cells of the grid (S). */
  readonly seqLen: number;
  readonly vocabSize: number;
  /** D */
  readonly hiddenSize: number;
  readonly numHeads: number;
  /** Inner width of the gated MLPs as a multiple of their width, before the factor 2/3. */
  readonly expansion: number;
  /** Inner widths are rounded up to a multiple of this; 256 in the reference. */
  readonly innerMultiple: number;
  /** Blocks of the network that updates zH, where it is not shared. */
  readonly hLayers: number;
  readonly lLayers: number;
  /** T */
  readonly hCycles: number;
  /** n */
  readonly lCycles: number;
  /** Supervision steps at most. */
  readonly haltMaxSteps: number;
  readonly haltExplorationProb: number;
  /** Token-mixing MLP instead of attention. */
  readonly mlpT: boolean;
  readonly posEncodings: 'rope' | 'learned' | 'none';
  /** TRM with a network of its own for zH. */
  readonly separateNetworks: boolean;
  /** TRM with gradients through the very last update of zL and of zH only, as in HRM. */
  readonly oneStepGradient: boolean;
  /** Numbers learnt for each puzzle identifier; 0 for none. */
  readonly puzzleEmbNdim: number;
  /** Positions in front that they fill; 0 for as many as they need. */
  readonly puzzleEmbLen: number;
  readonly numPuzzleIdentifiers: number;
  readonly loss: 'stablemax' | 'softmax';
  /** Halt when qHalt > 0; else when qHalt > qContinue. */
  readonly noActContinue: boolean;
}

/** What the paper's own model has where a preset says nothing else. */
export const trmDefaults = {
  family: 'trm',
  hLayers: 0,
  separateNetworks: false,
  oneStepGradient: false,
  puzzleEmbNdim: 0,
  puzzleEmbLen: 0,
  numPuzzleIdentifiers: 1,
  loss: 'stablemax',
  noActContinue: true,
} as const satisfies Partial<ModelConfig>;

export const RMS_NORM_EPSILON = 1e-5;
export const ROPE_BASE = 10000;

/** P: positions in front of the cells. */
export const puzzlePositions = ({ puzzleEmbNdim, puzzleEmbLen, hiddenSize }: ModelConfig): number =>
  puzzleEmbLen || Math.ceil(puzzleEmbNdim / hiddenSize);

/** L = P + S */
export const positions = (config: ModelConfig): number => puzzlePositions(config) + config.seqLen;

/** The states a model carries from step to step. */
export const carriedStates = ({ family }: ModelConfig): readonly ('zH' | 'zL')[] =>
  family === 'singleZ' ? ['zL'] : family === 'direct' ? ['zH'] : ['zH', 'zL'];

/** Which networks there are, and how many blocks each has. */
export function networks({ family, separateNetworks, hLayers, lLayers }: ModelConfig): {
  readonly H: number;
  readonly L: number;
} {
  const ownH = family === 'hrm' || family === 'direct' || separateNetworks;
  return { H: ownH ? hLayers : 0, L: family === 'direct' ? 0 : lLayers };
}

/** Whether training needs the value of one more step (HRM's Q-learning target of "continue"). */
export const hasContinueTarget = ({ family, noActContinue }: ModelConfig): boolean =>
  family !== 'direct' && !noActContinue;

/** A model that cannot be built; the message says which setting is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const counts = [
  'seqLen',
  'vocabSize',
  'hiddenSize',
  'numHeads',
  'innerMultiple',
  'hCycles',
  'haltMaxSteps',
  'numPuzzleIdentifiers',
] as const;

/** @throws ConfigError naming the first setting that makes no sense */
export function checkConfig(config: ModelConfig): void {
  const wrong = [...wrongSizes(config), ...wrongCombinations(config)].find(([isWrong]) => isWrong);
  if (wrong) throw new ConfigError(wrong[1]);
}

type Complaint = readonly [isWrong: boolean, message: string];

function wrongSizes(config: ModelConfig): Complaint[] {
  const below = (name: keyof ModelConfig, least: number): Complaint => [
    !(Number.isInteger(config[name]) && (config[name] as number) >= least),
    `${name} must be a whole number of at least ${least}, not ${String(config[name])}`,
  ];
  const { H, L } = networks(config);
  return [
    [!families.includes(config.family), `there is no family "${config.family}"; there are ${families.join(', ')}`],
    ...counts.map((name) => below(name, 1)),
    ...(config.family === 'direct' ? [] : [below('lLayers', 1), below('lCycles', 1)]),
    ...(H > 0 || L === 0 || config.separateNetworks || config.family === 'hrm' ? [below('hLayers', 1)] : []),
    below('puzzleEmbNdim', 0),
    below('puzzleEmbLen', 0),
    [
      !(config.expansion > 0 && Number.isFinite(config.expansion)),
      `expansion must be positive, not ${config.expansion}`,
    ],
    [
      !(config.haltExplorationProb >= 0 && config.haltExplorationProb <= 1),
      `haltExplorationProb must be within 0 and 1, not ${config.haltExplorationProb}`,
    ],
  ];
}

/** Every cycle is written out in the graph: beyond this it would be too long to be prepared. The published models have at most 42. */
const MOST_BLOCKS = 1024;

/** Blocks that one supervision step goes through. */
function blocksOfStep(config: ModelConfig): number {
  const { H, L } = networks(config);
  const latent = config.family === 'direct' ? 0 : config.lCycles * L;
  return (config.family === 'direct' ? 1 : config.hCycles) * (latent + (H || L));
}

function wrongCombinations(config: ModelConfig): Complaint[] {
  const { family, mlpT, posEncodings, numHeads, hiddenSize, puzzleEmbNdim, puzzleEmbLen } = config;
  const blocks = blocksOfStep(config);
  return [
    [mlpT && family !== 'trm' && family !== 'singleZ', `mlpT belongs to TRM; ${family} mixes positions by attention`],
    [
      mlpT && posEncodings === 'rope',
      'a token-mixing model has no attention to rotate: posEncodings must be none or learned',
    ],
    [!mlpT && numHeads > hiddenSize, `${numHeads} heads do not fit a width of ${hiddenSize}`],
    [
      !mlpT && posEncodings === 'rope' && Math.floor(hiddenSize / numHeads) % 2 === 1,
      'rotary positions need an even head width',
    ],
    [
      family !== 'trm' && (config.separateNetworks || config.oneStepGradient),
      `separateNetworks and oneStepGradient are variants of TRM, not of ${family}`,
    ],
    [
      puzzleEmbLen * hiddenSize < puzzleEmbNdim && puzzleEmbLen > 0,
      `puzzleEmbNdim ${puzzleEmbNdim} does not fit ${puzzleEmbLen} positions of width ${hiddenSize}`,
    ],
    [
      blocks > MOST_BLOCKS,
      `a supervision step would go through ${blocks} blocks (cycles times layers); at most ${MOST_BLOCKS} can be written out`,
    ],
    [puzzleEmbNdim === 0 && puzzleEmbLen > 0, 'puzzleEmbLen needs a puzzle embedding: puzzleEmbNdim is 0'],
  ];
}
