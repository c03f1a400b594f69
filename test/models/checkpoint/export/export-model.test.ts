import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { ExistsError } from '../../../../datasets/formats/atomic-write';
import { Random } from '../../../../datasets/random';
import { exportFormats, type ExportFormat } from '../../../../models/checkpoint/export/export-format';
import { exportModel } from '../../../../models/checkpoint/export/export-model';
import { importModel } from '../../../../models/checkpoint/import/import-model';
import { modelCardSchema } from '../../../../models/checkpoint/model-card';
import { readModel } from '../../../../models/checkpoint/model-folder';
import { readSafetensors } from '../../../../models/checkpoint/safetensors';
import { readTorchCheckpoint } from '../../../../models/checkpoint/torch/read-torch';
import { type ModelConfig } from '../../../../models/family/config';
import { families, familyNames } from '../../../../models/family/families';
import { initialState } from '../../../../models/family/weights';
import { Solver } from '../../../../models/solve/solve';
import { tinyAttention, tinyAxial, tinyConvolution, tinyLineSums, tinyMlpT, tinySymbols } from '../../family/tiny';
import { decodeModel } from '../../onnx/decode';
import { temporaryFolder } from '../temporary-folder';
import { formatEnglish } from '../../../../renderer/messages/english';

const path = temporaryFolder();
const randomModel = (config: ModelConfig) => ({ config, state: initialState(config, Random.seeded(3)) });

const smallest = {
  attention: tinyAttention,
  mlp: tinySymbols,
  convolution: tinyConvolution,
  axial: tinyAxial,
  lineSums: tinyLineSums,
};
const familyConfig = (family: ModelConfig['family']): ModelConfig => ({
  ...smallest[families[family].mixers[0]!],
  family,
  hLayers: family === 'hrm' || family === 'direct' ? 1 : 0,
});
const embedded: ModelConfig = { ...tinyMlpT, puzzleEmbNdim: 6, puzzleEmbLen: 3, numPuzzleIdentifiers: 5 };
const configs: readonly (readonly [string, ModelConfig])[] = [
  ...familyNames.map((family) => [family, familyConfig(family)] as const),
  ['token mixing with puzzle embeddings', embedded],
  ['one exploration draw for each example', { ...tinyMlpT, haltExploration: 'perExample' }],
  ['learned positions', { ...tinyAttention, posEncodings: 'learned' }],
  [
    'separate networks, softmax, one-step gradients',
    { ...tinyAttention, separateNetworks: true, hLayers: 2, loss: 'softmax', oneStepGradient: true },
  ],
];

