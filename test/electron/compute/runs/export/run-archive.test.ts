import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { appendFile, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import crc32 from 'buffer-crc32';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Job } from '../../../../../electron/compute/job';
import { readRunArchive } from '../../../../../electron/compute/runs/export/read-archive';
import { writeRunArchive } from '../../../../../electron/compute/runs/export/write-archive';
import { appendLines } from '../../../../../electron/compute/runs/metrics/metrics-log';
import { parseRecord } from '../../../../../electron/compute/runs/run-record';
import { RunStore, type RunFolder } from '../../../../../electron/compute/runs/run-store';
import { ExistsError } from '../../../../../datasets/formats/atomic-write';
import { stringifyWithChecksum } from '../../../../../datasets/formats/json-checksum';
import { addChecksum } from '../../../../../models/checkpoint/checksum';
import { withZip, writeZip, type ZipContent } from '../../../../../models/checkpoint/zip';
import { formatEnglish } from '../../../../../renderer/messages/english';
import { tinyAttention } from '../../../../models/family/tiny';
import { rawZip } from '../../../../models/checkpoint/raw-zip';
import { ModelLibrary } from '../../../../../electron/compute/models/library';
import { readModel, type StoredModel } from '../../../../../models/checkpoint/model-folder';
import { builtInModels, freshFolder } from '../../opened-service';
import { readAllLines } from '../metrics/log-lines';
import { archivedRecord, createArchivedRun, encodeCheckpoint } from './archived-run';

let parent: string;
let source: RunFolder;
let archive: string;
let files: ReadonlyMap<string, Uint8Array>;
const path = (...names: readonly string[]) => join(parent, ...names);
const target = () => new RunStore(path('target'));

beforeAll(async () => {
  parent = await freshFolder();
  source = await createArchivedRun(new RunStore(path('runs')));
  await appendLines(source.metricsFile, [{ type: 'diverged', step: 3, tensor: 'lm_head' }]);
  archive = path('run.zip');
  expect(await writeRunArchive(source, archive)).toEqual([]);
  files = await filesOf(archive);
});
afterAll(() => rm(parent, { recursive: true }));

const limits = { maxEntries: 100, maxBytes: 2 ** 30 };
const filesOf = (file: string) =>
  withZip(file, limits, async (zip) => {
    const read = new Map<string, Uint8Array>();
    for (const name of zip.names) read.set(name, await zip.read(name));
    return read;
  });

const checkpoint = 'checkpoints/step-3.safetensors';
const recordOf = (text: Uint8Array) => JSON.parse(Buffer.from(text).toString()) as Record<string, unknown>;

/** Writes the archive with changed files; undefined leaves one out. */
async function changedArchive(changes: Readonly<Record<string, Uint8Array | undefined>>): Promise<string> {
  const contents = Object.entries({ ...Object.fromEntries(files), ...changes });
  const out = path('changed.zip');
  await rm(out, { force: true });
  await writeZip(
    out,
    contents.flatMap(([name, content]): ZipContent[] => (content ? [{ name, content }] : [])),
  );
  return out;
}

/** An archive as earlier versions wrote it, without hashes. */
const earlierArchive = (changes: Readonly<Record<string, Uint8Array | undefined>> = {}) =>
  changedArchive({ 'run.json': Buffer.from(JSON.stringify(archivedRecord)), ...changes });

async function refusal(file: string): Promise<string> {
  const error = await readRunArchive(file, target()).then(
    () => null,
    (reason: Error) => reason,
  );
  expect(error, 'was imported').not.toBeNull();
  expect(await readdir(path('target')).catch(() => [])).toEqual([]);
  return error?.message ?? '';
}

