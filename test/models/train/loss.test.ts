import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backward } from '../../../models/graph/backward';
import { reduceSum, reshape } from '../../../models/graph/build';
import { Graph } from '../../../models/graph/graph';
import { confidence, crossEntropy, exampleLosses } from '../../../models/train/loss';
import { Session } from '../../../models/runtime/session';

const [CELLS, TOKENS] = [4, 3];
const IGNORED = -100;

/** s(x)/Σs(x) of one row of logits, in float64. */
function stablemax(logits: readonly number[]): number[] {
  const scores = logits.map((x) => (x >= 0 ? x + 1 : 1 / (1 - x)));
  const sum = scores.reduce((total, score) => total + score, 0);
  return scores.map((score) => score / sum);
}

describe('stablemax cross entropy', () => {
  let session: Session;
  beforeAll(async () => {
    const graph = new Graph();
    const logits = graph.input('logits', [CELLS, TOKENS]);
    const loss = crossEntropy('stablemax', logits, graph.input('labels', [CELLS], 'int32'));
    graph.output('loss', loss);
    graph.output('confidence', confidence('stablemax', logits));
    const [gradient] = backward(reshape(reduceSum(loss, [0]), []), [logits]);
    graph.output('gradient', gradient ?? expect.unreachable('the loss depends on the logits'));
    session = await Session.create(graph, { threads: 1 });
  });
  afterAll(() => session.release());

  const logit = fc.double({ min: -100, max: 100, noNaN: true }).map(Math.fround);
  const rows = fc.array(fc.array(logit, { minLength: TOKENS, maxLength: TOKENS }), {
    minLength: CELLS,
    maxLength: CELLS,
  });
  const labels = fc.array(fc.constantFrom(IGNORED, 0, 1, 2), { minLength: CELLS, maxLength: CELLS });
  const run = (logits: readonly (readonly number[])[], tokens: readonly number[]) =>
    session.run({ logits: Float32Array.from(logits.flat()), labels: Int32Array.from(tokens) });

  test('is −log p[label] within 1e-5 of float64, and 0 for ignored cells', () =>
    fc.assert(
      fc.asyncProperty(rows, labels, async (logits, tokens) => {
        const { loss } = await run(logits, tokens);
        tokens.forEach((token, cell) => {
          const expected = token === IGNORED ? 0 : -Math.log(stablemax(logits[cell]!)[token]!);
          expect(Math.abs(loss![cell]! - expected)).toBeLessThan(1e-5 * Math.max(1, expected));
        });
      }),
    ));

  test('has no gradient in ignored cells and a finite one elsewhere, for logits of any size', async () => {
    const { gradient } = await run(
      [
        [1e30, -1e30, 0],
        [1e30, -1e30, 0],
        [0, 0, 0],
        [-1e4, 1e4, 5],
      ],
      [IGNORED, 1, 0, 0],
    );
    expect([...gradient!.subarray(0, TOKENS)]).toEqual([0, 0, 0]);
    expect(gradient!.every(Number.isFinite)).toBe(true);
  });

  test('gives the probability of the most likely token as confidence', async () => {
    const logits = [
      [0, 0, 0],
      [8, 0, 0],
      [-1, -3, -1],
      [3, 1, 2],
    ];
    const { confidence: shares } = await run(logits, [0, 0, 0, 0]);
    shares!.forEach((share, cell) => expect(share).toBeCloseTo(Math.max(...stablemax(logits[cell]!)), 6));
  });
});

describe('exampleLosses', () => {
  // Four examples of two cells; logits are position-major: cell 0 of each example, then cell 1.
  const logitsFor = (token: number) => [0, 1, 2].map((other) => (other === token ? 9 : 0));
  const logits = [
    logitsFor(1),
    logitsFor(1),
    logitsFor(2),
    logitsFor(0),
    logitsFor(2),
    logitsFor(0),
    logitsFor(2),
    logitsFor(0),
  ].flat();
  const labels = [1, 1, IGNORED, 1, 2, 1, IGNORED, IGNORED];
  const cellLoss = (token: number, label: number) => -Math.log(stablemax(logitsFor(token))[label]!);

  async function losses() {
    const graph = new Graph();
    const graphInputs = {
      logits: graph.input('logits', [8, TOKENS]),
      labels: graph.input('labels', [2, 4], 'int32'),
      q: graph.input('q', [4, 2]),
    };
    const continueTarget = graph.constant(Float32Array.of(1, 0, 0.5, 0.25), [4]);
    for (const [name, tensor] of Object.entries(exampleLosses({ loss: 'stablemax', ...graphInputs, continueTarget })))
      graph.output(name, tensor);
    const session = await Session.create(graph, { threads: 1 });
    const out = await session.run({
      logits: Float32Array.from(logits),
      labels: Int32Array.from(labels),
      q: Float32Array.of(2, 0, 2, 0, -1, 0, -1, 0),
    });
    await session.release();
    return out;
  }

  test('averages over the labelled cells of each example', async () => {
    const { lmLoss, validCells, correctCells } = await losses();
    expect([...validCells!]).toEqual([2, 2, 0, 1]);
    expect([...correctCells!]).toEqual([2, 1, 0, 0]);
    expect(lmLoss![0]).toBeCloseTo((cellLoss(1, 1) + cellLoss(2, 2)) / 2, 5);
    expect(lmLoss![1]).toBeCloseTo((cellLoss(1, 1) + cellLoss(0, 1)) / 2, 5);
    expect(lmLoss![2]).toBe(0);
    expect(lmLoss![3]).toBeCloseTo(cellLoss(0, 1), 5);
  });

  test('trains the halting head on whether every labelled cell is correct, also without labels', async () => {
    const { qHaltLoss } = await losses();
    const crossEntropy = (q: number, target: number) => Math.log1p(Math.exp(target ? -q : q));
    [crossEntropy(2, 1), crossEntropy(2, 0), crossEntropy(-1, 1), crossEntropy(-1, 0)].forEach((expected, i) =>
      expect(qHaltLoss![i]).toBeCloseTo(expected, 5),
    );
  });

  test('compares the continue head with its target', async () => {
    const { qContinueLoss } = await losses();
    qContinueLoss!.forEach((loss) => expect(loss).toBeCloseTo(Math.log(2), 6));
  });
});
