import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { FormatError } from '../../../../datasets/formats/format-error';
import type { StoredTensor } from '../../../../models/checkpoint/safetensors';
import { importModel, MissingConfigError, type ImportOptions } from '../../../../models/checkpoint/import/import-model';
import { readState } from '../../../../models/checkpoint/model-tensors';
import { fromReference, type ReferenceArch } from '../../../../models/checkpoint/reference-config';
import { readSafetensors, writeSafetensors } from '../../../../models/checkpoint/safetensors';
import { ConfigError } from '../../../../models/family/config';
import { temporaryFolder } from '../temporary-folder';
import { formatEnglish } from '../../../../renderer/messages/english';

const fixtures = resolve('test/fixtures/oracle');
const pt = (name: string) => join(fixtures, 'pt', name);
const path = temporaryFolder();

type Config = {
  readonly arch: ReferenceArch;
  readonly data: Readonly<Record<'seq_len' | 'vocab_size' | 'num_puzzle_identifiers', number>>;
};
const configOf = async (name: string) =>
  JSON.parse(await readFile(join(fixtures, 'models', name, 'config.json'), 'utf8')) as Config;

const models = [
  'hrm',
  'transformers_baseline',
  'trm_att_learned',
  'trm_att_rope',
  'trm_mlp_t',
  'trm_puzzle_emb16',
  'trm_puzzle_emb_pad',
  'trm_singlez',
];

test.each(models)('the recorded model %s is imported with its config and all weights', async (name) => {
  const { arch, data } = await configOf(name);
  const config = fromReference(arch, {
    seqLen: data.seq_len,
    vocabSize: data.vocab_size,
    numPuzzleIdentifiers: data.num_puzzle_identifiers,
  });
  const imported = await importModel(join(fixtures, 'models', name, 'params.safetensors'));
  expect(imported.config).toEqual(config);
  expect(imported.state).toEqual(
    readState(config, readSafetensors(await readFile(join(fixtures, 'models', name, 'params.safetensors')))),
  );
  expect(imported).toMatchObject({
    name: 'params',
    notes: [],
    configFile: join(fixtures, 'models', name, 'config.json'),
  });
});

describe('one model saved in several formats', () => {
  test.each(['trm_att.plain.pt', 'trm_att.step_1000'])('is the same from %s as from safetensors', async (file) => {
    const [imported, expected] = [await importModel(pt(file)), await importModel(pt('trm_att.safetensors'))];
    expect(imported.config).toEqual(expected.config);
    expect(imported.state).toEqual(expected.state);
    expect(imported.notes.map(formatEnglish)).toEqual([
      'Default values are used for settings that are missing from the config files: loss.',
    ]);
  });

  test('is close to it if saved in bfloat16', async () => {
    const [imported, expected] = [
      await importModel(pt('trm_att.mixed_bf16.pt')),
      await importModel(pt('trm_att.safetensors')),
    ];
    const largest = expected.state.params.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const off = imported.state.params.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - expected.state.params[i]!)),
      0,
    );
    expect(off).toBeGreaterThan(0);
    expect(off).toBeLessThan(largest * 2 ** -8);
  });
});

/** As written by the reference trainer: trainer settings around `arch`, and no data sizes. */
const allConfig = `
arch:
  H_cycles: 2
  H_layers: 0
  L_cycles: 2
  L_layers: 1
  expansion: 4
  forward_dtype: bfloat16
  halt_exploration_prob: 0.1
  halt_max_steps: 4
  hidden_size: 32
  loss: {loss_type: stablemax_cross_entropy, name: losses@ACTLossHead}
  mlp_t: false
  name: recursive_reasoning.trm@TinyRecursiveReasoningModel_ACTV1
  no_ACT_continue: true
  num_heads: 4
  pos_encodings: rope
  puzzle_emb_len: 4
  puzzle_emb_ndim: \${.hidden_size}
data_paths: [data/sudoku]
data_paths_test: []
ema: true
epochs: 100
eval_save_outputs: []
load_checkpoint: null
lr: 0.0001
`;

describe('a folder of the reference trainer', () => {
  beforeAll(async () => {
    await mkdir(path('sudoku-run'));
    for (const step of ['step_1000', 'step_200', 'step_900'])
      await copyFile(pt('trm_att.step_1000'), path('sudoku-run', step));
    await writeFile(path('sudoku-run', 'all_config.yaml'), allConfig);
  });

  test('is imported with its last checkpoint and the settings of all_config.yaml', async () => {
    const imported = await importModel(path('sudoku-run'), { settings: { seq_len: 16 } });
    const { state, config } = await importModel(pt('trm_att.safetensors'));
    expect(imported).toMatchObject({
      name: 'sudoku-run',
      weightsFile: path('sudoku-run', 'step_1000'),
    });
    expect(imported.notes.map(formatEnglish)).toEqual(['The last of 3 checkpoints is imported: step_1000.']);
    expect(imported.state).toEqual(state);
    expect(imported.config).toEqual(config);
  });

  test('of an attention model lacks seq_len, which the tensors do not determine', async () => {
    const error = await importModel(path('sudoku-run')).then(
      () => null,
      (reason: MissingConfigError) => reason,
    );
    expect(error).toBeInstanceOf(MissingConfigError);
    expect(error?.missing).toEqual(['seq_len']);
    expect(error?.known).toMatchObject({ vocab_size: 9, num_puzzle_identifiers: 6, puzzle_emb_ndim: 32 });
    expect(error?.message).toBe(
      'step_1000 does not contain these settings: seq_len. The weights only determine vocabulary 9, width 32, H layers 0 and L layers 1: add a config file, or enter the settings.',
    );
  });
});

