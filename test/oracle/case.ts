/** One recorded model: its configuration, weights, batches and draws in the app's own formats. */
import { formatEnglish } from '../../renderer/messages/english';
import { readState } from '../../models/checkpoint/model-tensors';
import { fromReference, describeUnsupported } from '../../models/checkpoint/reference-config';
import type { ModelConfig } from '../../models/family/config';
import { countPositions, FIRST_SYMBOL, hasSymbolVectors, stateWidth } from '../../models/family/config';
import type { ModelState } from '../../models/family/weights';
import type { LabelledBatch } from '../../models/train/learner';
import type { TrainingConfig } from '../../models/train/run-config';
import { OracleTensors, readJson } from './folder';

export const BATCH = 4;

export class OracleCase {
  private readonly json;
  private readonly noise;
  readonly results;
  readonly config: ModelConfig;
  private readonly batches: OracleTensors;

  /** @param folder where the case is: in the oracle, or a full path */
  constructor(
    readonly name: string,
    private readonly folder = 'models',
  ) {
    this.json = readJson(folder, name, 'config.json');
    this.results = readJson(folder, name, 'results.json');
    this.noise = this.results.numerical_noise_fp32_vs_fp64;
    const { data } = this.json;
    this.config = fromReference(this.json.arch, {
      seqLen: data.seq_len,
      vocabSize: data.vocab_size,
      numPuzzleIdentifiers: data.num_puzzle_identifiers,
    });
    this.batches = this.tensors('batches');
  }

  /** Why the app cannot run this case, null if it can. */
  static unsupported(name: string): string | null {
    const reason = describeUnsupported(readJson('models', name, 'config.json').arch);
    return reason && `not supported: ${formatEnglish(reason)}`;
  }

  /** Noise of the carried states after a step of a recorded run: zH and zL feed each other. */
  stateNoise(run: 'frozen_steps' | 'train_steps', step: number): number {
    const { z_H, z_L } = this.noise[run];
    return Math.max(z_H?.[step - 1] ?? 0, z_L?.[step - 1] ?? 0);
  }

  /**
   * Noise of the outputs of all heads in a step, combined: all are linear in the same zH, and the halting
   * logits alone are too few numbers to show their spread.
   */
  headNoise(run: 'frozen_steps' | 'train_steps', step: number): number {
    const { logits, q_halt_logits, q_continue_logits } = this.noise[run];
    return Math.max(logits[step - 1], q_halt_logits[step - 1], q_continue_logits[step - 1]);
  }

  /** The target is a probability computed from the heads one step later: at most as noisy as these. */
  targetNoise(step: number): number {
    return Math.max(this.noise.frozen_steps.target_q_continue[step - 1], this.headNoise('frozen_steps', step));
  }

  evalHeadNoise(step: number): number {
    const heads = ['logits', 'q_halt_logits', 'q_continue_logits'];
    return Math.max(...heads.map((head) => this.noise.eval[`step${step}.${head}`]));
  }

  get evalStateNoise(): number {
    return Math.max(this.noise.eval['final.z_H'] ?? 0, this.noise.eval['final.z_L'] ?? 0);
  }

  /** Norm of the noise of the gradient of a step. */
  gradientNormNoise(step: number): number {
    return this.noise.train_steps.gradient_norm[step - 1];
  }

  gradientNoise(weight: string): number {
    return this.noise.grads_step1[weight].max_abs_diff;
  }

  /** Noise of all weights combined: early updates are about ±lr wherever a gradient is nearly zero. */
  get weightNoise(): number {
    return this.largestNoise('params_after3');
  }

  /** Noise of a vector for each weight, all weights combined. */
  largestNoise(quantity: string): number {
    const recorded = Object.values(this.noise[quantity]) as { max_abs_diff: number }[];
    return Math.max(...recorded.map(({ max_abs_diff }) => max_abs_diff));
  }

  tensors(file: string): OracleTensors {
    return new OracleTensors(this.folder, this.name, `${file}.safetensors`);
  }

  batch(name: string): LabelledBatch {
    const values = (field: string) => this.batches.ints(`${name}.${field}`);
    return { inputs: values('inputs'), labels: values('labels'), puzzleIdentifiers: values('puzzle_identifiers') };
  }

  /** Weights of a file as one flat vector, with the buffers. */
  state(file: string): ModelState {
    return readState(this.config, this.tensors(file).file);
  }

  /** @param learningRate the recorded one, or 0 for steps that leave the weights unchanged */
  learning(learningRate: number = this.json.train.lr): TrainingConfig {
    const { train } = this.json;
    return {
      batchSize: BATCH,
      optimiser: {
        name: train.optimiser ?? 'adamAtan2',
        beta1: train.beta1,
        beta2: train.beta2,
        weightDecay: train.weight_decay,
        ...(train.max_gradient_norm && { maxGradientNorm: train.max_gradient_norm }),
      },
      schedule: {
        learningRate,
        warmupSteps: train.lr_warmup_steps,
        totalSteps: train.lr_total_steps ?? 1000,
        minRatio: train.lr_min_ratio,
      },
      curriculum: train.curriculum ?? [],
      puzzleEmbeddings: {
        learningRate: learningRate === 0 ? 0 : train.puzzle_emb_lr,
        weightDecay: train.puzzle_emb_weight_decay,
      },
      ema: train.ema ? { rate: train.ema_rate, warmup: train.ema_warmup ?? false } : null,
    };
  }

  /** [B, L, D] as recorded → [L, B·D] as in the app; [B, L, K·D] → [L, B·K·D] with a vector for every symbol. */
  positionMajor(values: Float32Array): Float32Array {
    const width = stateWidth(this.config);
    const length = countPositions(this.config);
    return Float32Array.from(values, (_, i) => {
      const channel = i % width;
      const row = Math.floor(i / width) % BATCH;
      const position = Math.floor(i / (width * BATCH));
      return values[(row * length + position) * width + channel]!;
    });
  }

  /** Logits [S·B, V] as in the app → [B, S, V] as recorded; [B, S, K] of the symbols only where they have vectors. */
  byExample(logits: Float32Array): Float32Array {
    const { seqLen, vocabSize } = this.config;
    const first = hasSymbolVectors(this.config) ? FIRST_SYMBOL : 0;
    const count = vocabSize - first;
    return Float32Array.from({ length: BATCH * seqLen * count }, (_, i) => {
      const position = Math.floor(i / count) % seqLen;
      const row = Math.floor(i / (count * seqLen));
      return logits[(position * BATCH + row) * vocabSize + first + (i % count)]!;
    });
  }
}
