/** Several states of a model, as the last checkpoints of a run, each give an attempt at every puzzle. */
import { expect, test } from 'vitest';
import { testBatches } from '../../../datasets/batches';
import { Random } from '../../../datasets/random';
import { Evaluator } from '../../../models/evaluate/evaluate';
import { evaluateStates } from '../../../models/evaluate/evaluation';
import type { PickRule } from '../../../models/evaluate/pick-rollout';
import { initialState } from '../../../models/family/weights';
import { tinyMlpT } from '../family/tiny';

const [one, other] = [initialState(tinyMlpT, Random.seeded(1)), initialState(tinyMlpT, Random.seeded(2))];
const random = Random.seeded(3);
const tokens = () => Uint8Array.from({ length: tinyMlpT.seqLen }, () => random.integer(1, tinyMlpT.vocabSize - 1));
const puzzles = Array.from({ length: 6 }, () => ({ inputs: tokens(), labels: tokens() }));

async function answersOf(states: readonly (typeof one)[], pick: PickRule) {
  const evaluator = await Evaluator.create(tinyMlpT, { batchSize: puzzles.length });
  const [batch] = [...testBatches(puzzles, puzzles.length)];
  const judged = await evaluateStates(
    evaluator,
    {
      states,
      batch: batch!,
      steps: tinyMlpT.haltMaxSteps,
      settings: { count: states.length, noise: 0, seed: 0, pick },
      isLegal: () => false,
    },
    {},
  );
  await evaluator.release();
  return judged.map(({ answer, attempts }) => ({ answer: [...answer.answer], votes: attempts.pick()?.votes }));
}

test('the answer of most states is taken', async () => {
  const [first, second] = [await answersOf([one], 'vote'), await answersOf([other], 'vote')];
  expect(first.map(({ answer }) => answer)).not.toEqual(second.map(({ answer }) => answer));
  const voted = await answersOf([one, other, other], 'vote');
  expect(voted.map(({ answer }) => answer)).toEqual(second.map(({ answer }) => answer));
  expect(voted.every(({ votes = 0 }) => votes >= 2)).toBe(true);
});

test('no answer is picked where the rules allow none', async () => {
  expect((await answersOf([one, other], 'rules')).every(({ votes }) => votes === undefined)).toBe(true);
});
