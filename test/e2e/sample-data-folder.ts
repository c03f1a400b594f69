/** Creates a data folder with finished runs and their models, generated datasets and a queue. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Input } from '../../electron/contract/contract';
import { endings, openUnchecked, type OpenedService } from '../electron/compute/service-client';

type Request = Partial<Input<'startRun'>>;

/** Returns the path of the folder; the caller removes it. */
export async function createSampleDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trm-lab-sample-'));
  const lab = await openUnchecked({ folder });
  const run = runner(lab);
  const first = await run({ seed: 1, maxSteps: 40, name: 'First try' });
  await run({ seed: 2, maxSteps: 20, preset: 'classroom-attention' });
  const maze = await lab.ask('generateDataset', {
    kind: 'maze-11',
    name: 'Garden mazes',
    count: 60,
    heldOut: 0.1,
    seed: 3,
  });
  const sundays = await lab.ask('generateDataset', {
    kind: 'sudoku-9x9',
    name: 'Sunday Sudokus',
    count: 200,
    heldOut: 0.1,
    seed: 4,
  });
  await run({ dataset: maze.id, seed: 1, maxSteps: 4 });
  await run({ dataset: sundays.id, seed: 1, maxSteps: 2, preset: 'classroom-attention' });
  await lab.ask('updateRun', { runId: first, tags: ['baseline', 'for the class'] });
  await lab.ask('writeNotes', { runId: first, text: 'The first one that learnt something.\n' });
  await lab.ask('setQueuePaused', { isPaused: true });
  await lab.ask('enqueueRun', { dataset: 'sudoku-4x4', preset: 'classroom-hrm', seed: 5, maxSeconds: 300 });
  return folder;
}

/** Returns a function that trains a run to its end and returns its id. */
function runner(lab: OpenedService): (request: Request) => Promise<string> {
  return async (request) => {
    const from = lab.events.length;
    const { runId } = await lab.ask('startRun', {
      dataset: 'sudoku-4x4',
      preset: 'classroom',
      seed: 1,
      maxSeconds: 120,
      ...request,
    });
    await lab.next(endings, from);
    return runId;
  };
}

/** Writes a puzzle file with an invalid line and returns its path. */
export async function wrongPuzzleFile(folder: string): Promise<string> {
  const file = join(folder, 'homework.csv');
  await writeFile(file, 'question,answer\n1.....3..2.....4,1342243142133124\n12345,6\n');
  return file;
}
