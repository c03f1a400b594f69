/**
 * The experiments that come with the lab, at a size for a laptop. Each changes one thing and keeps the rest of the preset. Sizes were chosen
 * so that the first condition learns most puzzles, but not all: where everything or nothing is solved, conditions cannot be told apart.
 */
import { message, type Text } from '../../../renderer/messages/message';
import type { RunSettings } from '../../../models/train/run-settings';
import { UnknownIdError } from '../../../datasets/kinds/kind-family';
import type { Experiment } from '../../contract/experiments';
import { damageExperiments } from './damage-experiments';
import { dataExperiments } from './data-experiments';
import { testBuiltIn, train } from './define-experiment';

/** 6×6 Sudoku: a run of the symbol-equivariant model takes about half a minute. */
const sudoku6 = { preset: 'sudoku-small', dataset: 'sudoku-6x6' };
/**
 * 4×4 Sudoku with the architecture of the paper, a width of 64: about half a minute on one core. Twice as many steps with twice the batch solved 94 %
 * and, with the one-step gradient, 99 %: too many to tell conditions apart.
 */
const trm4 = {
  preset: 'classroom',
  dataset: 'sudoku-4x4',
  settings: { maxSteps: 300, batchSize: 32, learningRate: 3e-3, minRatio: 0.05 },
};
/** Attention learns more slowly than an MLP over the cells: after 300 steps of 32 puzzles hardly any were solved. */
const longer = { maxSteps: 600, batchSize: 64 };

/** Its states are as wide for each symbol, so that a step would take five times as long at the same width. */
const equivariant: RunSettings = { family: 'symbolEquivariant', hiddenSize: 32 };

const cycles = (h: number, l: number): readonly [string, Text, RunSettings] => [
  `h${h}-l${l}`,
  `H ${h} × L ${l}`,
  { hCycles: h, lCycles: l },
];

/** Models that are often wrong: on hard 9×9 puzzles, and on mazes larger than those of the training. */
const confidences = [
  ['sudoku', 'sudoku-9x9', 'sudoku-9x9', 'Sudoku 9×9', {}],
  ['maze', 'maze-12x12', 'maze', message('experiments.label.maze', { size: '20×20' }), { testKind: 'maze-20' }],
] as const;

