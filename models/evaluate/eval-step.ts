/** The graph of evaluation: a supervision step of a batch without gradients. */
import type { ModelConfig } from '../family/config';
import { argmax, concat, reshape, transpose } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { Graph } from '../graph/graph';
import type { Precision } from '../runtime/execution';
import { concatLogits, forward, outputCarry, splitBatch } from '../train/forward';
import { confidence } from '../train/loss';

interface EvalStep {
  readonly graph: Graph;
  /** [S·B, V], position-major; not an output. */
  readonly logits: Tensor;
}

/**
 * Inputs: those of `forward`. Outputs: next_zH, next_zL; `answer` int32 [B, S]; `confidence` [B, S],
 * the probability of each answered token; `q` [B, 2].
 */
export function evalStepGraph(config: ModelConfig, batchSize: number, precision: Precision = 'float32'): EvalStep {
  const graph = new Graph();
  const microBatches = splitBatch(config, batchSize).map((microBatch) =>
    forward(graph, config, { batchSize, microBatch, precision }),
  );
  const logits = concatLogits(
    microBatches.map((microBatch) => microBatch.logits),
    config.seqLen,
  );
  outputCarry(graph, config, microBatches);
  const byExample = (cells: Tensor) => transpose(reshape(cells, [config.seqLen, batchSize]), [1, 0]);
  graph.output('answer', byExample(argmax(logits, 1)));
  graph.output('confidence', byExample(confidence(config.loss, logits)));
  graph.output(
    'q',
    concat(
      microBatches.map(({ q }) => q),
      0,
    ),
  );
  return { graph, logits };
}
