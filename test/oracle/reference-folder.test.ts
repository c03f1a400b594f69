/** Reads, batches and rewrites datasets from the reference's builders, bit for bit. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NpyFile } from '../../datasets/formats/npy';
import { referenceTestBatches } from './reference-test-batches';
import { readIdentifiers, ReferenceSplit } from '../../datasets/formats/reference-folder';
import { writeReferenceFolder, type WrittenGroup, type WrittenPuzzle } from '../../datasets/formats/reference-writer';
import { describeOracle, listFolder, oracleFolder, readJson } from './folder';

const splits = ['train', 'test'] as const;
const hashOf = (values: Int32Array) =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

async function* groupsOf(split: ReferenceSplit): AsyncGenerator<WrittenGroup> {
  for (let group = 0; group < split.groups; group++) {
    const [from, to] = await split.puzzleRange(group);
    const puzzles: WrittenPuzzle[] = [];
    for (let puzzle = from; puzzle < to; puzzle++) {
      const examples = await split.read(...(await split.exampleRange(puzzle)));
      puzzles.push({ identifier: examples[0]!.identifier, examples });
    }
    yield puzzles;
  }
}

describeOracle(['datasets', 'info.json'], () => {
  const info = readJson('datasets', 'info.json').datasets;
  const recorded = readJson('datasets', 'test_batches.json').datasets;
  const folders = Object.keys(info).filter((name) => listFolder('datasets', name).length > 0);
  let scratch = '';
  beforeAll(async () => void (scratch = await mkdtemp(join(tmpdir(), 'reference-'))));
  afterAll(() => rm(scratch, { recursive: true }));

  describe.each(folders)('%s', (name) => {
    const folder = join(oracleFolder, 'datasets', name);

    it('reads every array with the recorded values', async () => {
      for (const [file, { shape, min, max, sha256_of_values_as_int32_le: hash }] of Object.entries<
        Record<string, unknown>
      >(info[name].arrays)) {
        const array = await NpyFile.open(join(folder, file));
        const values = await array.rows(0, array.count);
        expect([array.count, array.width].slice(0, array.dimensions), file).toEqual(shape);
        expect([values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))], file).toEqual([
          min,
          max,
        ]);
        expect(hashOf(values), file).toBe(hash);
        await array.close();
      }
    });

    it.skipIf(!recorded[name])('returns the reference test batches: order, padding and contents', async () => {
      const { global_batch_size: size, batches } = recorded[name];
      const split = await ReferenceSplit.open(folder, 'test');
      const created = [];
      for await (const { inputs, labels, puzzleIdentifiers, count } of referenceTestBatches(split, size))
        created.push({
          effective_batch_size: count,
          puzzle_identifiers: [...puzzleIdentifiers],
          inputs_sha256: hashOf(inputs),
          labels_sha256: hashOf(labels),
        });
      expect(created).toHaveLength(batches.length);
      created.forEach((batch, i) => expect(batches[i]).toMatchObject(batch));
      await split.close();
    });

    it('writes every file identical to the reference', async () => {
      const identifiers = await readIdentifiers(folder);
      const opened = await Promise.all(splits.map((split) => ReferenceSplit.open(folder, split)));
      const written = opened.map((split, i) => ({
        seqLen: split.meta.seq_len,
        vocabSize: split.meta.vocab_size,
        groups: groupsOf(split),
        type: info[name].arrays[`${splits[i]}/all__inputs.npy`].dtype === 'int64' ? ('<i8' as const) : ('|u1' as const),
        groupsForPuzzles: split.meta.total_puzzles !== split.puzzles,
      }));
      await writeReferenceFolder(join(scratch, name), { identifiers, train: written[0]!, test: written[1]! });
      const files = [
        'identifiers.json',
        ...splits.flatMap((split) => listFolder('datasets', name, split).map((file) => join(split, file))),
      ];
      for (const file of files)
        expect((await readFile(join(scratch, name, file))).equals(await readFile(join(folder, file))), file).toBe(true);
      await Promise.all(opened.map((split) => split.close()));
    });
  });
});