describe('without a config', () => {
  const weightsOnly = async (name: string) => {
    await mkdir(path(name), { recursive: true });
    await copyFile(join(fixtures, 'models', name, 'params.safetensors'), path(name, 'model.safetensors'));
    return path(name);
  };
  const cycles = { H_cycles: 2, L_cycles: 3, halt_max_steps: 4 };

  test.each([
    ['trm_mlp_t', ['H_cycles', 'L_cycles', 'halt_max_steps'], {}],
    ['trm_att_learned', ['num_heads', 'H_cycles', 'L_cycles', 'halt_max_steps'], { num_heads: 4 }],
    [
      'trm_att_rope',
      ['seq_len', 'num_heads', 'pos_encodings', 'H_cycles', 'L_cycles', 'halt_max_steps'],
      { seq_len: 36, num_heads: 2, pos_encodings: 'rope' },
    ],
    [
      'transformers_baseline',
      ['seq_len', 'num_heads', 'pos_encodings', 'H_cycles', 'halt_max_steps'],
      { seq_len: 16, num_heads: 4, pos_encodings: 'rope' },
    ],
  ])('%s reports the missing settings, and is imported once they are given', async (name, missing, answers) => {
    const folder = await weightsOnly(name);
    const error = await importModel(folder).then(
      () => null,
      (reason: MissingConfigError) => reason,
    );
    expect(error?.missing).toEqual(missing);
    const { config } = await importModel(folder, { settings: { ...cycles, ...answers } });
    const { arch, data } = await configOf(name);
    const { vocab_size: vocabSize, seq_len: seqLen, num_puzzle_identifiers } = data;
    expect(config).toMatchObject({
      vocabSize,
      seqLen,
      hiddenSize: arch.hidden_size,
      lLayers: arch.L_layers ?? 0,
      mlpT: arch.mlp_t ?? false,
    });
    expect(config.numPuzzleIdentifiers).toBe(arch.puzzle_emb_ndim > 0 ? num_puzzle_identifiers : 1);
  });

  test('puzzle_emb_len and seq_len follow from each other if a tensor has a row per position', async () => {
    const folder = await weightsOnly('trm_puzzle_emb_pad');
    expect((await importModel(folder, { settings: { ...cycles, seq_len: 16 } })).config).toMatchObject({
      seqLen: 16,
      puzzleEmbLen: 3,
      puzzleEmbNdim: 40,
    });
    expect((await importModel(folder, { settings: { ...cycles, puzzle_emb_len: 3 } })).config).toMatchObject({
      seqLen: 16,
      puzzleEmbLen: 3,
    });
  });
});

type Change = (tensors: Map<string, StoredTensor>) => unknown;

