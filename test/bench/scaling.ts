/** Times a train step in one session with all threads, and in shards with 1 worker and with one for each core. */
import { cores } from '../../electron/compute/devices/cpu';
import { WorkerEngine } from '../../models/engine/worker-engine';
import { countShards } from '../../models/train/shards';
import { configurations } from './configurations';
import { inTurn, median, speedup, trainSubject } from './measure';
import { engineScript } from './engine-script';

/** Prints milliseconds and ratios for each size; `only`: names of sizes. */
export async function benchScaling(repeats: number, only: readonly string[] = []): Promise<void> {
  console.log('size              shards  one session ms  1 worker ms  workers  ms       × session  × 1 worker');
  for (const configuration of configurations.filter(({ name }) => only.length === 0 || only.includes(name))) {
    const shards = countShards(configuration.model, configuration.batchSize);
    const engines = [1, cores].map((workers) => new WorkerEngine({ script: engineScript, workers }));
    const subjects = [
      await trainSubject(configuration, 'float32', { threads: cores, shards: 1 }),
      ...(await Promise.all(engines.map((engine) => trainSubject(configuration, 'float32', { engine, shards })))),
    ];
    const [session, one, all] = (await inTurn(subjects, repeats)) as [number[], number[], number[]];
    const cells = [
      configuration.name.padEnd(17),
      String(shards).padEnd(7),
      median(session).toFixed(1).padEnd(15),
      median(one).toFixed(1).padEnd(12),
      String(cores).padEnd(8),
      median(all).toFixed(1).padEnd(8),
      speedup(all, session).toFixed(2).padEnd(10),
      speedup(all, one).toFixed(2),
    ];
    console.log(cells.join(' '));
    for (const subject of subjects) await subject.release();
    for (const engine of engines) await engine.close();
  }
}
