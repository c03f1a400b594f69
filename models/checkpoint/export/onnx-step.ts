/** One supervision step as an ONNX file: whoever runs it carries the states from step to step. */
import type { Tensor } from '../../graph/graph';
import { cast, reshape, select } from '../../graph/build';
import { positions, type ModelConfig } from '../../family/config';
import type { ModelState } from '../../family/weights';
import { toOnnx } from '../../onnx/encode';
import { encodeModel } from '../../onnx/proto';
import { documented, fileFacts } from './onnx-docs';
import { carryOf, givenTensors, SolvingGraph, stateNames } from './solving-graphs';

const doc =
  'One supervision step of a tiny recursive model. Run it with reset 1 first, then with reset 0 and next_z_H, next_z_L as z_H, z_L.';

/**
 * Inputs `inputs`, `puzzle_identifiers` (where the model has puzzle embeddings), `reset`, and of `z_H`, `z_L` what the
 * model carries. Outputs `logits`, `preds`, `q_halt_logits`, `q_continue_logits`, and `next_` states.
 */
export function onnxStep(config: ModelConfig, state: ModelState, batchSize = 1): Uint8Array {
  const solving = new SolvingGraph({ config, batchSize });
  const { graph } = solving;
  const starts = cast(reshape(graph.input('reset', [batchSize], 'int32'), [batchSize, 1, 1]), 'bool');
  const carry = carryOf(config, (name): Tensor => {
    const fed = graph.input(stateNames[name], [batchSize, positions(config), config.hiddenSize]);
    return solving.positionFirst(select(starts, solving.batchFirst(solving.start(name)), fed));
  });
  const result = solving.step(solving.embed(), carry);
  for (const [name, tensor] of Object.entries(solving.heads(result))) graph.output(name, tensor);
  for (const [name, tensor] of Object.entries(result.carry))
    graph.output(`next_${stateNames[name as keyof typeof stateNames]}`, solving.batchFirst(tensor as Tensor));
  const { inputs, outputs, ...rest } = toOnnx(graph, { portable: true, given: givenTensors(config, state) });
  return encodeModel({
    ...rest,
    inputs: inputs.map(documented),
    outputs: outputs.map(documented),
    ...fileFacts(config, doc),
  });
}
