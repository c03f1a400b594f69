/**
 * The network of the family: an injection, then post-norm blocks. States are kept position-major,
 * [L, B·D], so that token mixing is one plain matrix product and channel mixing a free reshape to [L·B, D].
 */
import { add, reshape, rmsNorm } from '../graph/build';
import type { Tensor } from '../graph/graph';
import type { OnAttention, RotaryTables } from '../nn/attention';
import { attentionResidual, headWidth, rotaryTables } from '../nn/attention';
import type { Weights } from '../nn/parameters';
import type { Product } from '../nn/precision';
import { swigluResidual } from '../nn/swiglu';
import type { ModelConfig } from './config';
import { networks, positions, RMS_NORM_EPSILON, ROPE_BASE } from './config';
import type { Level } from './families';
import { inner, names } from './weights';

export interface NetworkOptions {
  readonly config: ModelConfig;
  readonly weights: Weights;
  /** How its products with weights are made. */
  readonly product: Product;
  readonly onAttention?: OnAttention | undefined;
}

export class Network {
  private readonly rotary: RotaryTables | null;

  constructor(
    private readonly options: NetworkOptions,
    private readonly level: Level,
  ) {
    const { config, weights } = options;
    const { hiddenSize, numHeads, posEncodings } = config;
    const headDim = headWidth(hiddenSize, numHeads);
    const tables = { positions: positions(config), headDim, base: ROPE_BASE };
    this.rotary = posEncodings === 'rope' ? rotaryTables(weights.flat.graph, tables) : null;
  }

  /** h = z (+ injection), then the blocks. */
  apply(z: Tensor, injection?: Tensor): Tensor {
    let h = injection ? add(z, injection) : z;
    for (let layer = 0; layer < networks(this.options.config)[this.level]; layer++)
      h = this.block(h, names.block(this.level, layer));
    return h;
  }

  private block(h: Tensor, name: string): Tensor {
    const { config, weights, product } = this.options;
    const mixed = reshape(config.mlpT ? this.mixTokens(h, name) : this.attend(h, name), [-1, config.hiddenSize]);
    const options = { name: `${name}.mlp`, inner: inner(config).channels, along: 'channels', product } as const;
    return reshape(rmsNorm(swigluResidual(mixed, weights, options), 1, RMS_NORM_EPSILON), h.shape);
  }

  /** The first norm of a token-mixing block runs over the positions, as in the reference. */
  private mixTokens(h: Tensor, name: string): Tensor {
    const { config, weights, product } = this.options;
    const options = { name: `${name}.mlp_t`, inner: inner(config).positions, along: 'positions', product } as const;
    return rmsNorm(swigluResidual(h, weights, options), 0, RMS_NORM_EPSILON);
  }

  private attend(h: Tensor, name: string): Tensor {
    const { config, weights, product, onAttention } = this.options;
    const { hiddenSize, numHeads } = config;
    const rows = reshape(h, [-1, hiddenSize]);
    const options = {
      positions: positions(config),
      numHeads,
      headDim: headWidth(hiddenSize, numHeads),
      rotary: this.rotary,
      product,
      onAttention,
    };
    return rmsNorm(attentionResidual(rows, weights, { name: `${name}.self_attn`, ...options }), 1, RMS_NORM_EPSILON);
  }
}