describe('an archive', () => {
  const [oneDamaged, missing] = ['1 damaged line of metrics.jsonl was skipped.', 'metrics.jsonl has no metrics of'];
  test.each<[string, (whole: string) => string | null, readonly string[]]>([
    ['a changed digit', (whole) => whole.replace('"step":2', '"step":7'), [oneDamaged, `${missing} 1 step.`]],
    ['an appended line', (whole) => `${whole}garbage\n`, [oneDamaged]],
    ['appended bytes', (whole) => `${whole}\0\0`, [oneDamaged]],
    ['a cut line', (whole) => whole.slice(0, -9), [oneDamaged, `${missing} 1 step.`]],
    ['its last line feed cut', (whole) => whole.slice(0, -1), []],
    ['its last line cut', (whole) => whole.slice(0, whole.lastIndexOf('{')), [`${missing} 1 step.`]],
    ['nothing in it', () => '', [`${missing} 3 steps.`]],
    ['no file', () => null, [`${missing} 3 steps.`]],
  ])('of a run whose metrics have %s has them as they are, and a note', async (_, change, expected) => {
    const damaged = await createArchivedRun(new RunStore(path('damaged-log')));
    const changed = change(await readFile(damaged.metricsFile, 'utf8'));
    await (changed === null ? rm(damaged.metricsFile) : writeFile(damaged.metricsFile, changed));
    const notes = await writeRunArchive(damaged, path('damaged-log.zip'));
    expect(notes.map(formatEnglish)).toEqual(expected);
    for (const made of ['damaged-log', 'damaged-log.zip']) await rm(path(made), { recursive: true });
  });

  test('of a killed run has its unfinished line, without a note', async () => {
    const run = { ...archivedRecord.run, state: 'running' as const };
    const killed = await createArchivedRun(new RunStore(path('killed')), { record: { ...archivedRecord, run } });
    await appendFile(killed.metricsFile, '{"crc32":');
    expect(await writeRunArchive(killed, path('killed.zip'))).toEqual([]);
  });

  test('has the checkpoint before a removed one, and a note', async () => {
    const folder = await createArchivedRun(new RunStore(path('removed')));
    await rm(folder.checkpoints.file(3));
    const notes = await writeRunArchive(folder, path('removed.zip'));
    expect(notes.map(formatEnglish)).toEqual(['step-3.safetensors, the last checkpoint of the run, is missing']);
    expect([...(await filesOf(path('removed.zip'))).keys()]).toContain('checkpoints/step-2.safetensors');
  });

  test('of a run that writes and removes checkpoints meanwhile has a whole one', async () => {
    const run = { ...archivedRecord.run, state: 'running' as const };
    const live = await createArchivedRun(new RunStore(path('live')), { record: { ...archivedRecord, run } });
    const ended = new AbortController();
    const rotate = async (): Promise<void> => {
      for (let step = 4; !ended.signal.aborted; step = step === 9 ? 4 : step + 1) {
        await live.checkpoints.write(step, encodeCheckpoint(step));
        for (const other of await live.checkpoints.steps()) if (other !== step) await rm(live.checkpoints.file(other));
      }
    };
    const rotating = rotate();
    for (let count = 0; count < 20; count++) {
      const out = path(`live-${count}.zip`);
      expect(await writeRunArchive(live, out)).toEqual([]);
      const { notes } = await readRunArchive(out, new RunStore(path('copies')));
      expect(notes).toEqual([]);
    }
    ended.abort();
    await rotating;
  });

  test('contains the newest checkpoint and a SHA-256 of every other file', () => {
    expect([...files.keys()].sort()).toEqual([checkpoint, 'metrics.jsonl', 'notes.md', 'run.json']);
    const { files: hashes } = recordOf(files.get('run.json')!);
    const others = [...files].filter(([name]) => name !== 'run.json');
    const expected = others.map(([name, bytes]) => [name, createHash('sha256').update(bytes).digest('hex')]);
    expect(hashes).toEqual(Object.fromEntries(expected));
    // Its record is also read by versions that know no hashes.
    expect(parseRecord(Buffer.from(files.get('run.json')!).toString(), 'run.json').run.runId).toBe('source');
  });

  test('becomes a run with the same files', async () => {
    const { runId, notes } = await readRunArchive(archive, target());
    expect(notes).toEqual([]);
    const folder = target().getFolder(runId);
    expect(await readFile(folder.checkpoints.file(3))).toEqual(await readFile(source.checkpoints.file(3)));
    expect([await folder.notes(), await readAllLines(folder.metricsFile)]).toEqual([
      '# What we saw\n',
      await readAllLines(source.metricsFile),
    ]);
    expect(await folder.read()).toMatchObject({ run: { runId, step: 3, model: null }, setup: archivedRecord.setup });
    await rm(folder.path, { recursive: true });
  });

  test('of an earlier version is imported with a note', async () => {
    const { runId, notes } = await readRunArchive(await earlierArchive(), target());
    expect(notes.map(formatEnglish)).toEqual([expect.stringContaining('has no checksums')]);
    await rm(target().getFolder(runId).path, { recursive: true });
  });

  test('of an earlier version with paths becomes a run without them', async () => {
    const run = { ...archivedRecord.run, dataset: '\\\\server\\share\\set', parent: null };
    const record = Buffer.from(JSON.stringify({ ...archivedRecord, run }));
    const { runId, dataset } = await readRunArchive(await earlierArchive({ 'run.json': record }), target());
    expect(dataset).toBe('set');
    expect((await target().getFolder(runId).read()).run.dataset).toBe('set');
    await rm(target().getFolder(runId).path, { recursive: true });
  });

  test('leaves out a damaged checkpoint, and contains the one before it', async () => {
    const store = new RunStore(path('damaged'));
    const folder = await createArchivedRun(store);
    const bytes = await readFile(folder.checkpoints.file(3));
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(folder.checkpoints.file(3), bytes);
    const notes = await writeRunArchive(folder, path('damaged.zip'));
    expect(notes.map(formatEnglish)).toEqual([
      'step-3.safetensors is damaged and was left out: the content does not match its checksum: the file was damaged or changed',
    ]);
    expect([...(await filesOf(path('damaged.zip'))).keys()]).toContain('checkpoints/step-2.safetensors');
  });

  test('of a run without a checkpoint is imported with a note', async () => {
    const folder = await createArchivedRun(new RunStore(path('without')), { steps: [] });
    await writeRunArchive(folder, path('without.zip'));
    const { runId, notes } = await readRunArchive(path('without.zip'), target());
    expect(notes.map(formatEnglish)).toEqual([expect.stringContaining('no checkpoint: you can view the run')]);
    await rm(target().getFolder(runId).path, { recursive: true });
  });
});

