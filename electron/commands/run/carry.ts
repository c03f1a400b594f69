/** `run export`, `run import` and `run delete` */
import { writeCapsule, readCapsule } from '../../compute/runs/capsule';
import { namedRun, runStore, trash } from './named-run';

interface Json {
  readonly json?: true;
}

export async function exportRunCommand(name: string, { out, json }: Json & { readonly out: string }): Promise<void> {
  await writeCapsule(namedRun(name).folder, out);
  process.stdout.write(`${json ? JSON.stringify({ out }) : `wrote ${out}`}\n`);
}

export async function importRunCommand(path: string, { json }: Json): Promise<void> {
  const run = await readCapsule(path, runStore());
  process.stdout.write(`${json ? JSON.stringify(run) : `run ${run.runId}, ${run.state} at step ${run.step}`}\n`);
}

export async function deleteRunCommand(name: string, { json }: Json): Promise<void> {
  const { folder } = namedRun(name);
  const release = await folder.claim();
  const token = await trash().discard(folder.path).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  process.stdout.write(`${json ? JSON.stringify({ token }) : `moved to the trash of the lab as ${token}`}\n`);
}
