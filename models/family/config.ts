/** Model configuration: its schema, sizes derived from it, and the checks of valid combinations. */
import { z } from 'zod';
import { MessageError, type MessageId } from '../../renderer/messages/message';
import type { FamilyDefinition, Mixer } from './families';
import { families, familyNames, gridMixers, isGridMixer } from './families';
import type { State } from './recursions';

/**
 * Upper bounds, far above those of any published model: a file with larger numbers could keep the lab busy without end. The memory that a
 * model needs is checked separately.
 */
const limits = {
  seqLen: 10_000,
  vocabSize: 2 ** 16,
  hiddenSize: 2 ** 16,
  numHeads: 2 ** 16,
  expansion: 1000,
  innerMultiple: 2 ** 16,
  hLayers: 1024,
  lLayers: 1024,
  hCycles: 1024,
  lCycles: 1024,
  haltMaxSteps: 1024,
  puzzleEmbNdim: 2 ** 20,
  puzzleEmbLen: 10_000,
  numPuzzleIdentifiers: 2 ** 24,
} as const;

const count = (setting: keyof typeof limits) => z.int().min(0).max(limits[setting]);

export const modelConfigSchema = z.object({
  family: z.enum(familyNames),
  /** Cells of the grid (S). */
  seqLen: count('seqLen'),
  vocabSize: count('vocabSize'),
  /** D */
  hiddenSize: count('hiddenSize'),
  numHeads: count('numHeads'),
  /** Inner width of the gated MLPs as a multiple of their width, before the factor 2/3. */
  expansion: z.number().max(limits.expansion),
  /** Inner widths are rounded up to a multiple of this; 256 in the reference. */
  innerMultiple: count('innerMultiple'),
  /** Blocks of the network that updates zH, where it is not shared. */
  hLayers: count('hLayers'),
  lLayers: count('lLayers'),
  /** H cycles of a supervision step (T). */
  hCycles: count('hCycles'),
  /** L updates of an H cycle (n). */
  lCycles: count('lCycles'),
  /** Maximum number of supervision steps. */
  haltMaxSteps: count('haltMaxSteps'),
  haltExplorationProb: z.number().min(0).max(1),
  /** Whether exploration is drawn at every step, as in the reference (the default), or once for each example, see `halting.ts`. */
  haltExploration: z.enum(['perStep', 'perExample']).exactOptional(),
  /** Token-mixing MLP instead of attention. */
  mlpT: z.boolean(),
  posEncodings: z.enum(['rope', 'learned', 'none']),
  /** TRM with a separate network for zH. */
  separateNetworks: z.boolean(),
  /** TRM with gradients through the very last update of zL and of zH only, as in HRM. */
  oneStepGradient: z.boolean(),
  /** Width of the embedding of each puzzle identifier; 0 for none. */
  puzzleEmbNdim: count('puzzleEmbNdim'),
  /** Positions that the puzzle embedding fills in front of the cells; 0 for as many as it needs. */
  puzzleEmbLen: count('puzzleEmbLen'),
  numPuzzleIdentifiers: count('numPuzzleIdentifiers'),
  loss: z.enum(['stablemax', 'softmax']),
  /** Halt when qHalt > 0; else when qHalt > qContinue. */
  noActContinue: z.boolean(),
});
export type ModelConfig = Readonly<z.infer<typeof modelConfigSchema>>;

/** Defaults of the presets, as in the TRM paper. */
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
export const countPuzzlePositions = ({ puzzleEmbNdim, puzzleEmbLen, hiddenSize }: ModelConfig): number =>
  puzzleEmbLen || Math.ceil(puzzleEmbNdim / hiddenSize);

/** L = P + S */
export const countPositions = (config: ModelConfig): number => countPuzzlePositions(config) + config.seqLen;

/** Tokens that are not symbols: 0 pads a grid, 1 is a blank cell. */
export const BLANK = 1;
export const FIRST_SYMBOL = 2;

/** Whether a cell has a vector for every symbol, see `symbol-vectors.ts`; else one. */
export const hasSymbolVectors = (config: Pick<ModelConfig, 'family'>): boolean => getFamily(config).hasSymbolVectors;

