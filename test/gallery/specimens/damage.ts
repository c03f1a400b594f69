import { damagePuzzle, type DamageId } from '../../../datasets/damage/damage';
import { getKind } from '../../../datasets/kinds/registry';
import { Random } from '../../../datasets/random';
import type { Model } from '../../../electron/contract/contract';
import { wilsonInterval } from '../../../models/evaluate/accuracy';
import { listAmounts, type DamagePoint } from '../../../renderer/features/models/damage/damage-bench.svelte';
import DamageCurve from '../../../renderer/features/models/damage/DamageCurve.svelte';
import DamagedExamples from '../../../renderer/features/models/damage/DamagedExamples.svelte';
import DamagePanel from '../../../renderer/features/models/damage/DamagePanel.svelte';
import { ModelsState } from '../../../renderer/features/models/models.svelte';
import { silentMainApi } from '../../renderer/canned-lab';
import { models, shipped } from '../samples/models';
import { sampleCatalog, silent } from '../samples/states';
import { noop, specimen, type Chapter } from '../specimen';

/** Six examples of each amount; the first answers are right. */
function pointsOf(id: string, damage: DamageId, rights: readonly number[]): DamagePoint[] {
  const kind = getKind(id);
  const puzzles = Array.from({ length: 6 }, (_, index) => kind.generator!.generate(Random.seeded(index)));
  return listAmounts(kind, damage).flatMap((amount, index) => {
    const right = rights[index];
    if (right === undefined) return [];
    const examples = puzzles.map((puzzle, place) => {
      const { inputs, labels, changed } = damagePuzzle(kind, puzzle, { damage, amount, seed: place });
      const isRight = place < 6 * right;
      const answer = isRight ? labels : labels.map((label, cell) => (changed.includes(cell) ? inputs[cell]! : label));
      const arrays = { inputs: [...inputs], labels: [...labels], answer: [...answer], changed: [...changed] };
      return { ...arrays, isRight, haltProbability: 0.93 };
    });
    const shares = { recovered: right, consistent: right / 2, sureAndWrong: (1 - right) / 2, changedCells: index };
    return [
      { amount, examples, exactAccuracy: right, interval: wilsonInterval(100 * right, 100), count: 100, ...shares },
    ];
  });
}
const points = pointsOf('sudoku-6x6', 'flipped', [0.98, 0.8, 0.55, 0.2, 0.04, 0]);
const amounts = listAmounts(getKind('sudoku-6x6'), 'flipped');

function panelOf(
  done: readonly DamagePoint[] | null,
  job: Partial<ModelsState['damage']['job']> = {},
  model: Model = shipped,
) {
  return () => {
    const state = new ModelsState(silent(), sampleCatalog({ models }), silentMainApi, { show: noop });
    const plan = { model: model.id, dataset: 'sudoku-6x6', split: 'test', damage: 'flipped', puzzles: 100 } as const;
    if (done) state.damage.run = { ...plan, amounts, points: done };
    Object.assign(state.damage.job, job);
    return { models: state, model };
  };
}
const running = {
  activeTask: `Evaluating ${shipped.name} on damaged puzzles`,
  fraction: 0.4,
  text: '40 of 100 puzzles',
};

export const damageChapter: Chapter = {
  title: 'Damaged puzzles',
  specimens: [
    specimen(
      'DamagePanel',
      DamagePanel,
      {
        'not evaluated': panelOf(null),
        evaluated: panelOf(points),
        running: panelOf(points.slice(0, 2), running),
        cancelled: panelOf(points.slice(0, 3)),
        failed: panelOf([], {
          failure: 'memory ran out: this evaluation needs about 2 GB of memory, and 300 MB are free now',
        }),
      },
      { width: 560 },
    ),
    specimen(
      'DamageCurve',
      DamageCurve,
      {
        'a share of the clues': { amounts, points, chosen: 2, theme: '', onchoose: noop },
        'one amount': { amounts, points: points.slice(0, 1), chosen: 0, theme: '', onchoose: noop },
        rows: {
          amounts: listAmounts(getKind('maze-12'), 'smaller'),
          points: pointsOf('maze-12', 'smaller', [0.9, 0.88, 0.7, 0.7, 0.5]),
          ...{ chosen: 4, theme: '', onchoose: noop },
        },
      },
      { width: 560 },
    ),
    specimen(
      'DamagedExamples',
      DamagedExamples,
      {
        right: { point: points[2]!, kind: getKind('sudoku-6x6'), theme: '' },
        wrong: { point: points[5]!, kind: getKind('sudoku-6x6'), theme: '' },
        'a maze': { point: pointsOf('maze-12', 'flipped', [1, 1, 0])[2]!, kind: getKind('maze-12'), theme: '' },
      },
      { width: 460 },
    ),
  ],
};
