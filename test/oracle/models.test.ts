/** Compares every supported recorded model: states, halting, losses, gradients, updates, evaluation. */
import { describe, expect, it } from 'vitest';
import { evalStepGraph } from '../../models/evaluate/eval-step';
import { hasContinueTarget } from '../../models/family/config';
import { Session } from '../../models/runtime/session';
import { forwardFeeds, nextCarry, type CarryValues } from '../../models/train/forward';
import type { LearnerState } from '../../models/train/learner';
import { BATCH, OracleCase } from './case';
import { expectWithinNoise } from './closeness';
import { resolveUndeterminedSigns } from './first-update';
import { listFolder } from './folder';
import {
  createLearner,
  expectFirstGradient,
  expectStates,
  expectWeights,
  forwardOutputs,
  RecordedSteps,
  startState,
} from './recorded-steps';

/** The recorded models that must exist; the folder may hold more. */
const known = [
  'hrm',
  'transformers_baseline',
  'trm_att_learned',
  'trm_att_rope',
  'trm_mlp_t',
  'trm_puzzle_emb16',
  'trm_puzzle_emb_pad',
  'trm_singlez',
];
const present = listFolder('models');

for (const name of new Set([...known, ...present])) {
  const reason = present.includes(name) ? OracleCase.unsupported(name) : 'missing in the folder';
  describe(`oracle models/${name}`, () => (reason ? it.skip(reason) : testCase(new OracleCase(name))));
}

function testCase(oracle: OracleCase): void {
  it('matches states, halting and losses over steps with frozen weights', () => expectFrozenSteps(oracle));
  it('matches the gradient of every weight in the first step', () => expectFirstGradient(oracle));
  it('matches the weights and EMA after three updates', () => expectThreeUpdates(oracle));
  it('matches the outputs for the evaluation batch at every step', () => expectEvaluation(oracle));
}

async function expectFrozenSteps(oracle: OracleCase): Promise<void> {
  const [learner, recorded] = [await createLearner(oracle, 0), new RecordedSteps(oracle, 'frozen_steps')];
  for (const { step, batch } of recorded.batches) {
    const before = learner.state;
    const draws = recorded.draws(step);
    const outcome = await learner.step(batch, draws);
    expectExamples(recorded, step, learner.state);
    recorded.expectStates(step, learner.state);
    const { logits, answer } = await forwardOutputs(oracle, { before, after: learner.state, draws });
    recorded.expectLogits(step, logits!);
    expect(answer).toEqual(recorded.tensors.ints(`step${step}.preds`));
    recorded.expectHalting(step, outcome);
    if (hasContinueTarget(oracle.config)) recorded.expectContinueTarget(step, outcome.exampleMetrics);
    recorded.expectLosses(step, outcome);
    recorded.expectCounts(step, outcome);
  }
  expect(learner.state.params).toEqual(oracle.state('params').params);
  expect(learner.state.puzzleTable).toEqual(oracle.state('params').puzzleTable);
  await learner.release();
}

/** The examples of a step: those that halted are replaced. */
function expectExamples(
  { tensors }: RecordedSteps,
  step: number,
  { inputs, labels, puzzleIdentifiers }: LearnerState,
): void {
  expect(inputs).toEqual(tensors.ints(`step${step}.current.inputs`));
  expect(labels).toEqual(tensors.ints(`step${step}.current.labels`));
  expect(puzzleIdentifiers).toEqual(tensors.ints(`step${step}.current.puzzle_identifiers`));
}

async function expectThreeUpdates(oracle: OracleCase): Promise<void> {
  const [learner, recorded] = [await createLearner(oracle), new RecordedSteps(oracle, 'train_steps')];
  // Both runs have the same draws, recorded once.
  const frozen = new RecordedSteps(oracle, 'frozen_steps');
  for (const { step, batch } of recorded.batches) {
    const before = learner.state;
    const outcome = await learner.step(batch, frozen.draws(step));
    if (step === 1) learner.state = resolveUndeterminedSigns(oracle, before, learner.state);
    recorded.expectHalting(step, outcome);
    recorded.expectLosses(step, outcome);
    recorded.expectCounts(step, outcome);
  }
  const { params, ema, puzzleTable } = learner.state;
  expectWeights(oracle, 'params_after3', params, oracle.weightNoise);
  expectWeights(oracle, 'ema_after3', ema, oracle.weightNoise);
  expectWithinNoise('puzzle table', puzzleTable, oracle.state('params_after3').puzzleTable, oracle.weightNoise);
  await learner.release();
}

async function expectEvaluation(oracle: OracleCase): Promise<void> {
  const recorded = oracle.tensors('eval');
  for await (const { step, carry, logits, q, answer } of evaluationSteps(oracle)) {
    const noise = oracle.evalHeadNoise(step);
    const qHalt = Float32Array.from({ length: BATCH }, (_, row) => q[2 * row]!);
    expectWithinNoise(`step ${step} logits`, oracle.byExample(logits), recorded.floats(`step${step}.logits`), noise);
    expectWithinNoise(`step ${step} qHalt`, qHalt, recorded.floats(`step${step}.q_halt_logits`), noise);
    if (step < oracle.config.haltMaxSteps) continue;
    expect(answer).toEqual(recorded.ints('final.preds'));
    expectStates(oracle, carry, { tensors: recorded, prefix: 'final', noise: oracle.evalStateNoise });
  }
}

/** The outputs for the evaluation batch in each supervision step, and the states after it. */
async function* evaluationSteps(oracle: OracleCase) {
  const { config } = oracle;
  const { graph, logits } = evalStepGraph(config, BATCH);
  graph.output('logits', logits);
  const [session, start] = [await Session.create(graph), startState(oracle)];
  let carry: CarryValues = start;
  try {
    for (let step = 1; step <= config.haltMaxSteps; step++) {
      const reset = new Uint8Array(BATCH).fill(+(step === 1));
      const out = await session.run(forwardFeeds(config, start, { ...carry, ...oracle.batch('eval'), reset }));
      carry = nextCarry(carry, out);
      yield { step, carry, logits: out['logits'] as Float32Array, q: out['q']!, answer: out['answer']! };
    }
  } finally {
    await session.release();
  }
}
