import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Random } from '../../../datasets/random';
import { importModel } from '../../../models/checkpoint/import/import-model';
import type { ModelCard } from '../../../models/checkpoint/model-card';
import type { StoredModel } from '../../../models/checkpoint/model-folder';
import {
  hasDemos,
  listChangedFiles,
  readCard,
  readDemos,
  readModel,
  readOptimiser,
  writeCard,
  writeDemos,
  writeModel,
} from '../../../models/checkpoint/model-folder';
import { readSafetensors, writeSafetensors } from '../../../models/checkpoint/safetensors';
import { isShared } from '../../../models/engine/column-slice';
import type { Demos } from '../../../models/evaluate/demos';
import type { ModelConfig } from '../../../models/family/config';
import { initialState } from '../../../models/family/weights';
import { message } from '../../../renderer/messages/message';
import { tinyAttention, tinyMlpT } from '../family/tiny';

const card: ModelCard = {
  name: 'Tiny',
  dataset: 'sudoku-4x4',
  preset: 'classroom',
  family: 'TRM-MLP',
  parameters: 1,
  hCycles: 2,
  lCycles: 1,
  haltMaxSteps: 3,
  createdAt: '2026-01-01T00:00:00.000Z',
  command: 'train',
  data: { trainPuzzles: 1, trainClasses: 1, testPuzzles: 1, testClasses: 1 },
  training: { steps: 1, seconds: 1, samples: 1, seed: 1, flop: 1 },
  parent: null,
  accuracy: { exactAccuracy: 0.5, accuracy: 0.75, ruleAccuracy: 0.5, count: 2, interval: [0.1, 0.9] },
};
const randomModel = (config: ModelConfig): StoredModel => ({
  config,
  state: initialState(config, Random.seeded(1)),
  card,
});

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'trm-model-'));
  folder = join(parent, 'model');
});
afterEach(() => rm(parent, { recursive: true }));

const refusal = (): Promise<string> =>
  readModel(folder).then(
    () => 'read',
    ({ name, message }: Error) => `${name}: ${message}`,
  );

/** A model as it is read: its card names the checksums of the other files. */
const stored = (model: StoredModel) => ({
  ...model,
  card: { ...model.card, files: { config: expect.any(String) as string, weights: expect.any(String) as string } },
});

test.each([
  ['token mixing', tinyMlpT],
  ['attention', tinyAttention],
])('a model with %s is read back unchanged', async (_, config) => {
  const model = randomModel(config);
  await writeModel(folder, model);
  expect(await readModel(folder)).toEqual(stored(model));
  expect((await readdir(folder)).sort()).toEqual(['card.json', 'config.json', 'model.safetensors']);
});

test('the weights are read into memory that workers share', async () => {
  await writeModel(folder, randomModel(tinyMlpT));
  expect(isShared((await readModel(folder)).state.params)).toBe(true);
});

test('the names of puzzles are read back, refused in another number, and removed with the model', async () => {
  const model = randomModel(tinyMlpT);
  const identifiers = Array.from({ length: model.config.numPuzzleIdentifiers }, (_, row) => `puzzle ${row}`);
  await writeModel(folder, { ...model, identifiers });
  expect((await readModel(folder)).identifiers).toEqual(identifiers);
  await writeModel(folder, { ...model, identifiers: [...identifiers, 'more'] });
  await expect(readModel(folder)).rejects.toThrow(
    /^identifiers\.json: expected \d+ names?, one for each puzzle embedding/u,
  );
  await writeModel(folder, model);
  expect(await readModel(folder)).toEqual(stored(model));
});

describe('the state of the optimiser', () => {
  const model = randomModel(tinyMlpT);
  const optimiser = () => {
    const { params } = initialState(tinyMlpT, Random.seeded(2));
    return { params, m: params.map((value) => value / 2), v: params.map((value) => value ** 2), step: 7 };
  };
  const read = async () => readOptimiser(folder, await readModel(folder));

  test('is read back beside the weights, is named by the card, and is removed with the model', async () => {
    await writeModel(folder, { ...model, optimiser: optimiser() });
    const { state, card: written } = await readModel(folder);
    expect(state).toEqual(model.state);
    expect(written).toMatchObject({ optimizer: { step: 7 }, files: { optimizer: expect.any(String) as string } });
    expect(await read()).toEqual(optimiser());
    expect(await listChangedFiles(folder)).toEqual([]);
    await writeModel(folder, await readModel(folder));
    expect((await readdir(folder)).sort()).toEqual(['card.json', 'config.json', 'model.safetensors']);
    await expect(read()).rejects.toThrow('the model Tiny has no state of the optimizer');
  });

  test('is refused where the weights were replaced, it is damaged or missing, and the file is named', async () => {
    await writeModel(folder, { ...model, optimiser: optimiser() });
    const file = join(folder, 'optimizer.safetensors');
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(1, bytes.length - 2));
    await expect(read()).rejects.toThrow(/^optimizer\.safetensors: .*checksum/u);
    await rm(file);
    await expect(read()).rejects.toThrow('optimizer.safetensors is missing');
    expect(await listChangedFiles(folder)).toEqual(['optimizer.safetensors']);
    const other = join(parent, 'other');
    await writeModel(other, { ...model, state: initialState(tinyMlpT, Random.seeded(3)), optimiser: optimiser() });
    await cp(join(other, 'optimizer.safetensors'), file);
    await expect(read()).rejects.toThrow('optimizer.safetensors: it belongs to other weights');
    expect(await listChangedFiles(folder)).toEqual(['optimizer.safetensors']);
  });
});

