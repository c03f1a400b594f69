/** What a traced solve tells, and how it is read from the outputs of its supervision steps. */
import type { ModelConfig } from '../family/config';
import { networks } from '../family/config';
import type { Values } from '../runtime/session';

/** A state after one update, read by the heads of the model. */
export interface TracedUpdate {
  /** Decoded tokens, with the probability of each; [S]. */
  readonly answer: number[];
  readonly confidence: number[];
  /** Root mean square change of the state. */
  readonly change: number;
  /** Halting logit (less that of going on, where there is one); the model looks at it only after the last cycle. */
  readonly qHalt: number;
  /**
   * For each block of the network, the weights with which the chosen head and cell looks at all positions; [blocks, L].
   * Null where no cell was chosen.
   */
  readonly attention: number[][] | null;
}

/** An H cycle: the update of zH that closes it, after those of the latent. */
export interface TracedCycle extends TracedUpdate {
  /** The lCycles updates of zL. That zL decodes to an answer is not asked of it in training. */
  readonly latent: TracedUpdate[];
}

export interface TracedStep {
  readonly cycles: TracedCycle[];
  readonly qHalt: number;
}

type Outputs = Readonly<Record<string, Values>>;

/** Reads the outputs of `traceStepGraph`. */
export function tracedStep(config: ModelConfig, outputs: Outputs, withAttention: boolean): TracedStep {
  const { answer, confidence, change, attention: shares, qHalt: halts } = outputs;
  const updates = Array.from(halts!, (qHalt, index) => ({
    answer: row(answer!, index, config.seqLen),
    confidence: row(confidence!, index, config.seqLen),
    change: change![index]!,
    qHalt,
  }));
  const attention = withAttention ? attentionRows(config, shares!) : updates.map(() => null);
  const whole = updates.map((update, index) => ({ ...update, attention: attention[index]! }));
  const perCycle = latentUpdates(config) + 1;
  const cycles = Array.from({ length: updates.length / perCycle }, (_, cycle) => {
    const own = whole.slice(cycle * perCycle, (cycle + 1) * perCycle);
    return { ...own[perCycle - 1]!, latent: own.slice(0, -1) };
  });
  return { cycles, qHalt: cycles[cycles.length - 1]!.qHalt };
}

/** Updates of zL in an H cycle. */
export const latentUpdates = ({ family, lCycles }: ModelConfig): number => (family === 'direct' ? 0 : lCycles);

const row = (values: Values, index: number, length: number): number[] =>
  Array.from(values.subarray(index * length, (index + 1) * length));

/** The rows of each update: as many as the network that made it has blocks. */
function attentionRows(config: ModelConfig, values: Values): number[][][] {
  const { H, L } = networks(config);
  const blocksInCycle = [...Array<number>(latentUpdates(config)).fill(L), H || L];
  const blocks = Array.from({ length: config.hCycles }, () => blocksInCycle).flat();
  const length = values.length / blocks.reduce((sum, count) => sum + count, 0);
  let next = 0;
  return blocks.map((count) => Array.from({ length: count }, () => row(values, next++, length)));
}
