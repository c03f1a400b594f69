/** App info, presets, devices, disk usage, the data folder, cost estimates and the queue. */
import type {
  Destination,
  Device,
  AppInfo,
  Output,
  Preset,
  Queue,
  RunRequest,
  DiskUsage,
} from '../../../electron/contract/contract';
import type { DataLocation, SystemInfo } from '../../../electron/contract/main-api';
import { builtInDatasets } from './datasets';

const preset = (changes: Partial<Preset>): Preset => ({
  id: 'classroom',
  name: 'Classroom',
  summary: 'Small enough to learn 4×4 Sudoku in a minute or two on a school laptop.',
  family: 'TRM-MLP',
  parameters: { 'sudoku-4x4': 80_770, 'sudoku-6x6': 91_420, mazes: 118_000 },
  hiddenSize: 64,
  hCycles: 3,
  lCycles: 4,
  haltMaxSteps: 8,
  batchSize: 64,
  maxSteps: 2000,
  extraClues: 0,
  hasCurriculum: false,
  settings: {
    family: 'trm',
    hiddenSize: 64,
    numHeads: 4,
    expansion: 4,
    hCycles: 3,
    lCycles: 4,
    hLayers: 0,
    lLayers: 2,
    haltMaxSteps: 8,
    haltExplorationProb: 0.1,
    mlpT: true,
    posEncodings: 'none',
    separateNetworks: false,
    oneStepGradient: false,
    loss: 'stablemax',
    maxSteps: 2000,
    batchSize: 64,
    learningRate: 0.001,
    warmupSteps: 100,
    minRatio: 1,
    optimizer: 'adamAtan2',
    weightDecay: 0.1,
    ema: 0.999,
  },
  results: [],
  ...changes,
});

export const presets: readonly Preset[] = [
  preset({}),
  preset({
    id: 'classroom-attention',
    name: 'Classroom, attention',
    family: 'TRM-attention',
    summary: 'The same with self-attention and learned positions in place of the token-mixing MLP; learns more slowly.',
  }),
  preset({
    id: 'classroom-direct',
    name: 'Classroom, direct',
    family: 'direct baseline',
    hCycles: 1,
    lCycles: 0,
    summary: 'One transformer of four blocks without cycles inside a step: only the supervision steps repeat.',
  }),
];

export const lab: AppInfo = {
  version: '1.0.0',
  runtime: { onnxruntime: '1.22.0', node: '20.11.1', electron: '37.2.0' },
  device: { name: 'CPU with 8 threads', provider: 'cpu', threads: 6, cores: 8 },
  dataFolder: '/home/ada/.config/trm-puzzle-lab',
  readOnly: null,
  datasets: [...builtInDatasets],
  presets: [...presets],
  families: [
    {
      id: 'trm',
      hasCycles: true,
      hasHNetwork: false,
      canUseMlp: true,
      canUseOther: true,
      hasAttention: true,
      hasVariants: true,
      settings: {},
    },
    {
      id: 'direct',
      hasCycles: false,
      hasHNetwork: true,
      canUseMlp: false,
      canUseOther: true,
      hasAttention: true,
      hasVariants: false,
      settings: { classroom: { mlpT: false, posEncodings: 'learned', hLayers: 4, lLayers: 0 } },
    },
  ],
};

const cpu: Device = {
  provider: 'cpu',
  name: 'CPU',
  state: 'passed',
  reason: null,
  milliseconds: 46.1,
  float16: false,
  chosen: true,
};
const gpu: Device = {
  provider: 'webgpu',
  name: 'GPU (WebGPU)',
  state: 'untested',
  reason: null,
  milliseconds: null,
  float16: false,
  chosen: false,
};