const flipped = (name: string): Uint8Array => {
  const bytes = Buffer.from(files.get(name)!);
  bytes[bytes.length - 1]! ^= 1;
  return bytes;
};

test('an archive is not written when that is cancelled in the middle of a file', async () => {
  const controller = new AbortController();
  class CancellingJob extends Job {
    override advance(): undefined {
      controller.abort(new Error('enough'));
    }
  }
  const job = new CancellingJob(undefined, controller.signal);
  await expect(writeRunArchive(source, path('half.zip'), job)).rejects.toThrow('enough');
  expect((await readdir(parent)).filter((name) => name.startsWith('half'))).toEqual([]);
});

test('an archive has a checkpoint that disappears while it is written', async () => {
  const folder = await createArchivedRun(new RunStore(path('disappearing')));
  class RemovingJob extends Job {
    override advance(): undefined {
      rmSync(folder.checkpoints.file(3), { force: true });
    }
  }
  const out = path('disappearing.zip');
  expect(await writeRunArchive(folder, out, new RemovingJob())).toEqual([]);
  expect(await folder.checkpoints.steps()).toEqual([2]);
  expect((await filesOf(out)).get(checkpoint)).toEqual(files.get(checkpoint));
});

describe('an archive is refused', () => {
  test.each([
    [checkpoint, () => flipped(checkpoint)],
    ['metrics.jsonl', () => flipped('metrics.jsonl')],
    ['notes.md', () => flipped('notes.md')],
  ])('with other bytes in %s', async (name, change) => {
    expect(await refusal(await changedArchive({ [name]: change() }))).toBe(
      `changed.zip, ${name}: expected bytes that match the SHA-256 in run.json, found other bytes`,
    );
  });

  test('with another run.json', async () => {
    const record = recordOf(files.get('run.json')!);
    const text = JSON.stringify({ ...record, version: '9.9.9' });
    expect(await refusal(await changedArchive({ 'run.json': Buffer.from(text) }))).toContain(
      'changed.zip, run.json was damaged or changed by another program',
    );
  });

  test.each([checkpoint, 'metrics.jsonl', 'notes.md'])('without %s', async (name) => {
    expect(await refusal(await changedArchive({ [name]: undefined }))).toBe(
      `changed.zip, ${name}: expected this file, which run.json lists, found none`,
    );
  });

  test('with a checkpoint that is not listed', async () => {
    const extra = { 'checkpoints/step-2.safetensors': files.get(checkpoint)! };
    expect(await refusal(await changedArchive(extra))).toContain(
      'changed.zip, checkpoints/step-2.safetensors: expected only files that the archive lists',
    );
  });

  const whole = () => Buffer.from(files.get(checkpoint)!);
  test.each<[string, () => Uint8Array | undefined | Promise<Uint8Array>, string]>([
    ['garbage', () => Buffer.from('garbage'), 'found damaged data (expected at least 8 bytes, found 7)'],
    ['cut', () => whole().subarray(0, 1000), 'found damaged data'],
    ['zeroed', () => whole().fill(0, 2000), 'the content does not match its checksum'],
    ['missing', () => undefined, 'expected this file'],
    ['too long', () => Buffer.alloc(2 ** 24), 'expected at most'],
    ['of another model', async () => Buffer.concat(await addChecksum(encodeCheckpoint(3, tinyAttention))), 'params'],
    [
      'of another step',
      async () => Buffer.concat(await addChecksum(encodeCheckpoint(4))),
      'contains step 4, not step 3',
    ],
  ])('of an earlier version whose checkpoint is %s', async (_, change, reason) => {
    const message = await refusal(await earlierArchive({ [checkpoint]: await change() }));
    expect(message).toContain(`changed.zip, ${checkpoint}: `);
    expect(message).toContain(reason);
  });

  test('with a checkpoint after the last step of the run', async () => {
    const name = 'checkpoints/step-999999999999.safetensors';
    expect(await refusal(await earlierArchive({ [name]: files.get(checkpoint)! }))).toContain(
      `changed.zip, ${name}: expected a step up to 10, the last step of the run`,
    );
  });

  const withRun = (changes: object) => ({ ...archivedRecord, run: { ...archivedRecord.run, ...changes } });
  const withModel = (changes: object) => {
    const { config } = archivedRecord.setup;
    return {
      ...archivedRecord,
      setup: { ...archivedRecord.setup, config: { ...config, model: { ...config.model, ...changes } } },
    };
  };
  test.each<[string, object, string]>([
    ['a step after its last', withRun({ step: 11 }), 'step 11 is after 10, the last step of the run'],
    ['a kind that is no kind', withRun({ kind: '__proto__' }), '__proto__'],
    ['a path as its kind', withRun({ kind: '../../evil' }), 'evil'],
    ['endless steps', withModel({ haltMaxSteps: 2 ** 31 }), 'haltMaxSteps'],
    ['settings that do not fit', withModel({ numHeads: 3, mlpT: false, posEncodings: 'rope' }), 'even head width'],
  ])('whose run has %s', async (_, record, reason) => {
    const message = await refusal(await earlierArchive({ 'run.json': Buffer.from(stringifyWithChecksum(record)) }));
    expect(message).toMatch(/^changed\.zip, run\.json/u);
    expect(message).toContain(reason);
  });

  test.each(['run.json', 'notes.md', 'metrics.jsonl', checkpoint])(
    'that unpacks to a gigabyte of %s, at once',
    async (name) => {
      // Only the sizes are read: the bytes of the entry would take seconds.
      const bomb = deflateRawSync(Buffer.alloc(2 ** 21));
      const entry = { name, data: bomb, method: 8, size: bomb.length * 1000 };
      const others = [...files]
        .filter(([other]) => other !== name)
        .map(([other, data]) => ({ name: other, data, crc: crc32.unsigned(Buffer.from(data)) }));
      const record = { name: 'run.json', data: Buffer.from(JSON.stringify(withRun({ step: 3 }))) };
      const rest = name === 'run.json' ? others : [record, ...others.filter((other) => other.name !== 'run.json')];
      await writeFile(path('bomb.zip'), rawZip([...rest, { ...entry, size: Math.max(entry.size, 5 * 2 ** 20) }]));
      expect(await refusal(path('bomb.zip'))).toContain(`bomb.zip, ${name}: expected at most`);
    },
  );

  test('with metrics that are compressed as no measurement can be', async () => {
    const record = Buffer.from(JSON.stringify(withRun({ step: 2 ** 31, maxSteps: 2 ** 31 })));
    const metrics = { name: 'metrics.jsonl', data: Buffer.alloc(600_000), method: 8, size: 2 ** 29 };
    const last = { name: checkpoint, data: files.get(checkpoint)! };
    await writeFile(path('bomb.zip'), rawZip([{ name: 'run.json', data: record }, metrics, last]));
    expect(await refusal(path('bomb.zip'))).toContain('bomb.zip, metrics.jsonl: expected at most 120,000,000 bytes');
  });

  test('when the disk has too little space, before anything is unpacked', async () => {
    await expect(readRunArchive(archive, target(), new Job(), () => Promise.resolve(1000))).rejects.toThrow(
      /^run\.zip needs .* of free disk space, found 1 kB/u,
    );
    expect(await readdir(path('target'))).toEqual([]);
  });

  test('when it is cancelled in the middle of a file', async () => {
    const controller = new AbortController();
    class CancellingJob extends Job {
      override advance(done: number): undefined {
        if (done > 0) controller.abort(new Error('enough'));
      }
    }
    const job = new CancellingJob(undefined, controller.signal);
    await expect(readRunArchive(archive, target(), job)).rejects.toThrow('enough');
    expect(await readdir(path('target'))).toEqual([]);
  });

  test('when it is cancelled', async () => {
    const job = new Job(undefined, AbortSignal.abort(new Error('enough')));
    await expect(readRunArchive(archive, target(), job)).rejects.toThrow('enough');
    await expect(writeRunArchive(source, path('cancelled.zip'), job)).rejects.toThrow('enough');
    expect(await readdir(path('target'))).toEqual([]);
    expect((await readdir(parent)).filter((name) => name.startsWith('cancelled'))).toEqual([]);
  });
});

