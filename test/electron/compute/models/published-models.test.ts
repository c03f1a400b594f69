import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { getKind } from '../../../../datasets/kinds/registry';
import { datasetSpecs } from '../../../../electron/compute/downloads/download-specs';
import { Downloads, type DownloadsOptions } from '../../../../electron/compute/downloads/downloads';
import { publishedModels, type PublishedModelSpec } from '../../../../electron/compute/downloads/published-models';
import { Job, type Progress } from '../../../../electron/compute/job';
import { ModelLibrary } from '../../../../electron/compute/models/library';
import { PublishedModels } from '../../../../electron/compute/models/published-models';
import { requests } from '../../../../electron/contract/contract';
import type { ModelConfig } from '../../../../models/family/config';
import { weightLayout } from '../../../../models/family/weights';
import { formatEnglish } from '../../../../renderer/messages/english';
import { listFiles, rejectionMessage, sha256, someBytes } from '../downloads/download-fixtures';
import { FileServer } from '../downloads/file-server';
import { checkpointBytes, hrmConfig, mazeConfig, servedBy, sudokuConfig } from './published-checkpoints';

/** Narrow models, to keep the tests fast. */
const narrow = { hiddenSize: 64, puzzleEmbNdim: 64, innerMultiple: 32 };
const small = { ...sudokuConfig, ...narrow, innerMultiple: 256 };
const entry = publishedModels.find(({ id }) => id === 'trm-sudoku-gao')!;
let bytes: Buffer;
let folder: string;
let server: FileServer;
beforeAll(async () => void (bytes = await checkpointBytes(small)));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'published-'));
  server = await FileServer.start(bytes);
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

type Options = Partial<DownloadsOptions<PublishedModelSpec>>;

/** The catalogue with one entry, whose weights have the given size and checksum. */
function open(
  spec = servedBy(server, entry, { roughBytes: bytes.length, sha256: sha256(bytes) }),
  other: Options = {},
) {
  const library = new ModelLibrary({ builtIn: join(folder, 'none'), user: join(folder, 'models') });
  const downloads = new Downloads({
    ...{ folder: join(folder, 'downloads'), specs: [spec], allowLoopback: true, stallAfter: 400, retryAfter: [1] },
    ...other,
  });
  return { library, published: new PublishedModels(downloads, library) };
}

const download = (published: PublishedModels, job = new Job()) => published.download(entry.id, job);

