/** Losses per example: cross entropy of the answer, and binary cross entropy of the halting head. */
import {
  add,
  argmax,
  cast,
  div,
  equal,
  exp,
  log,
  max,
  mul,
  neg,
  oneHot,
  reduceMax,
  reduceSum,
  reshape,
  slice,
  softplus,
  stablemaxScore,
  stopGradient,
  sub,
} from '../graph/build';
import type { Tensor } from '../graph/graph';

export type LossName = 'stablemax' | 'softmax';

/**
 * Positive scores that are normalised to probabilities: s(x) of stablemax (arXiv 2501.04697), or
 * e^(x − max) of softmax, for logits [N, V].
 */
const scores: Readonly<Record<LossName, (logits: Tensor) => Tensor>> = {
  stablemax: stablemaxScore,
  // The largest logit is subtracted against overflow; the result does not depend on it.
  softmax: (logits) => exp(sub(logits, stopGradient(reduceMax(logits, [1])))),
};

/** log of the score of one cell's label: exact for softmax, where the score itself may underflow to 0. */
const logScore: Readonly<Record<LossName, (logits: Tensor, picked: Tensor) => Tensor>> = {
  stablemax(logits, picked) {
    // A negative label selects no token; adding 1 keeps log and its gradient finite.
    const nothing = add(neg(reduceSum(picked, [1])), 1);
    return log(add(reduceSum(mul(stablemaxScore(logits), picked), [1]), nothing));
  },
  softmax: (logits, picked) => reduceSum(mul(sub(logits, stopGradient(reduceMax(logits, [1]))), picked), [1]),
};

/** −log p[label] for logits [N, V] and labels int32 [N]; 0 where the label is negative (ignored). */
export function crossEntropy(name: LossName, logits: Tensor, labels: Tensor): Tensor {
  const picked = oneHot(labels, logits.shape[1]!);
  const loss = sub(log(reduceSum(scores[name](logits), [1])), logScore[name](logits, picked));
  return reshape(mul(loss, reduceSum(picked, [1])), labels.shape);
}

/** Probability of the likeliest token, [N, 1]. */
export function confidence(name: LossName, logits: Tensor): Tensor {
  const values = scores[name](logits);
  return div(reduceMax(values, [1]), reduceSum(values, [1]));
}

/** Binary cross entropy with logits: softplus(q) − q·target. */
const binaryCrossEntropy = (q: Tensor, target: Tensor): Tensor => sub(softplus(q), mul(q, target));

/** One column of q [B, 2]. */
export const qColumn = (q: Tensor, column: number): Tensor =>
  reshape(slice(q, 1, { from: column, to: column + 1 }), [q.shape[0]!]);

export interface ExampleLosses {
  /** All [B]. Mean loss over the labelled cells of each example. */
  readonly lmLoss: Tensor;
  readonly qHaltLoss: Tensor;
  /** Zero where there is no continue target. */
  readonly qContinueLoss: Tensor;
  readonly correctCells: Tensor;
  readonly validCells: Tensor;
}

export interface LossInputs {
  readonly loss: LossName;
  /** [S·B, V], position-major. */
  readonly logits: Tensor;
  /** int32 [S, B] */
  readonly labels: Tensor;
  /** [B, 2] */
  readonly q: Tensor;
  /** Target probability of "continue", [B]; null where it is not trained. */
  readonly continueTarget: Tensor | null;
}

/** The halting target is "every labelled cell right"; an example without labels counts as right. */
export function exampleLosses({ loss, logits, labels, q, continueTarget }: LossInputs): ExampleLosses {
  const [positions, batch] = labels.shape;
  const flat = reshape(labels, [positions! * batch!]);
  const perExample = (cells: Tensor) => reshape(reduceSum(reshape(cells, [positions!, batch!]), [0]), [batch!]);
  const validCells = perExample(reduceSum(oneHot(flat, logits.shape[1]!), [1]));
  const correctCells = perExample(cast(equal(argmax(logits, 1), flat), 'float32'));
  const isCorrect = cast(equal(correctCells, validCells), 'float32');
  return {
    lmLoss: div(perExample(crossEntropy(loss, logits, flat)), max(validCells, 1)),
    qHaltLoss: binaryCrossEntropy(qColumn(q, 0), isCorrect),
    qContinueLoss: continueTarget ? binaryCrossEntropy(qColumn(q, 1), continueTarget) : mul(isCorrect, 0),
    correctCells,
    validCells,
  };
}