describe('importModel rejects in one line', () => {
  /** The error for the recorded attention model with changed tensors or settings. */
  async function refusal({
    change = () => undefined,
    ...options
  }: ImportOptions & { readonly change?: Change }): Promise<Error> {
    const tensors = new Map(readSafetensors(await readFile(pt('trm_att.safetensors'))).tensors);
    change(tensors);
    await writeFile(path('m.safetensors'), writeSafetensors(tensors));
    const error = await importModel(path('m.safetensors'), { configFile: pt('trm_att.config.json'), ...options }).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message).not.toContain('\n');
    return error as Error;
  }

  const head = 'model.inner.lm_head.weight';
  test.each<[string, Change, string]>([
    [
      'a missing tensor',
      (t) => t.delete(head),
      `m.safetensors, ${head}: expected [9, 32], as the settings require, found no such tensor`,
    ],
    [
      'a tensor of another shape',
      (t) => t.set(head, { shape: [32, 9], values: new Float32Array(288) }),
      `m.safetensors, ${head}: expected [9, 32], as the settings require, found [32, 9]`,
    ],
    [
      'integer weights',
      (t) => t.set(head, { shape: [9, 32], values: new Int32Array(288) }),
      `m.safetensors, ${head}: expected floating-point values, found integers`,
    ],
    [
      'NaN weights',
      (t) => t.set(head, { shape: [9, 32], values: new Float32Array(288).fill(NaN) }),
      `m.safetensors, ${head}: expected finite values, found NaN or infinity`,
    ],
    [
      'an unexpected tensor',
      (t) => t.set('model.inner.gate.weight', { shape: [1], values: new Float32Array(1) }),
      'm.safetensors: expected only tensors that the settings require, found model.inner.gate.weight',
    ],
    [
      'one tensor under two names',
      (t) => t.set(`_orig_mod.${head}`, { shape: [1], values: new Float32Array(1) }),
      `m.safetensors: expected one tensor ${head}, found a second one (_orig_mod.${head})`,
    ],
    [
      'another kind of model',
      (t) => t.clear(),
      'm.safetensors: expected a model of the TRM family, with the tensor model.inner.embed_tokens.embedding_weight, found ',
    ],
  ])('%s', async (_, change, message) => {
    const error = await refusal({ change });
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toBe(message);
  });

  test.each<[string, object, string]>([
    [
      'another width',
      { hidden_size: 64 },
      'm.safetensors, model.inner.embed_tokens.embedding_weight: expected [9, 64], as the settings require, found [9, 32]',
    ],
    [
      'another vocabulary',
      { vocab_size: 11 },
      'm.safetensors, model.inner.embed_tokens.embedding_weight: expected [11, 32], as the settings require, found [9, 32]',
    ],
    [
      'more layers',
      { L_layers: 2 },
      'm.safetensors, model.inner.L_level.layers.1.self_attn.qkv_proj.weight: expected [96, 32], as the settings require, found no such tensor',
    ],
    [
      'fewer identifiers',
      { num_puzzle_identifiers: 5 },
      'm.safetensors, model.inner.puzzle_emb.weights: expected [5, 32], as the settings require, found [6, 32]',
    ],
    ['a number as text', { hidden_size: '32' }, 'settings, hidden_size: expected number, found string'],
  ])('settings that do not fit: %s', async (_, settings, message) => {
    expect((await refusal({ settings })).message).toBe(message);
  });

  test.each<[string, object, string]>([
    ['another architecture', { name: 'elsewhere@Other' }, 'this model is not supported: architecture elsewhere@Other'],
    [
      'another rule of exploration',
      { halt_exploration: 'weekly' },
      'this model is not supported: exploration of the halting rule weekly',
    ],
    ['another epsilon', { rms_norm_eps: 1e-6 }, 'rms_norm_eps must be 0.00001, got 0.000001'],
    ['another base of rotation', { rope_theta: 5000 }, 'rope_theta must be 10000, got 5000'],
    [
      'absurd sizes',
      { H_cycles: 1000 },
      'one supervision step applies 3,000 blocks (cycles × layers); at most 1,024 are supported',
    ],
    ['half a layer', { L_layers: 0.5 }, 'lLayers must be a whole number of at least 1, got 0.5'],
  ])('unsupported settings: %s', async (_, settings, message) => {
    const error = await refusal({ settings });
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe(`m.safetensors: ${message}`);
  });

  test('unsupported settings of a file, by its name', async () => {
    const configFile = path('far.json');
    const { arch, data } = await configOf('trm_att_rope');
    await writeFile(configFile, JSON.stringify({ arch: { ...arch, halt_max_steps: 1e9 }, data }));
    expect((await refusal({ configFile })).message).toMatch(/^far\.json: haltMaxSteps must be at most /u);
  });

  test.each(['pos_encodings', 'name', 'forward_dtype'])('a long %s in a short line', async (name) => {
    const configFile = path('long.json');
    const { arch, data } = await configOf('trm_att_rope');
    await writeFile(configFile, JSON.stringify({ arch: { ...arch, [name]: 'x'.repeat(200_000) }, data }));
    const error = await refusal({ configFile }).catch(() => null);
    expect(error?.message.length ?? 0).toBeLessThan(400);
  });

  test('a path without a readable checkpoint', async () => {
    const messageOf = (where: string) =>
      importModel(where).then(
        () => '',
        ({ message }: Error) => message,
      );
    await mkdir(path('empty'));
    await writeFile(path('note.txt'), 'weights to follow');
    await mkdir(path('two'));
    await Promise.all(['a.pt', 'b.pt'].map((file) => copyFile(pt('base_small.pt'), path('two', file))));
    expect(await messageOf(path('absent.pt'))).toBe('absent.pt: expected a file, found nothing with this name');
    expect(await messageOf(path('empty'))).toBe('empty: expected a folder with a checkpoint, found no checkpoint');
    expect(await messageOf(path('note.txt'))).toBe(
      'note.txt: expected a PyTorch checkpoint or a safetensors file, found a file that starts with other bytes',
    );
    expect(await messageOf(path('two'))).toBe(
      'two: expected one checkpoint: choose one of the files, found a.pt, b.pt',
    );
    await writeFile(path('cut.safetensors'), (await readFile(pt('trm_att.safetensors'))).subarray(0, 2000));
    expect(await messageOf(path('cut.safetensors'))).toMatch(
      /^cut\.safetensors: expected a valid safetensors file, found damaged data \(.+\)$/u,
    );
    expect(await messageOf(pt('evil_os_system.pt'))).toContain('a call of os.system, which is never executed');
  });
});