test('writeModel replaces an existing model completely', async () => {
  await writeModel(folder, randomModel(tinyMlpT));
  await writeModel(folder, randomModel(tinyAttention));
  expect(await readModel(folder)).toEqual(stored(randomModel(tinyAttention)));
});

test('the weights have the tensor names of the reference implementation', async () => {
  await writeModel(folder, randomModel(tinyMlpT));
  const { tensors } = readSafetensors(await readFile(join(folder, 'model.safetensors')));
  const reference = readSafetensors(
    await readFile(new URL('../../fixtures/oracle/models/trm_mlp_t/params.safetensors', import.meta.url)),
  );
  const layerless = (names: Iterable<string>) =>
    [...new Set([...names].map((name) => name.replace(/layers\.\d+/, 'layers.n')))].sort();
  expect(layerless(tensors.keys())).toEqual(layerless(reference.tensors.keys()));
});

describe('the checksums of the settings and the card', () => {
  const edit = async (file: string, change: (text: string) => string): Promise<void> =>
    writeFile(join(folder, file), change(await readFile(join(folder, file), 'utf8')));

  test('name the files whose content was edited; the model is read', async () => {
    await writeModel(folder, randomModel(tinyMlpT));
    expect(await listChangedFiles(folder)).toEqual([]);
    await edit('config.json', (text) => text.replace('"halt_max_steps": 3', '"halt_max_steps": 4'));
    expect(await listChangedFiles(folder)).toEqual(['config.json']);
    await edit('card.json', (text) => text.replace('Tiny', 'Mine'));
    expect(await listChangedFiles(folder)).toEqual(['config.json', 'card.json']);
    const read = await readModel(folder);
    expect([read.config.haltMaxSteps, read.card.name]).toEqual([4, 'Mine']);
    await writeCard(folder, read.card);
    expect(await listChangedFiles(folder)).toEqual(['config.json']);
    await writeModel(folder, read);
    expect(await listChangedFiles(folder)).toEqual([]);
  });

  test.each([
    ['config.json', ['config.json']],
    ['card.json', ['card.json']],
    ['model.safetensors', ['model.safetensors']],
  ])('notice %s of another model', async (file, changed) => {
    const other = join(folder, 'other');
    await writeModel(folder, randomModel(tinyMlpT));
    const { state, ...model } = randomModel({ ...tinyMlpT, haltMaxSteps: 7 });
    const params = state.params.map((value) => -value);
    await writeModel(other, { ...model, state: { ...state, params } });
    await cp(join(other, file), join(folder, file));
    await readModel(folder);
    expect(await listChangedFiles(folder)).toEqual(changed);
  });

  test('are absent in models of earlier versions and other programs', async () => {
    await writeModel(folder, randomModel(tinyMlpT));
    for (const file of ['config.json', 'card.json'])
      await edit(file, (text) => JSON.stringify({ ...(JSON.parse(text) as object), sha256: undefined }));
    expect(await listChangedFiles(folder)).toEqual([]);
    expect(await readModel(folder)).toEqual(stored(randomModel(tinyMlpT)));
  });

  test('notice every changed bit and digit that leaves a readable model', async () => {
    await writeModel(folder, randomModel(tinyMlpT));
    const model = await readModel(folder);
    const changes = fc.oneof(
      fc.record({ place: fc.nat(), bit: fc.nat(7) }),
      fc.record({ place: fc.nat(), digit: fc.nat(9) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('config.json', 'card.json'), changes, async (file, change) => {
        const bytes = await readFile(join(folder, file));
        const changed = Buffer.from(bytes);
        const digits = [...bytes.keys()].filter((index) => bytes[index]! >= 48 && bytes[index]! <= 57);
        if ('bit' in change) changed[change.place % bytes.length]! ^= 1 << change.bit;
        else changed[digits[change.place % digits.length]!] = 48 + change.digit;
        await writeFile(join(folder, file), changed);
        const isSilent = await Promise.all([readModel(folder), listChangedFiles(folder)]).then(
          ([read, files]) => files.length === 0 && JSON.stringify(read.config) + JSON.stringify(read.card),
          () => false,
        );
        await writeFile(join(folder, file), bytes);
        if (isSilent !== false) expect(isSilent).toBe(JSON.stringify(model.config) + JSON.stringify(model.card));
      }),
      { numRuns: 100 },
    );
  });

  test('are in the built-in models', async () => {
    const pretrained = join('models', 'pretrained');
    for (const id of await readdir(pretrained)) {
      await cp(join(pretrained, id), folder, { recursive: true });
      expect(await listChangedFiles(folder)).toEqual([]);
      expect((await readModel(folder)).card.files).toBeDefined();
      const hasDemosFile = existsSync(join(folder, 'demos.json'));
      expect((await readCard(folder)).files?.demos !== undefined).toBe(hasDemosFile);
      if (hasDemosFile) await readDemos(folder);
      for (const file of ['config.json', 'card.json']) await edit(file, (text) => text.replace(/"\w+":/u, '"other":'));
      expect(await listChangedFiles(folder)).toEqual(['config.json', 'card.json']);
      await rm(folder, { recursive: true });
    }
  });
});

describe('readModel rejects a folder in one line that names the file', () => {
  test.each(['config.json', 'card.json', 'model.safetensors'])('because %s is missing', async (file) => {
    await writeModel(folder, randomModel(tinyMlpT));
    await rm(join(folder, file));
    expect(await refusal()).toBe(`ModelFolderError: ${folder} is not a model: ${file} is missing`);
  });

  test.each([
    ['config.json', 'half', /^ModelFolderError: config\.json: [^\n]+$/],
    ['config.json', '{}', /^ModelFolderError: config\.json: invalid value of arch \([^\n]+\)$/],
    [
      'config.json',
      '{"arch": {}, "data": {}}',
      /^ModelFolderError: config\.json: invalid value of arch\.name \([^\n]+\)$/,
    ],
    ['card.json', '[]', /^ModelFolderError: card\.json: [^\n]+$/],
    ['model.safetensors', '', /^ModelFolderError: model\.safetensors: expected at least 8 bytes, found 0$/],
  ])('because %s contains %s', async (file, content, expected) => {
    await writeModel(folder, randomModel(tinyMlpT));
    await writeFile(join(folder, file), content);
    expect(await refusal()).toMatch(expected);
  });

  test.each([
    ['has an invalid size', { hidden_size: -4 }, 'hiddenSize must be a whole number of at least 1, got -4'],
    ['claims a larger size than the weights', { hidden_size: 60_000 }, null],
    ['lacks a setting', { H_cycles: undefined }, 'hCycles must be a whole number of at least 1, got undefined'],
    [
      'names another architecture',
      { name: 'elsewhere@Other' },
      'this model is not supported: architecture elsewhere@Other',
    ],
    [
      'names an unknown position encoding',
      { pos_encodings: 'alibi' },
      'this model is not supported: position encoding alibi',
    ],
  ])('because its config %s', async (_, change, message) => {
    await writeModel(folder, randomModel(tinyMlpT));
    const file = join(folder, 'config.json');
    const { arch, data } = JSON.parse(await readFile(file, 'utf8')) as { arch: object; data: object };
    await writeFile(file, JSON.stringify({ arch: { ...arch, ...change }, data }));
    expect(await refusal()).toBe(
      message
        ? `ModelFolderError: config.json: ${message}`
        : 'ModelFolderError: model.safetensors: model.inner.H_init: expected [60000], found [4]',
    );
  });

  const weight = 'model.inner.lm_head.weight';
  test.each([
    ['lack a tensor', (tensors: Tensors) => tensors.delete(weight), `${weight} is missing`],
    [
      'have another shape',
      (tensors: Tensors) => tensors.set(weight, { shape: [4, 3], values: new Float32Array(12) }),
      `${weight}: expected [3, 4], found [4, 3]`,
    ],
    [
      'have another type',
      (tensors: Tensors) => tensors.set(weight, { shape: [3, 4], values: new Int32Array(12) }),
      `${weight}: expected float32 values`,
    ],
    [
      'are not finite',
      (tensors: Tensors) => tensors.set(weight, { shape: [3, 4], values: new Float32Array(12).fill(NaN) }),
      `${weight}: expected finite values`,
    ],
  ])('because its weights %s', async (_, change, message) => {
    await writeModel(folder, randomModel(tinyMlpT));
    const file = join(folder, 'model.safetensors');
    const tensors = new Map(readSafetensors(await readFile(file)).tensors);
    change(tensors);
    await writeFile(file, writeSafetensors(tensors));
    expect(await refusal()).toBe(`ModelFolderError: model.safetensors: ${message}`);
  });
});

type Tensors = Map<
  string,
  { readonly shape: readonly number[]; readonly values: Float32Array | Int32Array | Uint8Array | Float64Array }
>;

test('a failed write keeps the old model and leaves no temporary file', async () => {
  const model = randomModel(tinyMlpT);
  await writeModel(folder, model);
  const broken = { ...model, state: { ...model.state, hInit: new Float32Array(1) } };
  await expect(writeModel(folder, broken)).rejects.toThrow('1 values do not fill [4]');
  expect((await readdir(folder)).sort()).toEqual(['card.json', 'config.json', 'model.safetensors']);
  expect((await readModel(folder)).state).toEqual(model.state);
});

describe('demos.json', () => {
  const demos: Demos = {
    position: 1,
    steps: 16,
    puzzles: 20,
    demos: [{ solvedAt: 3, changes: 2, standstill: 1, reason: 'recovers', inputs: [1, 0, 2], labels: [1, 2, 2] }],
  };
  beforeEach(() => writeModel(folder, randomModel(tinyMlpT)));
  const path = () => join(folder, 'demos.json');

  test('is read back', async () => {
    await writeDemos(folder, demos);
    expect(await readDemos(folder)).toEqual(demos);
  });

  test('of another model is refused, and one that is missing is noticed', async () => {
    await writeDemos(folder, demos);
    await cp(path(), join(folder, 'first.json'));
    await writeDemos(folder, { ...demos, puzzles: 21 });
    await cp(join(folder, 'first.json'), path());
    await expect(readDemos(folder)).rejects.toThrow('demos.json: damaged');
    await rm(path());
    expect(await hasDemos(folder)).toBe(true);
    await expect(readDemos(folder)).rejects.toThrow('demos.json');
  });

  test('of an earlier version has no checksum', async () => {
    await writeFile(path(), JSON.stringify(demos));
    expect(await readDemos(folder)).toEqual(demos);
  });

  test('with any changed digit is refused', async () => {
    await writeDemos(folder, demos);
    const text = await readFile(path(), 'utf8');
    // Not in the name of the checksum, without which the file is one of an earlier version.
    const digits = [...text.matchAll(/\d(?!\d*": )/gu)];
    const changed = digits.map(({ index }) => `${text.slice(0, index)}7${text.slice(index + 1)}`);
    for (const damaged of changed.filter((other) => other !== text)) {
      await writeFile(path(), damaged);
      await expect(readDemos(folder)).rejects.toThrow('demos.json: damaged');
    }
  });
});

test.each(['config.json', 'card.json'])('a huge or deep %s is refused before it is parsed', async (file) => {
  await writeModel(folder, randomModel(tinyMlpT));
  for (const [content, reason] of [
    [' '.repeat(2 ** 24 + 1), 'expected at most 16,777,216 bytes'],
    [`{"sha256":"${'0'.repeat(64)}","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'more than 64 levels'],
    [`[${'1,'.repeat(2 ** 22)}1]`, 'more than 4194304 values'],
  ] as const) {
    await writeFile(join(folder, file), content);
    const message = await refusal();
    expect(message).toContain(`${file}: `);
    expect(message).toContain(reason);
    expect(message.length).toBeLessThan(200);
  }
});

test('a card with a text that no list can show is refused', async () => {
  await writeModel(folder, randomModel(tinyMlpT));
  await writeFile(join(folder, 'card.json'), JSON.stringify({ ...card, name: 'n'.repeat(1_000_000) }));
  expect(await refusal()).toContain('card.json: invalid value of name');
});

test('an import of a model folder reports weights that do not match their checksum', async () => {
  await writeModel(folder, randomModel(tinyMlpT));
  expect((await importModel(folder)).notes).toEqual([]);
  const weights = join(folder, 'model.safetensors');
  const bytes = await readFile(weights);
  bytes[bytes.length - 4]! ^= 1;
  await writeFile(weights, bytes);
  const { notes } = await importModel(folder);
  expect(notes).toEqual([message('checkpoint.import.changedWeights', { file: 'model.safetensors' })]);
});
