/** Times puzzle generation, and opening and reading an array of ten million rows, on one core. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getKind } from '../../datasets/kinds/registry';
import { NpyFile, NpyWriter } from '../../datasets/formats/npy';
import { getDifficulty } from '../../datasets/generate-puzzles';
import { Random } from '../../datasets/random';
import { median } from './measure';

const ROWS = 10_000_000;
const CELLS = 81;
const SECONDS = 2;

export async function benchData(): Promise<void> {
  for (const [id, difficulty] of [
    ['sudoku-9x9', 'easy'],
    ['sudoku-9x9', 'hard'],
    ['maze-30', 'hard'],
  ] as const)
    console.log(
      `${id.padEnd(12)} ${difficulty.padEnd(6)} ${perSecond(id, difficulty).toFixed(0).padStart(7)} puzzles/s`,
    );
  const folder = await mkdtemp(join(tmpdir(), 'trm-bench-'));
  try {
    await benchArray(join(folder, 'all__inputs.npy'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function perSecond(id: string, difficulty: string): number {
  const kind = getKind(id);
  const band = getDifficulty(kind, difficulty);
  const random = Random.seeded(1);
  kind.generator?.generate(random, band);
  const start = performance.now();
  let made = 0;
  for (; performance.now() - start < SECONDS * 1000; made++) kind.generator?.generate(random, band);
  return (made / (performance.now() - start)) * 1000;
}

async function benchArray(path: string): Promise<void> {
  await writeEmpty(path);
  const opened: number[] = [];
  const read: number[] = [];
  const random = Random.seeded(1);
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 50; i++) {
    const start = performance.now();
    const file = await NpyFile.open(path);
    opened.push(performance.now() - start);
    const at = performance.now();
    const row = random.integer(0, ROWS - 1);
    await file.rows(row, row + 1);
    read.push(performance.now() - at);
    await file.close();
  }
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  console.log(
    `array of ${ROWS.toLocaleString('en')} rows: opened in ${median(opened).toFixed(1)} ms, any row read in ${median(read).toFixed(1)} ms (medians of 50), memory grew by ${grown.toFixed(0)} MB`,
  );
}

/** Writes a sparse file: its header declares ten million rows, but it takes one block on disk. */
async function writeEmpty(path: string): Promise<void> {
  const writer = await NpyWriter.create(path, '|u1', CELLS);
  await writer.append(new Uint8Array(CELLS));
  await writer.finish();
  const file = await open(path, 'r+');
  const header = Buffer.alloc(128);
  await file.read(header, 0, 128, 0);
  const text = header.toString('latin1').replace(/\(1, 81\), \}( {7})/u, `(${ROWS}, 81), }`);
  await file.write(Buffer.from(text, 'latin1'), 0, 128, 0);
  await file.truncate(128 + ROWS * CELLS);
  await file.close();
}