describe('the catalogue', () => {
  test('names https addresses, a dataset of the same puzzles, and sizes that fit the architecture', () => {
    expect(new Set([...publishedModels, ...datasetSpecs].map(({ id }) => id)).size).toBe(
      publishedModels.length + datasetSpecs.length,
    );
    const stored = (config: ModelConfig) => 4 * (weightLayout(config).size + 3 * config.hiddenSize);
    const configs: Record<string, ModelConfig> = { 'sudoku-9x9': sudokuConfig, 'maze-30': mazeConfig };
    for (const { id, kind, dataset, files, weights } of publishedModels) {
      expect(datasetSpecs.find((spec) => spec.id === dataset)).toMatchObject({ kind });
      const [file] = files;
      expect(file!.name).toBe(weights);
      for (const { url } of files) expect(url).toMatch(/^https:\/\/huggingface\.co\//u);
      const expected = stored(id.startsWith('hrm') ? hrmConfig : configs[kind]!);
      expect(Math.abs(file!.roughBytes! / expected - 1)).toBeLessThan(0.02);
    }
  });

  test('is listed without network access, with size, licence and what is not known', async () => {
    const { published } = open(entry);
    expect(await published.list()).toEqual([
      {
        id: 'trm-sudoku-gao',
        name: 'TRM Sudoku-Extreme (Xin Gao)',
        summary: entry.summary,
        homepage: 'https://huggingface.co/Sanjin2024/TinyRecursiveModels-Sudoku-Extreme-mlp',
        licence: 'Apache 2.0',
        kind: 'sudoku-9x9',
        dataset: 'sudoku-extreme',
        reported: 0.848,
        bytes: 20_100_000,
        isHashKnown: true,
        isDownloaded: false,
        partialBytes: 0,
        model: null,
      },
    ]);
    expect(requests.listPublishedModels).toMatchObject({ readOnly: true });
    expect(requests.downloadModel).not.toHaveProperty('readOnly');
  });

  const configFile = (config: ModelConfig) => {
    const name =
      config.family === 'hrm'
        ? 'hrm.hrm_act_v1@HierarchicalReasoningModel_ACTV1'
        : 'recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1';
    const { hCycles, lCycles, hLayers, lLayers, hiddenSize, puzzleEmbNdim, noActContinue } = config;
    const arch = {
      ...{ name, loss: { name: 'losses@ACTLossHead', loss_type: `${config.loss}_cross_entropy` } },
      ...{ H_cycles: hCycles, L_cycles: lCycles, H_layers: hLayers, L_layers: lLayers, hidden_size: hiddenSize },
      ...{ num_heads: 8, expansion: 4, pos_encodings: 'rope', halt_max_steps: 16, halt_exploration_prob: 0.1 },
      ...{ puzzle_emb_ndim: puzzleEmbNdim, forward_dtype: 'bfloat16', inner_multiple: 32 },
      ...(config.family !== 'hrm' && { puzzle_emb_len: 16, no_ACT_continue: noActContinue }),
    };
    return Buffer.from(JSON.stringify({ arch, lr: 1e-4, data_path: 'data/any' }));
  };

  test.each(publishedModels.map((spec) => [spec.id, spec] as const))('has all settings of %s', async (id, spec) => {
    const shape = spec.kind === 'maze-30' ? { seqLen: 900, vocabSize: 6 } : { seqLen: 81, vocabSize: 11 };
    const base = id.startsWith('hrm') ? hrmConfig : spec.kind === 'maze-30' ? mazeConfig : sudokuConfig;
    const config = { ...base, ...shape, ...narrow, ...(spec.files.length === 1 && { innerMultiple: 256 }) };
    const content = await checkpointBytes(config);
    server.others.set(`/file/${spec.weights}`, content);
    server.others.set('/file/all_config.yaml', configFile(config));
    const { library, published } = open(servedBy(server, spec, { roughBytes: content.length, sha256: null }));
    const { model } = await published.download(id, new Job());
    expect(model).toMatchObject({ name: spec.name, kind: spec.kind, source: 'imported', accuracy: null });
    expect((await library.read(model.id)).config).toEqual({
      ...config,
      // The reference counts a single position by itself.
      puzzleEmbLen: id.startsWith('hrm') ? 0 : 16,
    });
  });
});

describe('downloading', () => {
  test('imports 5 million weights with a card that says where they come from', async () => {
    const content = await checkpointBytes(sudokuConfig, '');
    expect(Math.abs(content.length / 20_100_000 - 1)).toBeLessThan(0.01);
    server.always = { bytes: content };
    const { library, published } = open(servedBy(server, entry, { sha256: sha256(content) }));
    const progress: Progress[] = [];
    const { model, notes } = await download(published, new Job((report) => progress.push(report)));
    expect(progress.map(({ fraction }) => fraction)).toContain(1);
    expect(formatEnglish(progress.at(-1)!.message)).toBe('Importing TRM Sudoku-Extreme (Xin Gao)');
    expect(notes.map(formatEnglish)).toHaveLength(1);
    expect(model).toMatchObject({
      id: 'trm-sudoku-extreme-xin-gao',
      parameters: 5_028_866,
      accuracy: null,
      command: 'model download trm-sudoku-gao',
      published: {
        id: 'trm-sudoku-gao',
        homepage: entry.homepage,
        licence: 'Apache 2.0',
        reported: 0.848,
        dataset: 'sudoku-extreme',
      },
    });
    expect((await library.read(model.id)).config).toEqual(sudokuConfig);
    expect(await listFiles(join(folder, 'downloads'))).toEqual([]);
  }, 120_000);

  test('says that a model is in the library already, without a request', async () => {
    const { published } = open();
    const { model } = await download(published);
    expect((await published.list())[0]).toMatchObject({ model: model.id });
    server.requests.length = 0;
    expect(await rejectionMessage(download(published))).toBe(
      'TRM Sudoku-Extreme (Xin Gao) is already in the library, as the model trm-sudoku-extreme-xin-gao',
    );
    expect(server.requests).toEqual([]);
  });

  test('resumes after a broken connection; until then the library has no model', async () => {
    server.next = [{ breaksAfter: 50_000 }];
    server.storedBytes = async () => (await open().published.list())[0]!.partialBytes;
    const { library, published } = open(undefined, { retryAfter: [] });
    expect(await rejectionMessage(download(published))).toContain('the download can be resumed');
    expect(await published.list()).toMatchObject([{ isDownloaded: false, partialBytes: 50_000, model: null }]);
    expect(await library.list()).toEqual([]);
    await download(published);
    expect(server.getRequests.map(({ range }) => range)).toEqual([undefined, 'bytes=50000-']);
    expect(await library.list()).toHaveLength(1);
  });

  test('keeps the received bytes when it is cancelled', async () => {
    const controller = new AbortController();
    server.next = [{ stallsAfter: 40_000 }];
    const { library, published } = open(undefined, { stallAfter: 60_000 });
    const running = download(published, new Job(undefined, controller.signal));
    await expect.poll(async () => (await published.list())[0]!.partialBytes).toBe(40_000);
    controller.abort(new Error('changed my mind'));
    expect(await rejectionMessage(running)).toBe('changed my mind');
    expect(await library.list()).toEqual([]);
  });

  test('without a connection says so', async () => {
    const { published } = open();
    await server.stop();
    expect(await rejectionMessage(download(published))).toBe(
      'no connection to 127.0.0.1: the server refuses connections; everything else works offline',
    );
    server = await FileServer.start(bytes);
  });
});

describe('wrong files', () => {
  const hostile = readFileSync('test/fixtures/oracle/pt/evil_os_system.pt');
  const name = 'TRM Sudoku-Extreme (Xin Gao) from 127.0.0.1: step_16275';

  test.each<[string, () => Promise<Partial<PublishedModelSpec['files'][number]>>, string]>([
    ['another checksum', async () => ({ sha256: 'a'.repeat(64) }), `expected SHA-256 ${'a'.repeat(64)}`],
    ['another exact size', async () => ({ bytes: 7 }), 'expected step_16275 with 7 bytes'],
    ['a size far from the stated one', async () => ({ roughBytes: 20_100_000 }), 'with about 20.1 MB, found'],
  ])('with %s are refused, and nothing is kept', async (_, weights, expected) => {
    const spec = servedBy(server, entry, { roughBytes: bytes.length, sha256: null, ...(await weights()) });
    await refuse(spec, expected);
  });

  test.each<[string, () => Promise<Uint8Array>, string]>([
    ['are no checkpoint', async () => someBytes(), `${name}: expected`],
    ['would run a program', async () => hostile, `${name}`],
    [
      'are another model',
      () => checkpointBytes({ ...small, vocabSize: 6 }),
      'the model reads 81 cells with 6 tokens, but Sudoku 9×9 has 81 cells with 11 tokens; nothing was kept',
    ],
  ])('that %s are refused, and nothing is kept', async (_, content, expected) => {
    const served = await content();
    server.always = { bytes: served };
    await refuse(servedBy(server, entry, { roughBytes: served.length, sha256: null }), expected);
  });

  async function refuse(spec: PublishedModelSpec, expected: string): Promise<void> {
    const { library, published } = open(spec);
    expect(await rejectionMessage(download(published))).toContain(expected);
    expect(await library.list()).toEqual([]);
    expect(await listFiles(join(folder, 'downloads'))).toEqual([]);
    expect(await readdir(folder)).not.toContain('models');
  }

  test('that cannot be saved are kept as a download, without half a model', async () => {
    await writeFile(join(folder, 'models'), 'a file where the folder of models should be');
    const { published } = open();
    expect(await rejectionMessage(download(published))).toMatch(/models/u);
    expect(await published.list()).toMatchObject([{ isDownloaded: true, model: null }]);
    await rm(join(folder, 'models'));
    await download(published);
    expect(server.getRequests).toHaveLength(1);
  });
});

test('the puzzle kinds of the catalogue exist', () => {
  for (const { kind } of publishedModels) expect(getKind(kind).id).toBe(kind);
});
