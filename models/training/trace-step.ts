/** A supervision step taken apart: what every update of the recursion did, decoded. */
import { argmax, concat, mul, reduceMean, reshape, sqrt, sub } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { Graph } from '../graph/graph';
import { confidence, qColumn } from '../loss';
import type { ModelConfig } from '../family/config';
import type { RecursiveModel } from '../family/model';
import { forward, outputCarry } from './forward';

/**
 * For one puzzle (B = 1). Inputs: those of `forward`. Outputs: next_zH, next_zL and, per H cycle,
 * `answer` int32 [hCycles, S], `confidence` [hCycles, S], `qHalt` [hCycles], `answerChange` [hCycles];
 * per L update `latentChange` [hCycles·lCycles]. Changes are root mean squares of the difference.
 */
export function traceStepGraph(config: ModelConfig): Graph {
  const graph = new Graph();
  const rows = { answer: [] as Tensor[], confidence: [] as Tensor[], qHalt: [] as Tensor[], answerChange: [] as Tensor[], latentChange: [] as Tensor[] };
  const observer = (model: RecursiveModel) => ({
    latent: (zL: Tensor, previous: Tensor) => void rows.latentChange.push(change(zL, previous)),
    answer(state: Tensor, previous: Tensor) {
      const logits = model.decode(state);
      rows.answer.push(reshape(argmax(logits, 1), [1, config.seqLen]));
      rows.confidence.push(reshape(confidence(config.loss, logits), [1, config.seqLen]));
      rows.qHalt.push(haltingLogit(config, model.qHead(state)));
      rows.answerChange.push(change(state, previous));
    },
  });
  outputCarry(graph, config, [forward(graph, config, { batchSize: 1, observer })]);
  // A model without a latent has no latent changes.
  for (const [name, parts] of Object.entries(rows)) if (parts.length > 0) graph.output(name, concat(parts, 0));
  return graph;
}

/** Above 0 the model would halt: qHalt, less qContinue where the model weighs the two against each other; [1]. */
const haltingLogit = ({ noActContinue }: ModelConfig, q: Tensor): Tensor =>
  noActContinue ? qColumn(q, 0) : sub(qColumn(q, 0), qColumn(q, 1));

/** Root mean square of the difference of two states, [1]. */
function change(now: Tensor, before: Tensor): Tensor {
  const difference = sub(now, before);
  return reshape(sqrt(reduceMean(mul(difference, difference), [0, 1])), [1]);
}
