import type { Tensor } from '../../graph/graph';
import { slice } from '../../graph/build';
import type { Graph } from '../../graph/graph';
import type { ParameterLayout } from '../../nn/parameters';
import { Weights } from '../../nn/parameters';

/** Every weight as an input of its own, under the reference's name: for files that others read. */
export class NamedWeights extends Weights {
  constructor(
    private readonly graph: Graph,
    private readonly specs: ParameterLayout,
  ) {
    // Of the flat vector nothing is used but its graph.
    super(graph.input('params', [specs.size]), specs);
  }

  override get(name: string, rows: { readonly from?: number; readonly to?: number } = {}): Tensor {
    return slice(this.graph.input(name, this.specs.find(name).spec.shape), 0, rows);
  }
}