export const devices = {
  untested: [{ ...cpu, milliseconds: null }, gpu],
  tested: [
    { ...cpu, chosen: false },
    { ...gpu, state: 'passed', milliseconds: 12.3, float16: false, chosen: true },
  ],
  refused: [
    cpu,
    {
      ...gpu,
      state: 'refused',
      reason: 'the gradients have a relative error of 3.1 % compared with the CPU; at most 0.1 % is allowed',
    },
    {
      ...gpu,
      provider: 'cuda',
      name: 'GPU (CUDA)',
      state: 'refused',
      reason: 'the library libcudart.so.12 was not found',
    },
  ],
} as const satisfies Record<string, readonly Device[]>;

const costEstimate = {
  parameters: 80_770,
  stepFlop: 4.1e9,
  stepFlopByPart: { products: 3.9e9, other: 2e8 },
  answerFlop: 1.2e8,
  memoryBytes: 280e6,
  availableBytes: 6.1e9,
};

export const preflights = {
  counted: { costEstimate, benchmark: null, reason: null },
  measured: {
    costEstimate,
    reason: null,
    benchmark: {
      device: 'cpu',
      stepMilliseconds: 88.4,
      evalMilliseconds: 310,
      steps: 1940,
      evaluations: 38,
      seconds: 180,
      peakBytes: 312e6,
      checkpointBytes: 1e6,
      diskBytes: 14e6,
      freeDiskBytes: 91e9,
      flop: 8e12,
    },
  },
  refused: {
    costEstimate: null,
    benchmark: null,
    reason: 'The run needs about 9.1 GB of memory; 6.1 GB are free. Choose a smaller batch size or preset.',
  },
} as const satisfies Record<string, Output<'preflight'>>;

export const storage: DiskUsage = {
  folders: [
    { folder: 'datasets', bytes: 412e6, entries: 3 },
    { folder: 'models', bytes: 31e6, entries: 3 },
    { folder: 'runs', bytes: 188e6, entries: 12 },
    { folder: 'downloads', bytes: 0, entries: 0 },
    { folder: 'trash', bytes: 9e6, entries: 2 },
  ],
  bytes: 640e6,
  freeBytes: 91e9,
};

export const dataLocation: DataLocation = {
  folder: '/home/ada/.config/trm-puzzle-lab',
  defaultFolder: '/home/ada/.config/trm-puzzle-lab',
  isFixed: false,
  previous: [],
};

const destination = (changes: Partial<Destination>): Destination => ({
  folder: '/media/stick/trm-puzzle-lab',
  content: 'empty',
  bytes: 631e6,
  freeBytes: 28e9,
  reason: null,
  copyReason: null,
  ...changes,
});

export const destinations = {
  empty: destination({}),
  full: destination({ freeBytes: 210e6, copyReason: 'the data needs 602 MB; 200 MB are free' }),
  lab: destination({ content: 'dataFolder' }),
  refused: destination({ folder: '/usr/share', reason: 'the folder is not writable (EACCES: permission denied)' }),
} as const;

export const machine: SystemInfo = {
  system: 'Linux 6.8',
  cpu: 'CPU of 2021',
  logicalCpus: 8,
  memoryBytes: 16e9,
  freeMemoryBytes: 6e9,
  electron: '37.2.0',
  chrome: '138',
  node: '20.11.1',
  home: '/home/ada',
  user: 'ada',
};

export const request = (changes: Partial<RunRequest> = {}): RunRequest => ({
  dataset: 'sudoku-4x4',
  preset: 'classroom',
  seed: 8,
  maxSeconds: 180,
  ...changes,
});

export const queue: Queue = {
  isPaused: false,
  damagedFile: null,
  waiting: [
    { queueId: 'q1', request: request(), problem: null },
    {
      queueId: 'q2',
      request: request({
        name: 'A long run for the night with every setting changed from its default',
        preset: 'classroom-attention',
        maxSeconds: 36_000,
        maxSteps: 50_000,
        batchSize: 128,
        learningRate: 0.0005,
        precision: 'mixed',
        from: 'trained',
      }),
      problem: null,
    },
    { queueId: 'q3', request: request({ dataset: 'gone' }), problem: 'there is no dataset “gone”' },
  ],
};