export const builtInExperiments: readonly Experiment[] = [
  train({
    id: 'recursion',
    question: message('experiments.recursion.question'),
    claim: message('experiments.recursion.claim'),
    base: { ...sudoku6, settings: { maxSteps: 1000 } },
    conditions: [
      cycles(2, 3),
      cycles(1, 1),
      cycles(1, 3),
      ['one-pass', message('experiments.label.onePass'), { hCycles: 1, lCycles: 1, haltMaxSteps: 1 }],
    ],
    published: [
      ['H 3 × L 6', 0.874],
      ['H 2 × L 2', 0.737],
      [message('experiments.label.onePass'), 0],
    ],
  }),
  train({
    id: 'outer-loop',
    question: message('experiments.outerLoop.question'),
    claim: message('experiments.outerLoop.claim'),
    base: { ...sudoku6, settings: { maxSteps: 600 } },
    conditions: [1, 2, 4, 8].map((steps) => [
      `steps-${steps}`,
      message('experiments.label.trainedSteps', { steps }),
      { haltMaxSteps: steps },
    ]),
    test: { type: 'steps', at: [1, 2, 3, 4, 6, 8, 12, 16], puzzles: 300 },
  }),
  testBuiltIn({
    id: 'think-longer',
    question: message('experiments.thinkLonger.question'),
    claim: message('experiments.thinkLonger.claim'),
    models: [
      ['sudoku', 'Sudoku 9×9', 'sudoku-9x9', 'sudoku-9x9'],
      ['queens', 'Queens 10×10', 'queens-10x10', 'queens'],
    ],
    test: { type: 'steps', at: [1, 2, 4, 8, 16, 32, 64, 128], puzzles: 200 },
  }),
  testBuiltIn({
    id: 'rollouts',
    question: message('experiments.rollouts.question'),
    claim: message('experiments.rollouts.claim'),
    models: (
      [
        ['rules', message('experiments.label.pickedByRules')],
        ['vote', message('experiments.label.pickedByVote')],
        ['halting', message('experiments.label.pickedByHalting')],
      ] as const
    ).map(([pick, label]) => [pick, label, 'sudoku-9x9', 'sudoku-9x9', { pick }]),
    // They draw the noise.
    seeds: 3,
    // After so few steps many answers are wrong: there is something to gain.
    test: { type: 'rollouts', counts: [1, 2, 4, 8], pick: 'rules', noise: 0.3, steps: 4, puzzles: 200 },
  }),
  train({
    id: 'augmentation',
    question: message('experiments.augmentation.question'),
    claim: message('experiments.augmentation.claim'),
    base: trm4,
    conditions: [
      ['fresh', message('experiments.label.freshCopies'), {}],
      ...[1, 8, 64].map(
        (copies) =>
          [`copies-${copies}`, message('experiments.label.copies', { copies }), { symmetricCopies: copies }] as const,
      ),
    ],
  }),
  train({
    id: 'symmetry',
    question: message('experiments.symmetry.question'),
    claim: message('experiments.symmetry.claim'),
    base: trm4,
    conditions: [
      ['mlp', message('experiments.label.mlpAugmented'), {}],
      ['mlp-plain', message('experiments.label.mlpPlain'), { symmetricCopies: 1 }],
      ['equivariant', message('experiments.label.equivariantAugmented'), equivariant],
      ['equivariant-plain', message('experiments.label.equivariantPlain'), { ...equivariant, symmetricCopies: 1 }],
    ],
  }),
  train({
    id: 'gradient',
    question: message('experiments.gradient.question'),
    claim: message('experiments.gradient.claim'),
    limits: message('experiments.gradient.limits'),
    base: trm4,
    conditions: [
      ['full', message('experiments.label.fullGradient'), {}],
      ['one-step', message('experiments.label.oneStepGradient'), { oneStepGradient: true }],
    ],
    published: [
      [message('experiments.label.fullGradient'), 0.874],
      [message('experiments.label.oneStepGradient'), 0.565],
    ],
  }),
  train({
    id: 'ema',
    question: message('experiments.ema.question'),
    claim: message('experiments.ema.claim'),
    base: { ...trm4, settings: { ...trm4.settings, minRatio: 1 } },
    conditions: [
      ['ema', message('experiments.label.ema'), {}],
      ['no-ema', message('experiments.label.noEma'), { ema: 0 }],
      ['ema-decay', message('experiments.label.emaDecay'), { minRatio: 0.02 }],
      ['no-ema-decay', message('experiments.label.noEmaDecay'), { ema: 0, minRatio: 0.02 }],
    ],
    published: [
      [message('experiments.label.ema'), 0.874],
      [message('experiments.label.noEma'), 0.799],
    ],
  }),
  train({
    id: 'sharing',
    question: message('experiments.sharing.question'),
    claim: message('experiments.sharing.claim'),
    base: trm4,
    conditions: [
      ['shared', message('experiments.label.shared'), {}],
      ['separate', message('experiments.label.separate'), { separateNetworks: true, hLayers: 2 }],
      ['four-layers', message('experiments.label.fourLayers'), { lLayers: 4, lCycles: 2 }],
    ],
    published: [
      [message('experiments.label.shared'), 0.874],
      [message('experiments.label.separate'), 0.824],
      [message('experiments.label.fourLayers'), 0.795],
    ],
  }),
  train({
    id: 'mixing',
    question: message('experiments.mixing.question'),
    claim: message('experiments.mixing.claim'),
    base: { ...trm4, settings: { ...trm4.settings, ...longer } },
    conditions: [
      ['mlp', 'MLP', {}],
      ['attention', message('experiments.label.attention'), { mlpT: false, posEncodings: 'learned' }],
    ],
    published: [
      ['MLP', 0.874],
      [message('experiments.label.attention'), 0.747],
    ],
  }),
  train({
    id: 'hierarchy',
    question: message('experiments.hierarchy.question'),
    claim: message('experiments.hierarchy.claim'),
    base: { ...trm4, settings: { ...trm4.settings, ...longer, mlpT: false, posEncodings: 'learned' } },
    conditions: [
      ['trm', 'TRM', {}],
      ['hrm', 'HRM', { family: 'hrm' }],
      ['single-z', message('experiments.label.singleState'), { family: 'singleZ' }],
    ],
    published: [
      ['TRM', 0.874],
      ['HRM', 0.55],
      [message('experiments.label.singleState'), 0.719],
    ],
    limits: message('experiments.hierarchy.limits'),
  }),
  testBuiltIn({
    id: 'confidence',
    question: message('experiments.confidence.question'),
    claim: message('experiments.confidence.claim'),
    limits: message('experiments.confidence.limits'),
    models: confidences.flatMap(([id, model, dataset, name, change]) => [
      [
        `${id}-cells`,
        message('experiments.label.leastCertainCell', { model: name }),
        ...([model, dataset, { ...change, confidence: 'answers' }] as const),
      ],
      [
        `${id}-halting`,
        message('experiments.label.haltingHead', { model: name }),
        ...([model, dataset, { ...change, confidence: 'halting' }] as const),
      ],
    ]),
    test: { type: 'confidence', puzzles: 300 },
  }),
  train({
    id: 'seeds',
    question: message('experiments.seeds.question'),
    claim: message('experiments.seeds.claim'),
    base: trm4,
    conditions: [['recipe', message('experiments.label.sameRecipe'), {}]],
    seeds: 8,
  }),
  ...dataExperiments,
  ...damageExperiments,
];

/** @throws UnknownIdError with the known ids */
export function getExperiment(id: string): Experiment {
  const found = builtInExperiments.find((experiment) => experiment.id === id);
  if (found) return found;
  throw new UnknownIdError('experiments.unknown', { id, experiments: builtInExperiments.map((each) => each.id) });
}
