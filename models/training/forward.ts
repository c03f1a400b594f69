/** One supervision step of a batch, from carry to carry: shared by training, evaluation and the traced solve. */
import { cast, reshape, select, transpose } from '../graph/build';
import type { Graph, Tensor } from '../graph/graph';
import { Weights } from '../nn/parameters';
import type { TrmConfig } from '../trm/config';
import type { Observer, StepResult } from '../trm/trm';
import { Trm } from '../trm/trm';
import { trmLayout } from '../trm/weights';

export interface Forward extends StepResult {
  readonly model: Trm;
  readonly weights: Weights;
}

/**
 * Declares the inputs params [N]; hInit, lInit [D]; zH, zL [L, B·D]; reset int32 [B] (1 starts an
 * example over from hInit, lInit); inputs int32 [B, S]; and the outputs next_zH, next_zL.
 */
export function forward(graph: Graph, config: TrmConfig, options: { readonly batchSize: number; readonly observer?: (model: Trm) => Observer }): Forward {
  const { batchSize, observer } = options;
  const layout = trmLayout(config);
  const weights = new Weights(graph.input('params', [layout.size]), layout);
  const model = new Trm(config, weights);
  const x = model.embed(transpose(graph.input('inputs', [batchSize, config.seqLen], 'int32'), [1, 0]));
  const start = { zH: startState(graph, config, { batchSize, state: 'zH' }), zL: startState(graph, config, { batchSize, state: 'zL' }) };
  const step = model.supervisionStep(x, start, observer?.(model));
  graph.output('next_zH', step.carry.zH);
  graph.output('next_zL', step.carry.zL);
  return { ...step, model, weights };
}

/** The carried state, or the initial one for examples that start over. */
function startState(graph: Graph, { seqLen, hiddenSize }: TrmConfig, { batchSize, state }: { readonly batchSize: number; readonly state: 'zH' | 'zL' }): Tensor {
  const shape = [seqLen, batchSize, hiddenSize];
  const carried = reshape(graph.input(state, [seqLen, batchSize * hiddenSize]), shape);
  const initial = reshape(graph.input(state === 'zH' ? 'hInit' : 'lInit', [hiddenSize]), [1, 1, hiddenSize]);
  const reset = cast(reshape(graph.input('reset', [batchSize], 'int32'), [1, batchSize, 1]), 'bool');
  return reshape(select(reset, initial, carried), [seqLen, batchSize * hiddenSize]);
}
