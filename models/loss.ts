/** Stablemax cross entropy (arXiv 2501.04697) and the halting loss, per example. */
import { add, argmax, cast, div, equal, log, max, mul, neg, oneHot, reduceMax, reduceSum, reshape, slice, softplus, stablemaxScore, sub } from './graph/build';
import type { Tensor } from './graph/graph';

/** −log p[label] with p = s(x)/Σs(x), for logits [N, V] and labels int32 [N]; 0 where the label is negative (ignored). */
export function stablemaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  const scores = stablemaxScore(logits);
  const picked = oneHot(labels, logits.shape[1]);
  const valid = reduceSum(picked, [1]);
  // An ignored label picks nothing; the 1 put in its place keeps log and its gradient finite.
  const score = add(reduceSum(mul(scores, picked), [1]), add(neg(valid), 1));
  const loss = sub(log(reduceSum(scores, [1])), log(score));
  return reshape(mul(loss, valid), labels.shape);
}

/** Probability of the likeliest token, [N, 1]: stablemax of the largest logit. */
export function confidence(logits: Tensor): Tensor {
  const scores = stablemaxScore(logits);
  return div(reduceMax(scores, [1]), reduceSum(scores, [1]));
}

export interface ExampleLosses {
  /** All [B]. Mean loss over the labelled cells of each example. */
  readonly lmLoss: Tensor;
  readonly qHaltLoss: Tensor;
  readonly correctCells: Tensor;
  readonly validCells: Tensor;
}

/**
 * Losses of a batch: logits [S·B, V] position-major, labels int32 [S, B], q [B, 2].
 * The halting target is "every labelled cell right"; an example without labels counts as right.
 */
export function exampleLosses(logits: Tensor, labels: Tensor, q: Tensor): ExampleLosses {
  const [positions, batch] = labels.shape;
  const flat = reshape(labels, [positions * batch]);
  const perExample = (cells: Tensor) => reshape(reduceSum(reshape(cells, [positions, batch]), [0]), [batch]);
  const validCells = perExample(reduceSum(oneHot(flat, logits.shape[1]), [1]));
  const correctCells = perExample(cast(equal(argmax(logits, 1), flat), 'float32'));
  const isCorrect = cast(equal(correctCells, validCells), 'float32');
  const qHalt = reshape(slice(q, 1, { to: 1 }), [batch]);
  return {
    lmLoss: div(perExample(stablemaxCrossEntropy(logits, flat)), max(validCells, 1)),
    // Binary cross entropy with logits: softplus(q) − q·target.
    qHaltLoss: sub(softplus(qHalt), mul(qHalt, isCorrect)),
    correctCells,
    validCells,
  };
}
