/** A supervision step without learning: the decoded answer and the halting logits. */
import { argmax, reshape, transpose } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { Graph } from '../graph/graph';
import { confidence } from '../loss';
import type { ModelConfig } from '../family/config';
import { forward } from './forward';

export interface AnswerStep {
  readonly graph: Graph;
  /** [S·B, V], position-major; not an output. */
  readonly logits: Tensor;
}

/**
 * Inputs: those of `forward`. Outputs: next_zH, next_zL; `answer` int32 [B, S]; `confidence` [B, S],
 * the probability of each answered token; `q` [B, 2].
 */
export function answerStepGraph(config: ModelConfig, batchSize: number): AnswerStep {
  const graph = new Graph();
  const { logits, q } = forward(graph, config, { batchSize });
  const byExample = (cells: Tensor) => transpose(reshape(cells, [config.seqLen, batchSize]), [1, 0]);
  graph.output('answer', byExample(argmax(logits, 1)));
  graph.output('confidence', byExample(confidence(config.loss, logits)));
  graph.output('q', q);
  return { graph, logits };
}
