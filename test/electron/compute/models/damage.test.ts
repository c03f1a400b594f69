/** Evaluation of the built-in model on damaged puzzles through the service. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getKind } from '../../../../datasets/kinds/registry';
import { judgeDamaged } from '../../../../datasets/damage/judge-answer';
import type { Input } from '../../../../electron/contract/contract';
import type { OpenedService } from '../opened-service';
import { openService } from '../opened-service';

let lab: OpenedService;
beforeAll(async () => void (lab = await openService()), 60_000);
afterAll(() => lab.close());

const plan: Input<'evaluateDamaged'> = {
  ...{ model: 'sudoku-4x4', dataset: 'sudoku-4x4', split: 'test', puzzles: 30, seed: 1 },
  ...{ damage: 'flipped', amount: { count: 1 } },
};

test('without damage it is the accuracy of an evaluation', async () => {
  const { examples, ...none } = await lab.ask('evaluateDamaged', { ...plan, amount: { count: 0 } });
  const request = { model: 'sudoku-4x4', dataset: 'sudoku-4x4', split: 'test', limit: 30 } as const;
  const { exactAccuracy, interval, count } = await lab.ask('evaluateModel', request);
  expect(none).toMatchObject({ exactAccuracy, interval, count, recovered: exactAccuracy, changedCells: 0 });
  expect(examples.every(({ changed }) => changed.length === 0)).toBe(true);
}, 60_000);

test('every example has one wrong clue, and is judged as the share says', async () => {
  const { examples, ...result } = await lab.ask('evaluateDamaged', { ...plan, puzzles: 12, job: 'damaged' });
  expect(result.changedCells).toBe(1);
  expect(examples).toHaveLength(12);
  const kind = getKind('sudoku-4x4');
  for (const { inputs, labels, answer, changed, isRight } of examples) {
    expect(changed).toHaveLength(1);
    expect(inputs[changed[0]!]).not.toBe(labels[changed[0]!]);
    const puzzle = { inputs: Uint8Array.from(inputs), labels: Uint8Array.from(labels) };
    expect(judgeDamaged(kind, 'flipped', puzzle, Uint8Array.from(answer)).isRight).toBe(isRight);
  }
  expect(result.exactAccuracy).toBe(examples.filter(({ isRight }) => isRight).length / 12);
  const wrongAndSure = examples.filter(({ isRight, haltProbability }) => !isRight && haltProbability > 0.5);
  expect(result.sureAndWrong).toBe(wrongAndSure.length / 12);
  expect(lab.events.some((event) => event.type === 'job/progress' && event.job === 'damaged')).toBe(true);
}, 60_000);

test('a damage that does not apply is refused', async () => {
  await expect(lab.ask('evaluateDamaged', { ...plan, damage: 'smaller' })).rejects.toThrow('does not apply to Sudoku');
});
