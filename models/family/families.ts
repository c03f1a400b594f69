/**
 * The model families and their differences. A new family is a name and an entry here, its recursion, and its weights if
 * they differ; nothing outside this folder compares the names of families.
 */
import { message, type Text } from '../../renderer/messages/message';
import type { ModelConfig } from './config';
import type { Recursion, State } from './recursions';
import { recursions } from './recursions';

export const familyNames = [
  'trm',
  'singleZ',
  'hrm',
  'direct',
  'symbolEquivariant',
  'convolutional',
  'axial',
  'lineSum',
] as const;
export type Family = (typeof familyNames)[number];

export type Level = 'H' | 'L';

/** Layers that mix the cells of a square grid, see `mixers.ts`. */
export const gridMixers = {
  convolution: { readsEverySize: true },
  axial: { readsEverySize: false },
  lineSums: { readsEverySize: true },
} as const;
export type GridMixer = keyof typeof gridMixers;

/** What mixes the positions in a block. */
export type Mixer = 'attention' | 'mlp' | GridMixer;

export const isGridMixer = (mixer: Mixer): mixer is GridMixer => mixer in gridMixers;

/** Names and settings of a family in the reference's PyTorch code. */
export interface ReferenceFamily {
  /** Whether that code has such a model; else the names are the lab's own. */
  readonly isSupported: boolean;
  /** Display name. */
  readonly name: string;
  /** Values of `arch.name`: first the one that the lab writes, then other names of the same architecture. */
  readonly architectures: readonly [string, ...string[]];
  /** Name of its file in config/arch. */
  readonly configFile: string;
  /** Settings that only some families have. */
  readonly settings: readonly ('L_cycles' | 'L_layers' | 'mlp_t' | 'puzzle_emb_len' | 'no_ACT_continue')[];
  /** Defaults of the reference's code for settings missing in a config. */
  readonly defaults: { readonly puzzle_emb_len?: number; readonly no_ACT_continue?: boolean };
  /** Whether the reference's code requires position encodings. */
  readonly needsPositions: boolean;
}

export interface FamilyDefinition {
  /** Display name. */
  label(config: Pick<ModelConfig, 'mlpT'>): string;
  /** States carried from one supervision step to the next. */
  readonly states: readonly State[];
  /** The state that the heads read. */
  readonly answer: State;
  readonly recursion: Recursion;
  /** Its networks; a single network updates every state. */
  readonly networks: readonly Level[];
  /** Whether a supervision step has H cycles of L updates; else it is one pass. */
  readonly hasCycles: boolean;
  /** Where gradients flow: through the whole last H cycle, or through its last update of each state. */
  readonly gradient: 'last cycle' | 'last updates';
  /** Whether it can train the Q-learning target of "continue". */
  readonly canLearnContinue: boolean;
  /** Whether a cell has a vector for every symbol of the puzzle, see `symbol-vectors.ts`; else one. */
  readonly hasSymbolVectors: boolean;
  /** Layers that can mix positions: an MLP over tokens (`mlpT`); else attention, or one for square grids. */
  readonly mixers: readonly Mixer[];
  /** Settings that make a variant of the family. */
  readonly variants: readonly ('separateNetworks' | 'oneStepGradient')[];
  /** Default number of positions that a puzzle embedding fills in front of the cells. */
  puzzlePositions(seqLen: number): number;
  readonly reference: ReferenceFamily;
  /** Changes of the small attention preset for this family; null for a family without a preset. */
  readonly preset: {
    readonly id: string;
    readonly name: Text;
    readonly summary: Text;
    readonly model: Partial<ModelConfig>;
  } | null;
}

/**
 * One position contains an embedding as wide as the model; the others are extra positions for computation. TRM has 16,
 * few compared with the 900 cells of ARC. On a small grid they would cost more than the grid itself, so there is at most
 * one for every 16 cells.
 */
const sixteenthOfCells = (seqLen: number): number => Math.min(16, Math.ceil(seqLen / 16));

/** One network, gradients through the last cycle; arXiv 2510.04871. */
const trm: FamilyDefinition = {
  label: ({ mlpT }) => (mlpT ? 'TRM-MLP' : 'TRM-attention'),
  states: ['zH', 'zL'],
  answer: 'zH',
  recursion: recursions.nested,
  networks: ['L'],
  hasCycles: true,
  gradient: 'last cycle',
  canLearnContinue: true,
  hasSymbolVectors: false,
  mixers: ['attention', 'mlp'],
  variants: ['separateNetworks', 'oneStepGradient'],
  puzzlePositions: sixteenthOfCells,
  reference: {
    isSupported: true,
    name: 'TRM',
    architectures: ['recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1'],
    configFile: 'trm',
    settings: ['L_cycles', 'L_layers', 'mlp_t', 'puzzle_emb_len', 'no_ACT_continue'],
    defaults: { puzzle_emb_len: 16, no_ACT_continue: true },
    needsPositions: false,
  },
  preset: null,
};

