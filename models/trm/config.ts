/** What defines a Tiny Recursive Model, and which combinations make sense. */

export interface TrmConfig {
  /** Cells of the grid (S). */
  readonly seqLen: number;
  readonly vocabSize: number;
  /** D */
  readonly hiddenSize: number;
  readonly numHeads: number;
  /** Inner width of the gated MLPs as a multiple of their width, before the factor 2/3. */
  readonly expansion: number;
  /** Inner widths are rounded up to a multiple of this; 256 in the reference. */
  readonly innerMultiple: number;
  readonly lLayers: number;
  /** T */
  readonly hCycles: number;
  /** n */
  readonly lCycles: number;
  /** Supervision steps at most. */
  readonly haltMaxSteps: number;
  readonly haltExplorationProb: number;
  /** Token-mixing MLP instead of attention. */
  readonly mlpT: boolean;
  readonly posEncodings: 'rope' | 'none';
}

export const RMS_NORM_EPSILON = 1e-5;
export const ROPE_BASE = 10000;

/** A model that cannot be built; the message says which setting is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const counts = ['seqLen', 'vocabSize', 'hiddenSize', 'numHeads', 'innerMultiple', 'lLayers', 'hCycles', 'lCycles', 'haltMaxSteps'] as const;

/** @throws ConfigError naming the first setting that makes no sense */
export function checkConfig(config: TrmConfig): void {
  for (const name of counts)
    if (!Number.isInteger(config[name]) || config[name] < 1)
      throw new ConfigError(`${name} must be a whole number of at least 1, not ${config[name]}`);
  if (!(config.expansion > 0)) throw new ConfigError(`expansion must be positive, not ${config.expansion}`);
  if (!(config.haltExplorationProb >= 0 && config.haltExplorationProb <= 1))
    throw new ConfigError(`haltExplorationProb must be within 0 and 1, not ${config.haltExplorationProb}`);
  if (config.mlpT && config.posEncodings !== 'none')
    throw new ConfigError('a token-mixing model knows its positions already: posEncodings must be none');
  if (!config.mlpT && config.numHeads > config.hiddenSize)
    throw new ConfigError(`${config.numHeads} heads do not fit a width of ${config.hiddenSize}`);
  if (!config.mlpT && config.posEncodings === 'rope' && Math.floor(config.hiddenSize / config.numHeads) % 2)
    throw new ConfigError('rotary positions need an even head width');
}
