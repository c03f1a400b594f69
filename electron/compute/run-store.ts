/** runs/<id>/ on disk: run.json (what it is and where it stands), metrics.jsonl, checkpoint.safetensors. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../models/checkpoint/atomic-file';
import type { Run } from '../contract';
import { runSchema } from '../contract';

export class RunStore {
  constructor(private readonly folder: string) {}

  metricsFile = (runId: string): string => join(this.folder, runId, 'metrics.jsonl');
  checkpointFile = (runId: string): string => join(this.folder, runId, 'checkpoint.safetensors');

  /** A folder of its own for a new run, named after its data set and the time. */
  async create(dataset: string, now = new Date()): Promise<string> {
    await mkdir(this.folder, { recursive: true });
    const stamp = now.toISOString().replace(/\D/g, '').slice(0, 14);
    for (let attempt = 1; ; attempt++) {
      const runId = `${dataset}-${stamp}${attempt > 1 ? `-${attempt}` : ''}`;
      if (await this.claim(runId)) return runId;
    }
  }

  private async claim(runId: string): Promise<boolean> {
    try {
      await mkdir(join(this.folder, runId));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  write(run: Run): Promise<void> {
    return writeAtomically(join(this.folder, run.runId, 'run.json'), `${JSON.stringify(run, null, 2)}\n`);
  }

  writeCheckpoint(runId: string, bytes: Uint8Array): Promise<void> {
    return writeAtomically(this.checkpointFile(runId), bytes);
  }

  /** The checkpoint, or null when the run has none. */
  async readCheckpoint(runId: string): Promise<Uint8Array | null> {
    return readFile(this.checkpointFile(runId)).catch(() => null);
  }

  /** Removes what a killed process left half written. */
  async tidy(runId: string): Promise<void> {
    const names = await readdir(join(this.folder, runId));
    const half = names.filter((name) => name.endsWith('.tmp'));
    await Promise.all(half.map((name) => rm(join(this.folder, runId, name), { force: true })));
  }

  /** Newest first. Folders whose run.json is missing, damaged or another run's are left out. */
  async list(): Promise<Run[]> {
    const ids = await readdir(this.folder).catch(() => []);
    const runs = await Promise.all(ids.map((id) => this.read(id)));
    return runs.filter((run) => run !== null).sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  }

  private async read(runId: string): Promise<Run | null> {
    try {
      const run = runSchema.parse(JSON.parse(await readFile(join(this.folder, runId, 'run.json'), 'utf8')));
      return run.runId === runId ? run : null;
    } catch {
      return null;
    }
  }
}