test('the paths of a run on a folder of the command line are not in its archive', async () => {
  const dataset = '/home/lovelace/Secret Project/my set';
  const record = {
    ...archivedRecord,
    run: {
      ...archivedRecord.run,
      dataset,
      model: '/home/lovelace/Secret Project/m',
      failure: `cannot read ${dataset}/train`,
    },
    setup: { ...archivedRecord.setup, command: `train --dataset '${dataset}' --seed 1` },
  };
  const folder = await createArchivedRun(new RunStore(path('private')), { record });
  const sample = { address: `${dataset}/test/0`, inputs: [1], labels: [2], answer: [2], confidence: [1] };
  await appendLines(folder.metricsFile, [{ type: 'sample', step: 2, samples: [sample] }]);
  await writeRunArchive(folder, path('private.zip'));
  for (const [name, bytes] of await filesOf(path('private.zip')))
    for (const secret of ['lovelace', 'Secret'])
      expect(Buffer.from(bytes).includes(secret), `${name}: ${secret}`).toBe(false);
  const { runId } = await readRunArchive(path('private.zip'), target());
  const imported = target().getFolder(runId);
  expect((await imported.read()).setup.command).toBe("train --dataset 'my set' --seed 1");
  expect((await imported.read()).run).toMatchObject({ dataset: 'my set', failure: 'cannot read my set/train' });
  expect((await readAllLines(imported.metricsFile)).slice(-1)).toEqual([
    { type: 'sample', step: 2, samples: [{ ...sample, address: 'my set/test/0' }] },
  ]);
});

