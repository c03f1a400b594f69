/**
 * A model as symbolic tensors: input embedding, the networks of its recursion, one supervision step, output heads. States
 * are position-major, [L, B·D], so that token mixing is one plain matrix product and channel mixing a free reshape to
 * [L·B, D].
 */
import {
  add,
  concat,
  expand,
  gather,
  gemm,
  mul,
  pad,
  reshape,
  rmsNorm,
  slice,
  stopGradient,
  transpose,
} from '../graph/build';
import type { Scope, Tensor } from '../graph/graph';
import type { OnAttention, GemmFunction, RotaryTables } from '../nn/layers';
import { attentionResidual, headWidth, gemmByPrecision, rotaryTables, swigluResidual } from '../nn/layers';
import type { Weights } from '../nn/parameters';
import type { Precision } from '../runtime/execution';
import type { ModelConfig } from './config';
import {
  answerState,
  countSymbolVectors,
  hasOneStepGradient,
  hasSymbolVectors,
  readsEverySize,
  mixerOf,
  networkDepths,
  countPositions,
  countPuzzlePositions,
  RMS_NORM_EPSILON,
  ROPE_BASE,
} from './config';
import type { Level } from './families';
import { families } from './families';
import { gridLayers } from './mixers';
import { embedPresent, maskPadding, meanOfCells, presentCells } from './padding';
import type { Carry, Observer, RecursionOptions, StateUpdaters } from './recursions';
import { averageSymbols, decodeSymbols, embedSymbols, meanOfSymbols, meanSwigluResidual } from './symbol-vectors';
import { innerWidths, weightNames } from './weights';

interface NetworkOptions {
  readonly config: ModelConfig;
  readonly weights: Weights;
  /** How its products with weights are made. */
  readonly product: GemmFunction;
  readonly onAttention?: OnAttention | undefined;
  /** The cells of the puzzle, for models that keep the states of padding at zero; [S·B, 1]. */
  readonly present?: Tensor | null;
}

class Network {
  private readonly rotary: RotaryTables | null;

  constructor(
    private readonly options: NetworkOptions,
    private readonly level: Level,
  ) {
    const { config, weights } = options;
    const { hiddenSize, numHeads, posEncodings } = config;
    const headDim = headWidth(hiddenSize, numHeads);
    const tables = { positions: countPositions(config), headDim, base: ROPE_BASE };
    this.rotary = posEncodings === 'rope' ? rotaryTables(weights.flat.graph, tables) : null;
  }

  /** h = z (+ injection), then the blocks. */
  apply(z: Tensor, injection?: Tensor): Tensor {
    let h = injection ? add(z, injection) : z;
    for (let layer = 0; layer < networkDepths(this.options.config)[this.level]; layer++)
      h = this.block(h, weightNames.block(this.level, layer));
    return h;
  }

  private block(h: Tensor, name: string): Tensor {
    const { config, weights, product, present } = this.options;
    const mixed = reshape(this.mixPositions(h, name), [-1, config.hiddenSize]);
    const options = { name: `${name}.mlp`, inner: innerWidths(config).channels, along: 'channels', product } as const;
    const next = hasSymbolVectors(config)
      ? meanSwigluResidual(mixed, { ...options, config, weights })
      : swigluResidual(mixed, weights, options);
    const end = reshape(rmsNorm(next, 1, RMS_NORM_EPSILON), h.shape);
    return present ? maskPadding(config, end, present) : end;
  }

  private mixPositions(h: Tensor, name: string): Tensor {
    const { config, weights, product } = this.options;
    const mixer = mixerOf(config);
    if (mixer === 'mlp') return this.mixTokens(h, name);
    if (mixer === 'attention') return this.attend(h, name);
    const mixed = gridLayers[mixer].residual(h, { config, weights, product, block: name });
    return rmsNorm(reshape(mixed, [-1, config.hiddenSize]), 1, RMS_NORM_EPSILON);
  }

  /** The first norm of a token-mixing block runs over the positions, as in the reference. */
  private mixTokens(h: Tensor, name: string): Tensor {
    const { config, weights, product } = this.options;
    const options = {
      name: `${name}.mlp_t`,
      inner: innerWidths(config).positions,
      along: 'positions',
      product,
    } as const;
    return rmsNorm(swigluResidual(h, weights, options), 0, RMS_NORM_EPSILON);
  }

  private attend(h: Tensor, name: string): Tensor {
    const { config, weights, product, onAttention } = this.options;
    const { hiddenSize, numHeads } = config;
    const rows = reshape(h, [-1, hiddenSize]);
    const options = {
      positions: countPositions(config),
      numHeads,
      headDim: headWidth(hiddenSize, numHeads),
      rotary: this.rotary,
      product,
      onAttention,
    };
    return rmsNorm(attentionResidual(rows, weights, { name: `${name}.self_attn`, ...options }), 1, RMS_NORM_EPSILON);
  }
}

export interface StepResult {
  /** The states that the next supervision step starts from, without gradient. */
  readonly carry: Carry;
  /** [S·B, V], position-major. */
  readonly logits: Tensor;
  /** [B, 2]: qHalt, qContinue. */
  readonly q: Tensor;
}

export interface ModelOptions {
  /** float32 when absent. */
  readonly precision?: Precision | undefined;
  /** Called with the attention weights of every block, in the order in which they are computed. */
  readonly onAttention?: OnAttention | undefined;
}

/** Learned positions are averaged with the embedding so that its variance stays: 1/√2. */
const AVERAGE = 0.707106781;