describe.each(['safetensors', 'pt'] as const)('a model exported as %s', (format) => {
  test.each(configs)('is imported unchanged: %s', async (name, config) => {
    const model = randomModel(config);
    await mkdir(path(`${name}-${format}`));
    const { files } = await exportModel(model, format, path(`${name}-${format}`, `model.${format}`));
    expect(files).toEqual([
      path(`${name}-${format}`, `model.${format}`),
      path(`${name}-${format}`, 'model.config.json'),
    ]);
    const imported = await importModel(files[0]!);
    expect(imported.config).toEqual(model.config);
    expect(imported.state).toEqual(model.state);
    expect(imported.notes).toEqual([]);
  });

  test('has settings that name its checksum: an import reports other weights, such as those of a later export', async () => {
    const name = `replaced.${format}`;
    await exportModel(randomModel(tinyMlpT), format, path(name));
    const { state, ...model } = randomModel(tinyMlpT);
    await exportModel(
      { ...model, state: { ...state, params: state.params.map((x) => 2 * x) } },
      format,
      path(`other.${format}`),
    );
    await copyFile(path(`other.${format}`), path(name));
    const { notes } = await importModel(path(name));
    expect(notes.map(formatEnglish)).toEqual([
      expect.stringContaining(`${name}: its content does not match its checksum`),
    ]);
  });

  test('replaces no file: neither the weights, nor the config of another export', async () => {
    const other = format === 'pt' ? 'safetensors' : 'pt';
    await exportModel(randomModel(tinyAttention), other, path(`twice-${format}.${other}`));
    const before = await readFile(path(`twice-${format}.config.json`), 'utf8');
    const { files } = await exportModel(randomModel(tinyMlpT), format, path(`twice-${format}.${format}`));
    expect(files[1]).toBe(path(`twice-${format}.${format}.config.json`));
    expect(await readFile(path(`twice-${format}.config.json`), 'utf8')).toBe(before);
    expect((await importModel(files[0]!)).config).toEqual(tinyMlpT);
    expect((await importModel(path(`twice-${format}.${other}`))).config).toEqual(tinyAttention);
    await expect(exportModel(randomModel(tinyMlpT), format, files[0]!)).rejects.toThrow(ExistsError);
  });

  test('keeps its model card, which an import reads while the weights are the exported ones', async () => {
    const { card, ...model } = await readModel(resolve('models/pretrained/sudoku-4x4'));
    const { files } = await exportModel({ ...model, card }, format, path(`card.${format}`));
    expect((await importModel(files[0]!)).provenance).toEqual(modelCardSchema.omit({ files: true }).parse(card));
    await exportModel(randomModel(model.config), format, path(`card-other.${format}`));
    await copyFile(path(`card-other.${format}`), files[0]!);
    expect((await importModel(files[0]!)).provenance).toEqual({});
  });

  test('keeps no accuracy where settings change the model', async () => {
    const model = await readModel(resolve('models/pretrained/sudoku-4x4'));
    const { files } = await exportModel(model, format, path(`accuracy-${format}.${format}`));
    const { hCycles } = model.config;
    const [same, other] = [
      await importModel(files[0]!, { settings: { H_cycles: hCycles } }),
      await importModel(files[0]!, { settings: { H_cycles: hCycles + 1 } }),
    ];
    expect(model.card.accuracy).not.toBeNull();
    expect([same.provenance.accuracy, same.notes]).toEqual([model.card.accuracy, []]);
    expect(other.provenance).not.toHaveProperty('accuracy');
    expect(other.provenance).not.toHaveProperty('evaluations');
    expect(other.provenance.name).toBe(model.card.name);
    expect(other.notes.map(formatEnglish)).toEqual([
      `The accuracy in accuracy-${format}.config.json was left out: it was evaluated with other settings.`,
    ]);
  });

  test('has settings with a checksum: an import reports that they were changed', async () => {
    const { files } = await exportModel(randomModel(tinyMlpT), format, path(`changed-${format}.${format}`));
    const text = await readFile(path(`changed-${format}.config.json`), 'utf8');
    await writeFile(path(`changed-${format}.config.json`), text.replace('"halt_max_steps": 3', '"halt_max_steps": 5'));
    const { config, notes } = await importModel(files[0]!);
    expect(config.haltMaxSteps).toBe(5);
    expect(notes.map(formatEnglish).join()).toContain(
      `changed-${format}.config.json: changed by another program or damaged`,
    );
  });

  test('has the tensor names of the reference implementation', async () => {
    await exportModel(randomModel(tinyMlpT), format, path(`named.${format}`), { compiledNames: format === 'pt' });
    const read =
      format === 'pt'
        ? await readTorchCheckpoint(path('named.pt'))
        : readSafetensors(await readFile(path('named.safetensors'))).tensors;
    const start = format === 'pt' ? '_orig_mod.model.inner.' : 'model.inner.';
    expect([...read.keys()].every((name) => name.startsWith(start))).toBe(true);
    expect((await importModel(path(`named.${format}`))).state).toEqual(randomModel(tinyMlpT).state);
  });

  test('notes what the reference implementation cannot build', async () => {
    let exports = 0;
    const notes = async (change: Partial<ModelConfig>) =>
      (
        await exportModel(randomModel({ ...tinyAttention, ...change }), format, path(`n${exports++}.${format}`))
      ).notes.map(formatEnglish);
    expect(await notes({ innerMultiple: 256 })).toEqual([]);
    expect(await notes({ innerMultiple: 64, separateNetworks: true, hLayers: 1 })).toEqual([
      'The reference implementation cannot build this model, which has inner widths rounded to multiples of 64 instead of 256 and separate networks for zH and zL. TRM Puzzle Lab can.',
    ]);
  });
});