/** Two networks, gradients through the last two updates; arXiv 2506.21734. */
const hrm: FamilyDefinition = {
  ...trm,
  label: () => 'HRM',
  networks: ['H', 'L'],
  gradient: 'last updates',
  mixers: ['attention'],
  variants: [],
  puzzlePositions: () => 1,
  reference: {
    isSupported: true,
    name: 'HRM',
    architectures: [
      'hrm.hrm_act_v1@HierarchicalReasoningModel_ACTV1',
      // The copy of HRM in the repository of TRM.
      'recursive_reasoning.hrm@HierarchicalReasoningModel_ACTV1',
    ],
    configFile: 'hrm',
    settings: ['L_cycles', 'L_layers'],
    defaults: {},
    needsPositions: true,
  },
  preset: {
    id: 'classroom-hrm',
    name: message('presets.classroomHrm.name'),
    summary: message('presets.classroomHrm.summary'),
    model: { hLayers: 2, hCycles: 2, lCycles: 2, noActContinue: false },
  },
};

export const families: Readonly<Record<Family, FamilyDefinition>> = {
  trm,
  /** One state only, an ablation of the TRM paper. */
  singleZ: {
    ...trm,
    label: () => 'TRM, single z',
    states: ['zL'],
    answer: 'zL',
    recursion: recursions.singleState,
    variants: [],
    reference: {
      ...trm.reference,
      architectures: ['recursive_reasoning.trm_singlez@TinyRecursiveReasoningModel_ACTV1'],
      configFile: 'trm_singlez',
    },
  },
  hrm,
  /** TRM on states with a vector for every symbol; the reference's code has no such model. */
  symbolEquivariant: {
    ...trm,
    label: ({ mlpT }) => (mlpT ? 'Symbol-equivariant TRM' : 'Symbol-equivariant convolutional TRM'),
    hasSymbolVectors: true,
    mixers: ['mlp', 'convolution'],
    puzzlePositions: () => 0,
    reference: { ...trm.reference, architectures: ['symbol_equivariant.trm@SymbolEquivariantTRM'], isSupported: false },
  },
  /** TRM that mixes neighbouring cells by convolution; the reference's code has no such model. */
  convolutional: {
    ...trm,
    label: () => 'Convolutional TRM',
    mixers: ['convolution'],
    variants: [],
    puzzlePositions: () => 0,
    reference: { ...trm.reference, architectures: ['convolutional.trm@ConvolutionalTRM'], isSupported: false },
  },
  /** TRM that mixes cells along rows and columns; the reference's code has no such model. */
  axial: {
    ...trm,
    label: () => 'Axial TRM',
    mixers: ['axial'],
    variants: [],
    puzzlePositions: () => 0,
    reference: { ...trm.reference, architectures: ['axial.trm@AxialTRM'], isSupported: false },
  },
  /** TRM that mixes cells through sums over rows, columns and diagonals; the reference's code has no such model. */
  lineSum: {
    ...trm,
    label: () => 'Line-sum TRM',
    mixers: ['lineSums'],
    variants: [],
    puzzlePositions: () => 0,
    reference: { ...trm.reference, architectures: ['line_sum.trm@LineSumTRM'], isSupported: false },
  },
  /** One transformer, applied once in a supervision step. */
  direct: {
    ...hrm,
    label: () => 'direct baseline',
    states: ['zH'],
    recursion: recursions.onePass,
    networks: ['H'],
    hasCycles: false,
    gradient: 'last cycle',
    canLearnContinue: false,
    reference: {
      ...hrm.reference,
      name: 'baseline',
      architectures: ['recursive_reasoning.transformers_baseline@Model_ACTV2'],
      configFile: 'transformers_baseline',
      settings: [],
    },
    preset: {
      id: 'classroom-direct',
      name: message('presets.classroomDirect.name'),
      summary: message('presets.classroomDirect.summary'),
      model: { hLayers: 4, lLayers: 0, hCycles: 1, lCycles: 0, noActContinue: false },
    },
  },
};