describe('an archive of a fine-tuned run', () => {
  const parent = { kind: 'model' as const, id: 'mine', step: null };
  const record = { ...archivedRecord, run: { ...archivedRecord.run, parent } };
  const start = readModel(join(builtInModels, 'sudoku-4x4'));
  const export_ = async (name: string, found: StoredModel | null) => {
    const folder = await createArchivedRun(new RunStore(path(name)), { record });
    return writeRunArchive(folder, path(`${name}.zip`), new Job(), () => Promise.resolve(found));
  };

  test('contains the model that it started from, which an import adds to the models once', async () => {
    expect(await export_('tuned', await start)).toEqual([]);
    const library = new ModelLibrary({ builtIn: path('none'), user: path('models') });
    const read = () =>
      readRunArchive(path('tuned.zip'), new RunStore(path('tuned-copies')), new Job(), undefined, library);
    const [first, second] = [await read(), await read()];
    const { card, state } = await library.read(first.parent!.id);
    expect(card.name).toBe((await start).card.name);
    expect(state).toEqual((await start).state);
    expect(second.parent).toEqual(first.parent);
    expect(await library.list()).toHaveLength(1);
    expect(await readdir(path('tuned-copies', first.runId))).not.toContain('start');
  });

  test('whose import fails leaves no model', async () => {
    const library = new ModelLibrary({ builtIn: path('none'), user: path('failed-models') });
    // Another run of the same id appears after the model was saved.
    library.onChange(() => {
      for (const name of readdirSync(path('failed')))
        mkdirSync(path('failed', name.split('.')[0]!), { recursive: true });
    });
    const read = readRunArchive(path('tuned.zip'), new RunStore(path('failed')), new Job(), undefined, library);
    await expect(read).rejects.toThrow(ExistsError);
    expect(await readdir(path('failed-models'))).toEqual([]);
  });

  test('whose start model has no checksum is not linked to another model without one', async () => {
    const tuned = await filesOf(path('tuned.zip'));
    const withoutFiles = (card: Record<string, unknown>) =>
      Buffer.from(JSON.stringify({ ...card, sha256: undefined, files: undefined }));
    const file = await changedArchive({
      ...Object.fromEntries(tuned),
      'run.json': Buffer.from(JSON.stringify(record)),
      'start/card.json': withoutFiles(recordOf(tuned.get('start/card.json')!)),
    });
    const other = path('other-models', 'other');
    await cp(join(builtInModels, 'sudoku-6x6'), other, { recursive: true });
    await writeFile(join(other, 'card.json'), withoutFiles(recordOf(await readFile(join(other, 'card.json')))));
    const library = new ModelLibrary({ builtIn: path('none'), user: path('other-models') });
    const { parent: found } = await readRunArchive(file, new RunStore(path('copies')), new Job(), undefined, library);
    expect(found?.id).not.toBe('other');
    expect((await library.read(found!.id)).state).toEqual((await start).state);
  });

  test('without the model, which cannot be read, has the reason in a note', async () => {
    const library = new ModelLibrary({ builtIn: path('none'), user: path('damaged-models') });
    await cp(join(builtInModels, 'sudoku-4x4'), path('damaged-models', 'mine'), { recursive: true });
    await writeFile(path('damaged-models', 'mine', 'card.json'), '{"name": "half');
    const folder = await createArchivedRun(new RunStore(path('unreadable')), { record });
    const find = (id: string) => library.readIfExists(id);
    const [note] = await writeRunArchive(folder, path('unreadable.zip'), new Job(), find);
    expect(formatEnglish(note!)).toMatch(/: mine cannot be read: mine: card\.json/u);
    expect(await library.readIfExists('absent')).toBeNull();
  });

  test('without the model, which was deleted, has a note', async () => {
    const notes = await export_('orphan', null);
    expect(notes.map(formatEnglish)).toEqual([
      'The archive does not contain the model that the run started from: mine is no longer here.',
    ]);
  });
});