describe('the shipped model exported to ONNX', () => {
  const shipped = readModel(resolve('models/pretrained/sudoku-4x4'));
  const puzzle = Int32Array.of(2, 1, 1, 5, 1, 1, 3, 1, 1, 4, 1, 1, 3, 1, 1, 2);

  test.each(['onnx-step', 'onnx-solve'] as const)(
    'as %s, gives the same answer as the solver at every step',
    async (format) => {
      const model = await shipped;
      const { files } = await exportModel(model, format, path(`${format}.onnx`));
      expect(files).toEqual([path(`${format}.onnx`)]);
      const solver = await Solver.create(model.config, model.state);
      const { steps } = await solver.solve(puzzle);
      const session = await InferenceSession.create(files[0]!, { logSeverityLevel: 3 });
      const inputs = new Tensor('int32', puzzle, [1, 16]);
      const answers: number[][] = [];
      if (format === 'onnx-solve') {
        const { data } = (await session.run({ inputs })).step_preds!;
        steps.forEach((_, i) => answers.push([...(data as Int32Array).subarray(16 * i, 16 * (i + 1))]));
      } else {
        let [z_H, z_L] = [1, 2].map(() => new Tensor('float32', new Float32Array(16 * 64), [1, 16, 64])) as [
          Tensor,
          Tensor,
        ];
        for (let step = 0; step < steps.length; step++) {
          const out = await session.run({
            inputs,
            z_H,
            z_L,
            reset: new Tensor('int32', Int32Array.of(+(step === 0)), [1]),
          });
          answers.push([...(out.preds!.data as Int32Array)]);
          [z_H, z_L] = [out.next_z_H as Tensor, out.next_z_L as Tensor];
        }
      }
      expect(answers).toEqual(steps.map(({ cycles }) => cycles[cycles.length - 1]!.answer));
      await Promise.all([solver.release(), session.release()]);
    },
  );
});

test.each(['onnx-step', 'onnx-solve'] as const)(
  'an %s file has descriptions, only standard operators, and every weight by name',
  async (format) => {
    const model = randomModel(embedded);
    await exportModel(model, format, path(`${format}-m.onnx`), { batchSize: 2 });
    const bytes = await readFile(path(`${format}-m.onnx`));
    const decoded = decodeModel(bytes);
    expect(decoded.opsets).toEqual([['', 21]]);
    expect(decoded.nodes.map(({ type }) => type)).not.toContain('SimplifiedLayerNormalization');
    const weights = readSafetensors(
      await exportModel(model, 'safetensors', path(`${format}-m.safetensors`)).then(() =>
        readFile(path(`${format}-m.safetensors`)),
      ),
    ).tensors;
    expect(
      [...weights.keys()].filter((name) => !decoded.initializers.some((initializer) => initializer.name === name)),
    ).toEqual([]);
    // Strings are stored uncompressed.
    const text = bytes.toString('latin1');
    expect(text).toContain('the row of its puzzle embedding');
    expect(text).toContain('"puzzle_emb_ndim":6');
  },
);

test('a failed export leaves no files', async () => {
  await mkdir(path('whole'));
  const broken = { ...randomModel(tinyMlpT), state: { ...randomModel(tinyMlpT).state, hInit: new Float32Array(1) } };
  for (const format of exportFormats as readonly ExportFormat[])
    await expect(exportModel(broken, format, path('whole', `m.${format}`)), format).rejects.toThrow(/fill/u);
  expect(await readdir(path('whole'))).toEqual([]);
});
