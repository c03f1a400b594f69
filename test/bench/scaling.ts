/**
 * Times a train step in one session with all threads, in shards with 1 worker and with one for each core, and the same while
 * another program computes on every core.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cores } from '../../electron/compute/devices/cpu';
import { WorkerEngine } from '../../models/engine/worker-engine';
import { countShards } from '../../models/train/shards';
import { configurations } from './configurations';
import { engineScript } from './engine-script';
import type { Measurements } from './history';
import { inTurn, median, speedup, trainSubject } from './measure';

/** Prints milliseconds and ratios for each size, and returns the ratios; `only`: names of sizes. */
export async function benchScaling(repeats: number, only: readonly string[] = []): Promise<Measurements> {
  const measurements: Record<string, number> = {};
  console.log(
    'size              shards  one session ms  1 worker ms  workers  ms       × session  × 1 worker  left when busy',
  );
  for (const configuration of configurations.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const shards = countShards(configuration.model, configuration.batchSize);
    const engines = [1, cores].map((workers) => new WorkerEngine({ script: engineScript, workers }));
    const subjects = [
      await trainSubject(configuration, 'float32', { threads: cores, shards: 1 }),
      ...(await Promise.all(engines.map((engine) => trainSubject(configuration, 'float32', { engine, shards })))),
    ];
    const [session, one, all] = (await inTurn(subjects, repeats)) as [number[], number[], number[]];
    const busy = await onBusyCores(() => inTurn(subjects.slice(2), repeats));
    const ratios = { session: speedup(all, session), one: speedup(all, one), busy: median(all) / median(busy[0]!) };
    measurements[`${configuration.name}, × one session`] = ratios.session;
    measurements[`${configuration.name}, × 1 worker`] = ratios.one;
    measurements[`${configuration.name}, share of the speed left on busy cores`] = ratios.busy;
    const cells = [
      configuration.name.padEnd(17),
      String(shards).padEnd(7),
      median(session).toFixed(1).padEnd(15),
      median(one).toFixed(1).padEnd(12),
      String(cores).padEnd(8),
      median(all).toFixed(1).padEnd(8),
      ratios.session.toFixed(2).padEnd(10),
      ratios.one.toFixed(2).padEnd(11),
      `${(100 * ratios.busy).toFixed(0)} %`,
    ];
    console.log(cells.join(' '));
    for (const subject of subjects) await subject.release();
    for (const engine of engines) await engine.close();
  }
  return measurements;
}

/** Runs `work` while a program computes on each core. */
async function onBusyCores<T>(work: () => Promise<T>): Promise<T> {
  const programs = Array.from({ length: cores }, () => spawn(process.execPath, ['--eval', 'for (;;);']));
  await Promise.all(programs.map((program) => once(program, 'spawn')));
  try {
    return await work();
  } finally {
    for (const program of programs) program.kill('SIGKILL');
  }
}
