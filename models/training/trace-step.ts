/** A supervision step taken apart: what every update of the recursion did, decoded. */
import { argmax, concat, mul, reduceMean, reshape, slice, sqrt, sub } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { Graph } from '../graph/graph';
import { confidence } from '../loss';
import type { TrmConfig } from '../trm/config';
import type { Trm } from '../trm/trm';
import { forward } from './forward';

/**
 * For one puzzle (B = 1). Inputs: those of `forward`. Outputs: next_zH, next_zL and, per H cycle,
 * `answer` int32 [hCycles, S], `confidence` [hCycles, S], `qHalt` [hCycles], `answerChange` [hCycles];
 * per L update `latentChange` [hCycles·lCycles]. Changes are root mean squares of the difference.
 */
export function traceStepGraph(config: TrmConfig): Graph {
  const graph = new Graph();
  const rows = { answer: [] as Tensor[], confidence: [] as Tensor[], qHalt: [] as Tensor[], answerChange: [] as Tensor[], latentChange: [] as Tensor[] };
  const observer = (model: Trm) => ({
    latent: (zL: Tensor, previous: Tensor) => void rows.latentChange.push(change(zL, previous)),
    answer(zH: Tensor, previous: Tensor) {
      const logits = model.decode(zH);
      rows.answer.push(reshape(argmax(logits, 1), [1, config.seqLen]));
      rows.confidence.push(reshape(confidence(logits), [1, config.seqLen]));
      rows.qHalt.push(reshape(slice(model.qHead(zH), 1, { to: 1 }), [1]));
      rows.answerChange.push(change(zH, previous));
    },
  });
  forward(graph, config, { batchSize: 1, observer });
  for (const [name, parts] of Object.entries(rows)) graph.output(name, concat(parts, 0));
  return graph;
}

/** Root mean square of the difference of two states, [1]. */
function change(now: Tensor, before: Tensor): Tensor {
  const difference = sub(now, before);
  return reshape(sqrt(reduceMean(mul(difference, difference), [0, 1])), [1]);
}
