/** checkpoints/step-<n>.safetensors of a run: written whole or not at all, and thinned out as the run grows. */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../../models/checkpoint/atomic-file';
import type { CheckpointPolicy } from './run-record';

const NAME = /^step-(\d{1,12})\.safetensors$/u;
/** Should the last one turn out damaged, the one before it is there. */
export const LAST_KEPT = 2;

export class Checkpoints {
  constructor(readonly folder: string) {}

  file = (step: number): string => join(this.folder, `step-${step}.safetensors`);

  /** Ascending. */
  async steps(): Promise<number[]> {
    const names = await readdir(this.folder).catch((): string[] => []);
    return names
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  async write(step: number, parts: Iterable<Uint8Array>): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await writeAtomically(this.file(step), parts);
  }

  read(step: number): Promise<Uint8Array> {
    return readFile(this.file(step));
  }

  /** Those after a step belong to a future that is being written anew. */
  async dropAfter(step: number): Promise<void> {
    for (const later of (await this.steps()).filter((other) => other > step))
      await rm(this.file(later), { force: true });
  }

  /** Removes what the policy does not keep: first what nobody asked to keep, then, beyond the budget, the oldest of the rest. */
  async retain(
    { keepEvery, budgetBytes }: Pick<CheckpointPolicy, 'keepEvery' | 'budgetBytes'>,
    best: number | null,
  ): Promise<void> {
    const steps = await this.steps();
    const needed = new Set([...steps.slice(-LAST_KEPT), ...(best === null ? [] : [best])]);
    const wanted = steps.filter((step) => needed.has(step) || (keepEvery !== null && step % keepEvery === 0));
    const sizes = await Promise.all(
      wanted.map((step) =>
        stat(this.file(step)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    let total = sizes.reduce((sum, size) => sum + size, 0);
    const kept = new Set(wanted);
    wanted.forEach((step, i) => {
      if (total <= budgetBytes || needed.has(step)) return;
      kept.delete(step);
      total -= sizes[i]!;
    });
    for (const step of steps.filter((other) => !kept.has(other))) await rm(this.file(step), { force: true });
  }
}
