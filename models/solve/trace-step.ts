/** The graph of a traced solve: a supervision step of one puzzle, with every state decoded by the model's heads. */
import type { ModelConfig } from '../family/config';
import { countPositions } from '../family/config';
import type { RecursiveModel } from '../family/model';
import { argmax, concat, gather, mul, reduceMean, reshape, sqrt, sub } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { Graph } from '../graph/graph';
import type { Precision } from '../runtime/execution';
import { forward, outputCarry } from '../train/forward';
import { confidence, qColumn } from '../train/loss';
import { sampledPositions } from './latent-path';

/**
 * For one puzzle (B = 1). Inputs: those of `forward`; attended int32 [1] where the model has attention, head·L +
 * position; sampled int32 [n], the positions whose state is output. Outputs: next_zH, next_zL; per update of a state, in
 * their order (U = hCycles·(lCycles + 1)), what the heads read from it, `answer` int32 [U, S], `confidence` [U, S],
 * `qHalt` [U], and `change` [U], the root mean square of the difference to the state before; `states` [U, n·D], the
 * new state at the sampled positions; per block of every update `attention` [U·blocks, L], the attention weights of
 * the attended head and position over all positions.
 */
export function traceStepGraph(config: ModelConfig, precision: Precision = 'float32'): Graph {
  const graph = new Graph();
  const rows = {
    answer: [] as Tensor[],
    confidence: [] as Tensor[],
    qHalt: [] as Tensor[],
    change: [] as Tensor[],
    states: [] as Tensor[],
    attention: [] as Tensor[],
  };
  const sampled = graph.input('sampled', [sampledPositions(config).length], 'int32');
  const observer = (model: RecursiveModel) => {
    const update = (state: Tensor, previous: Tensor) => {
      const logits = model.decode(state);
      rows.answer.push(reshape(argmax(logits, 1), [1, config.seqLen]));
      rows.confidence.push(reshape(confidence(config.loss, logits), [1, config.seqLen]));
      rows.qHalt.push(haltingLogit(config, model.qHead(state)));
      rows.change.push(change(state, previous));
      rows.states.push(reshape(gather(state, sampled), [1, -1]));
    };
    return { latent: update, answer: update };
  };
  const onAttention = (weights: Tensor) => void rows.attention.push(attendedRow(graph, config, weights));
  outputCarry(graph, config, [forward(graph, config, { batchSize: 1, observer, precision, onAttention })]);
  for (const [name, parts] of Object.entries(rows)) if (parts.length > 0) graph.output(name, concat(parts, 0));
  return graph;
}

/** One row of the weights [1, heads, L, L], as [1, L]. */
const attendedRow = (graph: Graph, config: ModelConfig, weights: Tensor): Tensor =>
  gather(reshape(weights, [-1, countPositions(config)]), graph.input('attended', [1], 'int32'));

/** Above 0 the model would halt: qHalt, less qContinue where the model weighs the two against each other; [1]. */
const haltingLogit = ({ noActContinue }: ModelConfig, q: Tensor): Tensor =>
  noActContinue ? qColumn(q, 0) : sub(qColumn(q, 0), qColumn(q, 1));

/** Root mean square of the difference of two states, [1]. */
function change(now: Tensor, before: Tensor): Tensor {
  const difference = sub(now, before);
  return reshape(sqrt(reduceMean(mul(difference, difference), [0, 1])), [1]);
}
