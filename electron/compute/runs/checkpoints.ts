/** Checkpoints of a run on disk. */
import { copyFile, mkdir, open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import { withFileSource, type ByteSource } from '../../../models/checkpoint/byte-source';
import { addChecksum } from '../../../models/checkpoint/checksum';
import { SafetensorsError } from '../../../models/checkpoint/safetensors';
import { ifExists, isMissing, readdirIfExists } from '../storage/missing-files';
import { RunFolderError, type CheckpointPolicy } from './run-record';

const CHECKPOINT_NAME = /^step-(\d{1,12})\.safetensors$/u;
/** Number of latest checkpoints that are always kept: if the last is damaged, the previous one is used. */
export const LAST_KEPT = 2;

/** Lists of checkpoints that are tried before a run counts as without. */
const LIST_ATTEMPTS = 5;

/** Checkpoints of a run, checkpoints/step-<n>.safetensors. Each is written completely or not at all. */
export class Checkpoints {
  constructor(readonly folder: string) {}

  file = (step: number): string => join(this.folder, `step-${step}.safetensors`);

  /** Steps with a checkpoint, ascending. @throws errors of the disk: a run whose checkpoints cannot be read must not begin anew */
  async steps(): Promise<number[]> {
    const names = await readdirIfExists(this.folder);
    return names
      .flatMap((name) => CHECKPOINT_NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Adds the checksum. @throws errors of the disk; also where the folder of the run is gone: it must not come back without its record */
  async write(step: number, chunks: readonly Uint8Array[]): Promise<void> {
    await mkdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await writeAtomically(this.file(step), await addChecksum(chunks));
  }

  read(step: number): Promise<Uint8Array> {
    return readFile(this.file(step));
  }

  /** Opens a checkpoint, which can be read then although the run removes it. @returns null where there is none; the caller closes */
  open(step: number): Promise<FileHandle | null> {
    return ifExists(open(this.file(step)));
  }

  /**
   * Calls `use` with the steps until it finds one that it can use: a run that is training may have removed all of a list before any is opened.
   * @param use returns null where none of the steps has a file
   */
  async findPresent<Result>(use: (steps: readonly number[]) => Promise<Result | null>): Promise<Result | null> {
    for (let attempt = 1; attempt <= LIST_ATTEMPTS; attempt++) {
      const steps = await this.steps();
      const result = await use(steps);
      if (result !== null || steps.length === 0) return result;
    }
    return null;
  }

  /** Copies all into a new folder, without those that the run removes meanwhile. */
  async copyTo({ folder, file }: Checkpoints): Promise<void> {
    await mkdir(folder);
    await this.findPresent(async (steps) => {
      let copied = 0;
      for (const step of steps) copied += (await copyIfExists(this.file(step), file(step))) ? 1 : 0;
      return copied > 0 ? copied : null;
    });
  }

  /**
   * Parses the newest valid checkpoint; one that another process deletes meanwhile is skipped.
   * @returns null where there is none, and the error of the newest damaged checkpoint
   */
  async readNewestValid<Result>(
    parse: (checkpoint: ByteSource, step: number) => Promise<Result>,
  ): Promise<{ readonly result: Result | null; readonly damage: unknown }> {
    let damage: unknown = null;
    for (const step of (await this.steps()).reverse()) {
      try {
        return { result: await withFileSource(this.file(step), (source) => parse(source, step)), damage };
      } catch (error) {
        if (!(error instanceof SafetensorsError) && !isMissing(error)) throw error;
        damage ??=
          error instanceof SafetensorsError
            ? new RunFolderError('run.damagedCheckpoint', { file: basename(this.file(step)), reason: error.text })
            : error;
      }
    }
    return { result: null, damage };
  }

  /** Deletes checkpoints after a step, from which the run is trained again. */
  async dropAfter(step: number): Promise<void> {
    for (const later of (await this.steps()).filter((other) => other > step))
      await rm(this.file(later), { force: true });
  }

  /** Deletes checkpoints that the policy does not keep, then the oldest others above the budget; never the latest nor the best. */
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

/** @returns whether there was a file */
const copyIfExists = async (from: string, to: string): Promise<boolean> =>
  (await ifExists(copyFile(from, to))) !== null;