/** K: symbols with a vector of their own in every cell; 1 where a cell has one vector. */
export const countSymbolVectors = (config: Pick<ModelConfig, 'family' | 'vocabSize'>): number =>
  hasSymbolVectors(config) ? config.vocabSize - FIRST_SYMBOL : 1;

/** Numbers of a state at one position: D, or K·D with a vector for every symbol. */
export const stateWidth = (config: Pick<ModelConfig, 'family' | 'vocabSize' | 'hiddenSize'>): number =>
  countSymbolVectors(config) * config.hiddenSize;

/** What mixes the positions in a block. */
export function mixerOf(config: Pick<ModelConfig, 'family' | 'mlpT'>): Mixer {
  const { mixers } = getFamily(config);
  const isMlp = config.mlpT && mixers.includes('mlp');
  return isMlp ? 'mlp' : (mixers.find((mixer) => mixer !== 'mlp') ?? 'attention');
}

/** Whether the model reads grids of every size and keeps the states of padding at zero, see `padding.ts`. */
export function readsEverySize(config: Pick<ModelConfig, 'family' | 'mlpT'>): boolean {
  const mixer = mixerOf(config);
  return isGridMixer(mixer) && gridMixers[mixer].readsEverySize;
}

/** Rows, and columns, of a square grid. */
export const gridSide = ({ seqLen }: Pick<ModelConfig, 'seqLen'>): number => Math.sqrt(seqLen);

/** Whether a block mixes the cells of a square grid. */
export const needsSquareGrid = (config: Pick<ModelConfig, 'family' | 'mlpT'>): boolean => isGridMixer(mixerOf(config));

/** The model for grids of another number of cells; unchanged where its weights, or the shape of the grid, do not allow it. */
export const forCells = (config: ModelConfig, cells: number): ModelConfig =>
  readsEverySize(config) && cells > 0 && Number.isInteger(gridSide({ seqLen: cells }))
    ? { ...config, seqLen: cells }
    : config;

const getFamily = ({ family }: Pick<ModelConfig, 'family'>): FamilyDefinition => families[family];

/** Display name of a model's family. */
export const familyLabel = (config: Pick<ModelConfig, 'family' | 'mlpT'>): string => getFamily(config).label(config);

/** The states a model carries from step to step. */
export const carriedStates = (config: Pick<ModelConfig, 'family'>): readonly State[] => getFamily(config).states;

/** The state that the heads read. */
export const answerState = (config: Pick<ModelConfig, 'family'>): State => getFamily(config).answer;

/** Number of blocks of the H and L networks; 0 where there is no such network. */
export function networkDepths(config: ModelConfig): { readonly H: number; readonly L: number } {
  const own = getFamily(config).networks;
  return {
    H: own.includes('H') || config.separateNetworks ? config.hLayers : 0,
    L: own.includes('L') ? config.lLayers : 0,
  };
}

/** Updates of zL in an H cycle. */
export const latentUpdates = (config: ModelConfig): number => (getFamily(config).hasCycles ? config.lCycles : 0);

/** Whether gradients flow through the last update of each state only. */
export const hasOneStepGradient = (config: ModelConfig): boolean =>
  config.oneStepGradient || getFamily(config).gradient === 'last updates';

/** Whether training needs the value of one more step (HRM's Q-learning target of "continue"). */
export const hasContinueTarget = (config: ModelConfig): boolean =>
  getFamily(config).canLearnContinue && !config.noActContinue;

