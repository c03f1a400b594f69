/** Exports recorded models to ONNX and runs them in plain onnxruntime, without code of the app: outputs match. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { onnxSolve, onnxStep } from '../../models/checkpoint/export/onnx-files';
import { carriedStates, countPositions } from '../../models/family/config';
import { BATCH, OracleCase } from './case';
import { expectWithinNoise } from './closeness';
import { listFolder } from './folder';
import { recordedNames } from './recorded-steps';

for (const name of listFolder('models')) {
  const reason = OracleCase.unsupported(name);
  describe(`oracle models/${name}, exported`, () => (reason ? it.skip(reason) : runCase(name)));
}

function runCase(name: string): void {
  const oracle = new OracleCase(name);
  const { config } = oracle;
  const recorded = oracle.tensors('eval');
  const steps = config.haltMaxSteps;

  const puzzle = () => {
    const { inputs, puzzleIdentifiers } = oracle.batch('eval');
    return {
      inputs: new Tensor('int32', inputs, [BATCH, config.seqLen]),
      ...(config.puzzleEmbNdim > 0 && { puzzle_identifiers: new Tensor('int32', puzzleIdentifiers, [BATCH]) }),
    };
  };

  const expectHeads = (out: Readonly<Record<string, Tensor>>, step: number) => {
    const noise = oracle.evalHeadNoise(step);
    for (const head of ['logits', 'q_halt_logits', 'q_continue_logits'])
      expectWithinNoise(
        `step ${step} ${head}`,
        out[head]!.data as Float32Array,
        recorded.floats(`step${step}.${head}`),
        noise,
      );
    expect(out.logits!.dims).toEqual([BATCH, config.seqLen, config.vocabSize]);
  };

  it('as a single step, gives the recorded logits of every step when its states are fed back', async () => {
    const session = await InferenceSession.create(onnxStep(config, oracle.state('params'), BATCH), {
      logSeverityLevel: 3,
    });
    const states = carriedStates(config).map((state) => recordedNames[state]);
    const shape = [BATCH, countPositions(config), config.hiddenSize];
    // A carry that no model would have: it must be ignored where an example is reset.
    let carry = Object.fromEntries(
      states.map((state) => [
        state,
        new Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b)).fill(1e9), shape),
      ]),
    );
    for (let step = 1; step <= steps; step++) {
      const reset = new Tensor('int32', new Int32Array(BATCH).fill(+(step === 1)), [BATCH]);
      const out = await session.run({ ...puzzle(), ...carry, reset });
      expectHeads(out, step);
      carry = Object.fromEntries(states.map((state) => [state, out[`next_${state}`] as (typeof carry)[string]]));
    }
    for (const state of states)
      expectWithinNoise(
        state,
        carry[state]!.data as Float32Array,
        recorded.floats(`final.${state}`),
        oracle.evalStateNoise,
      );
    await session.release();
  });

  it('as a whole solve, gives the recorded answer and the halting logits of every step', async () => {
    const session = await InferenceSession.create(onnxSolve(config, oracle.state('params'), BATCH), {
      logSeverityLevel: 3,
    });
    expect(session.inputNames).toEqual(Object.keys(puzzle()));
    const out = await session.run(puzzle());
    expectHeads(out, steps);
    expect(out.preds!.data).toEqual(recorded.ints('final.preds'));
    expect(out.step_preds!.dims).toEqual([steps, BATCH, config.seqLen]);
    expect(out.step_preds!.data.slice(-BATCH * config.seqLen)).toEqual(recorded.ints('final.preds'));
    for (let step = 1; step <= steps; step++) {
      const halting = (out.step_q_halt_logits!.data as Float32Array).slice((step - 1) * BATCH, step * BATCH);
      expectWithinNoise(
        `step ${step} halting`,
        halting,
        recorded.floats(`step${step}.q_halt_logits`),
        oracle.evalHeadNoise(step),
      );
    }
    await session.release();
  });
}
