/** The same steps in PyTorch, in a separate process that waits between requests. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Configuration } from './configurations';
import type { Clock, StepKind, Subject } from './measure';

/** The benchmark runs from the root of the checkout. */
const script = resolve('test/bench/torch_step.py');
const recorded = ['trm_mlp_t', 'trm_att_rope', 'trm_puzzle_emb16'].map((name) =>
  resolve('test/fixtures/oracle/models', name),
);

/** Variants of the PyTorch step that are timed. */
export interface TorchVariant {
  readonly precision: 'float32' | 'bfloat16';
  /** Eager as installed, eager with the memory allocator tuned, or compiled by torch.compile. */
  readonly mode: 'eager' | 'tuned' | 'compiled';
}

export const torchVariants = (compiled: boolean): readonly TorchVariant[] =>
  (['eager', 'tuned', ...(compiled ? (['compiled'] as const) : [])] as const).flatMap((mode) =>
    (['float32', 'bfloat16'] as const).map((precision) => ({ precision, mode })),
  );

type Answer = Readonly<Record<string, number>>;

/** Freed memory stays in the process: otherwise each large tensor is new memory of the system, and a step takes up to 1.8 times as long. */
const keepMemory = { MALLOC_MMAP_THRESHOLD_: String(2 ** 30), MALLOC_TRIM_THRESHOLD_: String(2 ** 33) };

/** @param tuned with the memory allocator set as PyTorch's tuning guide advises */
const start = (python: string, args: readonly string[] = [], tuned = false): ChildProcessWithoutNullStreams =>
  spawn(python, [script, ...args], {
    // Passive waiting, so that PyTorch's idle threads leave the cores to onnxruntime.
    env: { ...process.env, ...(tuned && keepMemory), OMP_WAIT_POLICY: 'passive' },
  });

/** Checks that the PyTorch step computes the same. @throws Error if its loss or gradients differ from the recorded ones */
export async function checkTorch(python: string): Promise<void> {
  for (const folder of recorded.filter((path) => existsSync(path))) {
    const child = start(python, ['--check', folder]);
    child.stderr.pipe(process.stderr);
    child.stdout.resume();
    const [code] = (await once(child, 'close')) as [number];
    if (code !== 0) throw new Error(`the PyTorch step does not reproduce ${folder}`);
  }
}

/** One kind of step at one size and precision. */
export class TorchSubject implements Subject {
  private readonly answers: AsyncIterator<string>;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    child.stderr.pipe(process.stderr);
    this.answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static async create(
    python: string,
    options: {
      readonly configuration: Configuration;
      readonly kind: StepKind;
      readonly variant: TorchVariant;
      readonly threads: number;
    },
  ): Promise<TorchSubject> {
    const {
      configuration: { model, batchSize, optimiser },
      kind,
      variant: { precision, mode },
      threads,
    } = options;
    const subject = new TorchSubject(start(python, [], mode === 'tuned'));
    const compiled = mode === 'compiled';
    await subject.ask({ make: { model, batch: batchSize, dtype: precision, kind, optimiser, threads, compiled } });
    return subject;
  }

  async step(clock: Clock): Promise<number> {
    return (await this.ask({ step: clock })).milliseconds!;
  }

  async release(): Promise<void> {
    const closed = once(this.child, 'close');
    this.child.stdin.end();
    await closed;
  }

  private async ask(request: object): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.answers.next();
    if (done) throw new Error('the PyTorch process ended early; its output is above');
    return JSON.parse(value) as Answer;
  }
}
