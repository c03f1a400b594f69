/**
 * The Tiny Recursive Model (arXiv 2510.04871): one small network that improves a latent zL and an
 * answer zH again and again. States are kept position-major, [L, B·D], so that token mixing is one
 * plain matrix product and channel mixing a free reshape to [L·B, D].
 */
import { add, gather, gemm, mul, reshape, rmsNorm, slice, stopGradient } from '../graph/build';
import type { Tensor } from '../graph/graph';
import { attentionResidual, headWidth } from '../nn/attention';
import type { Weights } from '../nn/parameters';
import type { RotaryTables } from '../nn/rotary';
import { rotaryTables } from '../nn/rotary';
import { swigluResidual } from '../nn/swiglu';
import type { TrmConfig } from './config';
import { RMS_NORM_EPSILON, ROPE_BASE } from './config';
import { inner, names } from './weights';

export interface Carry {
  /** The answer embedding ("y" in the paper), [L, B·D]. */
  readonly zH: Tensor;
  /** The latent ("z" in the paper), [L, B·D]. */
  readonly zL: Tensor;
}

/** Told of every state as the recursion builds it: the traced solve decodes them. */
export interface Observer {
  latent?(zL: Tensor, previous: Tensor): void;
  answer?(zH: Tensor, previous: Tensor): void;
}

export interface StepResult {
  readonly carry: Carry;
  /** [S·B, V], position-major. */
  readonly logits: Tensor;
  /** [B, 2]: qHalt, qContinue. */
  readonly q: Tensor;
}

export class Trm {
  private readonly rotary: RotaryTables | null;

  constructor(private readonly config: TrmConfig, private readonly weights: Weights) {
    const { seqLen, hiddenSize, numHeads, posEncodings } = config;
    const headDim = headWidth(hiddenSize, numHeads);
    const { graph } = weights.flat;
    this.rotary = posEncodings === 'rope' ? rotaryTables(graph, { positions: seqLen, headDim, base: ROPE_BASE }) : null;
  }

  /** Tokens int32 [S, B] → √D · embedding, [L, B·D]. */
  embed(tokens: Tensor): Tensor {
    const { hiddenSize, seqLen } = this.config;
    const embedded = gather(this.weights.get(names.embedTokens), tokens);
    return mul(reshape(embedded, [seqLen, -1]), Math.sqrt(hiddenSize));
  }

  /** One supervision step; gradients flow only through the last of the hCycles. */
  supervisionStep(x: Tensor, start: Carry, observer: Observer = {}): StepResult {
    let carry = start;
    for (let cycle = 1; cycle <= this.config.hCycles; cycle++) {
      if (cycle === this.config.hCycles) carry = detach(carry);
      carry = this.cycle(x, carry, observer);
    }
    return { carry: detach(carry), logits: this.decode(carry.zH), q: this.qHead(carry.zH) };
  }

  /** lCycles updates of the latent, then one of the answer. */
  private cycle(x: Tensor, { zH, zL }: Carry, observer: Observer): Carry {
    const injection = add(zH, x);
    let latent = zL;
    for (let update = 0; update < this.config.lCycles; update++) {
      const previous = latent;
      latent = this.net(previous, injection);
      observer.latent?.(latent, previous);
    }
    const answer = this.net(zH, latent);
    observer.answer?.(answer, zH);
    return { zH: answer, zL: latent };
  }

  /** lm head: [L, B·D] → logits [S·B, V]. */
  decode(zH: Tensor): Tensor {
    const rows = reshape(zH, [-1, this.config.hiddenSize]);
    return gemm(rows, this.weights.get(names.lmHead), { transB: true });
  }

  /** Halting logits [B, 2], read from position 0. */
  qHead(zH: Tensor): Tensor {
    const first = reshape(slice(zH, 0, { to: 1 }), [-1, this.config.hiddenSize]);
    return gemm(first, this.weights.get(names.qHeadWeight), { transB: true, plus: this.weights.get(names.qHeadBias) });
  }

  /** h = z + injection, then lLayers post-norm blocks. */
  private net(z: Tensor, injection: Tensor): Tensor {
    let h = add(z, injection);
    for (let layer = 0; layer < this.config.lLayers; layer++) h = this.block(h, layer);
    return h;
  }

  private block(h: Tensor, layer: number): Tensor {
    const { hiddenSize } = this.config;
    const mixed = reshape(this.config.mlpT ? this.mixTokens(h, layer) : this.attend(h, layer), [-1, hiddenSize]);
    const name = names.channelMlp(layer);
    const changed = swigluResidual(mixed, this.weights, { name, inner: inner(this.config).channels, along: 'channels' });
    return reshape(rmsNorm(changed, 1, RMS_NORM_EPSILON), h.shape);
  }

  /** The first norm of a token-mixing block runs over the positions, as in the reference. */
  private mixTokens(h: Tensor, layer: number): Tensor {
    const name = names.tokenMlp(layer);
    const mixed = swigluResidual(h, this.weights, { name, inner: inner(this.config).positions, along: 'positions' });
    return rmsNorm(mixed, 0, RMS_NORM_EPSILON);
  }

  private attend(h: Tensor, layer: number): Tensor {
    const { seqLen, hiddenSize, numHeads } = this.config;
    const rows = reshape(h, [-1, hiddenSize]);
    const headDim = headWidth(hiddenSize, numHeads);
    const name = names.attention(layer);
    const mixed = attentionResidual(rows, this.weights, { name, positions: seqLen, numHeads, headDim, rotary: this.rotary });
    return rmsNorm(mixed, 1, RMS_NORM_EPSILON);
  }
}

const detach = ({ zH, zL }: Carry): Carry => ({ zH: stopGradient(zH), zL: stopGradient(zL) });
