import { expect, test } from 'vitest';
import { gatherRows } from '../../../models/optim/sign-sgd';

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