/** An invalid model or training configuration; the message names the setting. */
export class ConfigError<Id extends MessageId = MessageId> extends MessageError<Id> {
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

/** @throws ConfigError naming the first invalid setting */
export function checkConfig(config: ModelConfig): void {
  if (!familyNames.includes(config.family))
    throw new ConfigError('config.unknownFamily', { family: config.family, families: familyNames });
  const wrong = [...checkSizes(config), ...checkCombinations(config)].find(([isWrong]) => isWrong);
  if (wrong) throw wrong[1]();
}

type Check = readonly [isWrong: boolean, createError: () => ConfigError];

function checkSizes(config: ModelConfig): Check[] {
  const below = (setting: keyof ModelConfig, min: number): Check => [
    !(Number.isInteger(config[setting]) && (config[setting] as number) >= min),
    () => new ConfigError('config.wholeNumber', { setting, min, value: String(config[setting]) }),
  ];
  const above = (setting: keyof typeof limits, max: number): Check => [
    config[setting] > max,
    () => new ConfigError('config.atMost', { setting, max, value: String(config[setting]) }),
  ];
  const { H, L } = networkDepths(config);
  const family = getFamily(config);
  const { expansion, haltExplorationProb } = config;
  return [
    ...Object.entries(limits).map(([setting, max]) => above(setting as keyof typeof limits, max)),
    ...counts.map((name) => below(name, 1)),
    ...(hasSymbolVectors(config) ? [below('vocabSize', FIRST_SYMBOL + 1)] : []),
    ...(family.hasCycles ? [below('lLayers', 1), below('lCycles', 1)] : []),
    ...(H > 0 || L === 0 || config.separateNetworks || family.networks.includes('H') ? [below('hLayers', 1)] : []),
    below('puzzleEmbNdim', 0),
    below('puzzleEmbLen', 0),
    [
      !(expansion > 0 && Number.isFinite(expansion)),
      () => new ConfigError('config.positive', { setting: 'expansion', value: String(expansion) }),
    ],
    [
      !(haltExplorationProb >= 0 && haltExplorationProb <= 1),
      () => new ConfigError('config.share', { setting: 'haltExplorationProb', value: String(haltExplorationProb) }),
    ],
  ];
}

/** Cycles are unrolled in the graph: larger graphs would take too long to load. The published models have at most 42 blocks. */
const MAX_BLOCKS = 1024;

/** Number of blocks applied in one supervision step, one after the other. */
export function blocksPerStep(config: ModelConfig): number {
  const { H, L } = networkDepths(config);
  return (getFamily(config).hasCycles ? config.hCycles : 1) * (latentUpdates(config) * L + (H || L));
}

function checkCombinations(config: ModelConfig): Check[] {
  const { family, mlpT, posEncodings, numHeads, hiddenSize, puzzleEmbNdim, puzzleEmbLen } = config;
  const { mixers, variants } = getFamily(config);
  const blocks = blocksPerStep(config);
  const headWidth = Math.floor(hiddenSize / numHeads);
  return [
    ...(needsSquareGrid(config)
      ? checkSquareGrid(config)
      : ([
          [!mlpT && !mixers.includes('attention'), () => new ConfigError('config.needsMlp', { family })],
          [mlpT && !mixers.includes('mlp'), () => new ConfigError('config.needsAttention', { family })],
        ] as const)),
    [mlpT && posEncodings === 'rope', () => new ConfigError('config.noRope')],
    [
      !mlpT && numHeads > hiddenSize,
      () => new ConfigError('config.tooManyHeads', { heads: numHeads, width: hiddenSize }),
    ],
    [
      !mlpT && posEncodings === 'rope' && headWidth % 2 === 1,
      () => new ConfigError('config.oddHeadWidth', { width: headWidth }),
    ],
    [
      (config.separateNetworks && !variants.includes('separateNetworks')) ||
        (config.oneStepGradient && !variants.includes('oneStepGradient')),
      () => new ConfigError('config.trmVariant', { family }),
    ],
    [
      puzzleEmbLen * hiddenSize < puzzleEmbNdim && puzzleEmbLen > 0,
      () =>
        new ConfigError('config.puzzleEmbTooWide', {
          size: puzzleEmbNdim,
          positions: puzzleEmbLen,
          width: hiddenSize,
        }),
    ],
    [
      hasSymbolVectors(config) && (puzzleEmbNdim > 0 || posEncodings !== 'none'),
      () => new ConfigError('config.symbolsOnly', { family }),
    ],
    [blocks > MAX_BLOCKS, () => new ConfigError('config.tooManyBlocks', { blocks, max: MAX_BLOCKS })],
    [puzzleEmbNdim === 0 && puzzleEmbLen > 0, () => new ConfigError('config.noPuzzleEmbedding')],
  ];
}

function checkSquareGrid(config: ModelConfig): Check[] {
  const { family, mlpT, posEncodings, puzzleEmbNdim, seqLen } = config;
  return [
    [
      mlpT || posEncodings !== 'none' || puzzleEmbNdim > 0,
      () => new ConfigError('config.squareGridMixing', { family }),
    ],
    [!Number.isInteger(gridSide(config)), () => new ConfigError('config.squareGrid', { family, cells: seqLen })],
  ];
}