/** The initial state [D] of one position, [1, 1, D]; [1, 1, K·D] with the same vector for every symbol. */
export function initialPosition(config: ModelConfig, row: Tensor): Tensor {
  const { hiddenSize } = config;
  const symbols = countSymbolVectors(config);
  if (symbols === 1) return reshape(row, [1, 1, hiddenSize]);
  return reshape(expand(reshape(row, [1, hiddenSize]), [symbols, hiddenSize]), [1, 1, symbols * hiddenSize]);
}

export class RecursiveModel {
  constructor(
    private readonly config: ModelConfig,
    private readonly weights: Weights,
    private readonly options: ModelOptions = {},
  ) {}

  private createUpdates(present: Tensor | null): RecursionOptions['updates'] {
    const { withGrad, noGrad } = gemmByPrecision[this.options.precision ?? 'float32'];
    return {
      withGrad: this.updatesBy(withGrad, 'grad updates', present),
      noGrad: this.updatesBy(noGrad, 'no-grad updates', present),
    };
  }

  private updatesBy(product: GemmFunction, scope: Scope, present: Tensor | null): StateUpdaters {
    const {
      config,
      weights,
      options: { onAttention },
    } = this;
    const level = (name: 'H' | 'L') => new Network({ config, weights, product, onAttention, present }, name);
    const l = level('L');
    const h = networkDepths(config).H > 0 ? level('H') : l;
    const { graph } = weights.flat;
    return {
      h: (z, injection) => graph.scope(scope, () => h.apply(z, injection)),
      l: (z, injection) => graph.scope(scope, () => l.apply(z, injection)),
    };
  }

  /** Tokens int32 [S, B] and puzzle embeddings [B, puzzleEmbNdim] → √D · embedding, [L, B·D]. */
  embed(tokens: Tensor, puzzles: Tensor | null): Tensor {
    return tokens.graph.scope('embedding', () => this.embedded(tokens, puzzles));
  }

  private embedded(tokens: Tensor, puzzles: Tensor | null): Tensor {
    const { hiddenSize, posEncodings } = this.config;
    if (hasSymbolVectors(this.config))
      return embedSymbols(this.config, tokens, this.weights.get(weightNames.embedTokens));
    if (readsEverySize(this.config))
      return embedPresent(this.config, tokens, this.weights.get(weightNames.embedTokens));
    const cells = gather(this.weights.get(weightNames.embedTokens), tokens);
    const all = puzzles ? concat([this.puzzlePositions(puzzles), cells], 0) : cells;
    const placed = posEncodings === 'learned' ? mul(add(all, this.learnedPositions()), AVERAGE) : all;
    return mul(reshape(placed, [countPositions(this.config), -1]), Math.sqrt(hiddenSize));
  }

  /** [B, ndim] → [P, B, D]: padded with zeros to whole positions. */
  private puzzlePositions(puzzles: Tensor): Tensor {
    const { hiddenSize, puzzleEmbNdim } = this.config;
    const count = countPuzzlePositions(this.config);
    const after = count * hiddenSize - puzzleEmbNdim;
    const full = after > 0 ? pad(puzzles, 1, { before: 0, after }) : puzzles;
    return transpose(reshape(full, [-1, count, hiddenSize]), [1, 0, 2]);
  }

  private learnedPositions(): Tensor {
    return reshape(this.weights.get(weightNames.embedPositions), [
      countPositions(this.config),
      1,
      this.config.hiddenSize,
    ]);
  }

  supervisionStep(x: Tensor, start: Required<Carry>, observer: Observer = {}): StepResult {
    const { config } = this;
    const present = readsEverySize(config) ? presentCells(config, x) : null;
    const end = families[config.family].recursion(present ? this.withoutPadding(start, present) : start, {
      config,
      isOneStep: hasOneStepGradient(config),
      updates: this.createUpdates(present),
      x,
      observer,
    });
    const answer = end[answerState(config)] as Tensor;
    const carry = Object.fromEntries(Object.entries(end).map(([name, state]) => [name, stopGradient(state)]));
    return { carry, logits: this.decode(answer), q: this.qHead(answer) };
  }

  private withoutPadding({ zH, zL }: Required<Carry>, present: Tensor): Required<Carry> {
    const mask = (state: Tensor) => maskPadding(this.config, state, present);
    return { zH: mask(zH), zL: mask(zL) };
  }

  /** lm head on the cells: [L, B·D] → logits [S·B, V]. */
  decode(answer: Tensor): Tensor {
    return answer.graph.scope('heads and losses', () => {
      if (hasSymbolVectors(this.config))
        return decodeSymbols(this.config, answer, this.weights.get(weightNames.lmHead));
      const cells = slice(answer, 0, { from: countPuzzlePositions(this.config) });
      return gemm(reshape(cells, [-1, this.config.hiddenSize]), this.weights.get(weightNames.lmHead), { transB: true });
    });
  }

  /** Halting logits [B, 2], read from position 0, or from the mean over cells, and over symbols where they have vectors. */
  qHead(answer: Tensor): Tensor {
    return answer.graph.scope('heads and losses', () => {
      return gemm(this.readByHalting(answer), this.weights.get(weightNames.qHeadWeight), {
        transB: true,
        plus: this.weights.get(weightNames.qHeadBias),
      });
    });
  }

  /** [L, B·D] → [B, D] */
  private readByHalting(answer: Tensor): Tensor {
    const { config } = this;
    if (readsEverySize(config)) {
      const mean = meanOfCells(config, answer);
      return hasSymbolVectors(config) ? averageSymbols(config, mean) : mean;
    }
    if (hasSymbolVectors(config)) return meanOfSymbols(config, answer);
    return reshape(slice(answer, 0, { to: 1 }), [-1, config.hiddenSize]);
  }
}
