/**
 * The network of the family: an injection, then post-norm blocks. States are kept position-major,
 * [L, B·D], so that token mixing is one plain matrix product and channel mixing a free reshape to [L·B, D].
 */
import { add, reshape, rmsNorm } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { attentionResidual, headWidth } from '../nn/attention';
import type { Weights } from '../nn/parameters';
import type { RotaryTables } from '../nn/rotary';
import { rotaryTables } from '../nn/rotary';
import { swigluResidual } from '../nn/swiglu';
import type { ModelConfig } from './config';
import { networks, positions, RMS_NORM_EPSILON, ROPE_BASE } from './config';
import type { Level } from './weights';
import { inner, names } from './weights';

export class Network {
  private readonly rotary: RotaryTables | null;

  constructor(private readonly config: ModelConfig, private readonly weights: Weights, private readonly level: Level) {
    const { hiddenSize, numHeads, posEncodings } = config;
    const headDim = headWidth(hiddenSize, numHeads);
    const tables = { positions: positions(config), headDim, base: ROPE_BASE };
    this.rotary = posEncodings === 'rope' ? rotaryTables(weights.flat.graph, tables) : null;
  }

  /** h = z (+ injection), then the blocks. */
  apply(z: Tensor, injection?: Tensor): Tensor {
    let h = injection ? add(z, injection) : z;
    for (let layer = 0; layer < networks(this.config)[this.level]; layer++) h = this.block(h, names.block(this.level, layer));
    return h;
  }

  private block(h: Tensor, name: string): Tensor {
    const mixed = reshape(this.config.mlpT ? this.mixTokens(h, name) : this.attend(h, name), [-1, this.config.hiddenSize]);
    const options = { name: `${name}.mlp`, inner: inner(this.config).channels, along: 'channels' } as const;
    return reshape(rmsNorm(swigluResidual(mixed, this.weights, options), 1, RMS_NORM_EPSILON), h.shape);
  }

  /** The first norm of a token-mixing block runs over the positions, as in the reference. */
  private mixTokens(h: Tensor, name: string): Tensor {
    const options = { name: `${name}.mlp_t`, inner: inner(this.config).positions, along: 'positions' } as const;
    return rmsNorm(swigluResidual(h, this.weights, options), 0, RMS_NORM_EPSILON);
  }

  private attend(h: Tensor, name: string): Tensor {
    const { hiddenSize, numHeads } = this.config;
    const rows = reshape(h, [-1, hiddenSize]);
    const options = { positions: positions(this.config), numHeads, headDim: headWidth(hiddenSize, numHeads), rotary: this.rotary };
    return rmsNorm(attentionResidual(rows, this.weights, { name: `${name}.self_attn`, ...options }), 1, RMS_NORM_EPSILON);
  }
}
