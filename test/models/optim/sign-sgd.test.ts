import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatherRows, signSgd } from '../../../models/optim/sign-sgd';

test('rows of a table are gathered in the order asked for; one that it does not have is refused', () => {
  const table = Float32Array.of(0, 1, 10, 11, 20, 21);
  expect([...gatherRows(table, Int32Array.of(2, 0, 2), 2)]).toEqual([20, 21, 0, 1, 20, 21]);
  for (const identifier of [3, -1])
    expect(() => gatherRows(table, Int32Array.of(0, identifier), 2)).toThrow(
      `puzzle identifier ${identifier}: the model has embeddings for 0 to 2`,
    );
});

test('a model without embeddings takes any identifier', () => {
  expect(gatherRows(new Float32Array(), Int32Array.of(7), 0)).toHaveLength(0);
});

/** `p.mul_(1 - lr * wd).add_(sign, alpha=-lr)` of PyTorch on float32: every factor, product and sum is rounded. */
const pyTorchUpdate = (weight: number, slope: number, lr: number, decay: number): number => {
  const shrunk = Math.fround(weight * Math.fround(1 - lr * decay));
  return Math.fround(shrunk + Math.sign(slope) * Math.fround(-lr));
};

test('a row is updated with the roundings of PyTorch, its gradients added up in float32', () => {
  const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -8, max: 8 });
  const rate = fc.double({ noNaN: true, min: 0, max: 0.1 });
  fc.assert(
    fc.property(float, fc.array(float, { minLength: 1, maxLength: 4 }), rate, rate, (weight, slopes, lr, decay) => {
      const rows = { identifiers: new Int32Array(slopes.length), gradient: Float32Array.from(slopes) };
      const [next] = signSgd(Float32Array.of(weight), rows, { learningRate: lr, weightDecay: decay });
      const sum = slopes.reduce((total, slope) => Math.fround(total + slope), 0);
      expect(next).toBe(pyTorchUpdate(weight, sum, lr, decay));
    }),
  );
});

test('rounding only at the end gives another number: the last place of this weight tells the two apart', () => {
  const [weight, lr, decay] = [Math.fround(0.313), 0.01, 0.1];
  const rows = { identifiers: Int32Array.of(0), gradient: Float32Array.of(1) };
  const [next] = signSgd(Float32Array.of(weight), rows, { learningRate: lr, weightDecay: decay });
  expect(next).toBe(pyTorchUpdate(weight, 1, lr, decay));
  expect(next).not.toBe(Math.fround(weight * (1 - lr * decay) - lr));
});
