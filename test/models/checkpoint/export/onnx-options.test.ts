import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { loadBuiltInDataset } from '../../../../datasets/catalog';
import { getKind } from '../../../../datasets/kinds/registry';
import { Random } from '../../../../datasets/random';
import { exportModel } from '../../../../models/checkpoint/export/export-model';
import {
  countSolved as countSolvedByFile,
  describeAccuracy,
  evaluateWeights,
} from '../../../../models/checkpoint/export/onnx-accuracy';
import { encodeOnnx, solveFile, stepFile, type OnnxOptions } from '../../../../models/checkpoint/export/onnx-files';
import { describeOrigin } from '../../../../models/checkpoint/export/onnx-metadata';
import { readModel } from '../../../../models/checkpoint/model-folder';
import type { ModelConfig } from '../../../../models/family/config';
import { message } from '../../../../renderer/messages/message';
import { initialState } from '../../../../models/family/weights';
import { tinyAttention, tinyAxial, tinyConvolution, tinyLineSums, tinyMlpT, tinySymbols } from '../../family/tiny';
import { temporaryFolder } from '../temporary-folder';

const path = temporaryFolder();
const quiet = { logSeverityLevel: 3, intraOpNumThreads: 1 } as const;
const random = (config: ModelConfig) => ({ config, state: initialState(config, Random.seeded(3)) });
const embedded: ModelConfig = { ...tinyMlpT, puzzleEmbNdim: 6, puzzleEmbLen: 3, numPuzzleIdentifiers: 5 };

const dynamicConfigs: readonly (readonly [string, ModelConfig])[] = [
  ['token mixing', tinyMlpT],
  ['attention', tinyAttention],
  ['axial attention', tinyAxial],
  ['line sums', tinyLineSums],
  ['symbol vectors', tinySymbols],
  ['puzzle embeddings', embedded],
];

describe.each(dynamicConfigs)('a file of a model with %s', (_, config) => {
  const model = random(config);
  const tokens = (count: number) =>
    new Tensor(
      'int32',
      Int32Array.from({ length: count * config.seqLen }, (_, i) => (i * 7) % config.vocabSize),
      [count, config.seqLen],
    );
  const identifiers = (count: number) =>
    config.puzzleEmbNdim > 0 ? { puzzle_identifiers: new Tensor('int32', new Int32Array(count).fill(2), [count]) } : {};

  test('takes any number of puzzles, with the results of a file for exactly that number', async () => {
    const { bytes, batchSize } = encodeOnnx(solveFile, model);
    expect(batchSize).toBeNull();
    const session = await InferenceSession.create(bytes, quiet);
    for (const count of [1, 3]) {
      const feeds = { inputs: tokens(count), ...identifiers(count) };
      const fixed = await InferenceSession.create(encodeOnnx(solveFile, model, { batchSize: count }).bytes, quiet);
      const [own, expected] = [await session.run(feeds), await fixed.run(feeds)];
      expect(own.preds!.dims).toEqual([count, config.seqLen]);
      expect(own.step_preds!.dims).toEqual([config.haltMaxSteps, count, config.seqLen]);
      expect(own.logits!.data).toEqual(expected.logits!.data);
      await fixed.release();
    }
    await session.release();
  });

  test('of one step takes any number of states', async () => {
    const session = await InferenceSession.create(encodeOnnx(stepFile, model).bytes, quiet);
    const zeros = (name: string) => {
      const { shape } = session.inputMetadata.find((input) => input.name === name) as unknown as {
        shape: (number | string)[];
      };
      const dims = shape.map((size) => (typeof size === 'string' ? 2 : size));
      return new Tensor('float32', new Float32Array(dims.reduce((product, size) => product * size, 1)), dims);
    };
    const states = session.inputNames.filter((name) => name.startsWith('z_'));
    const out = await session.run({
      inputs: tokens(2),
      ...identifiers(2),
      reset: new Tensor('int32', Int32Array.of(1, 1), [2]),
      ...Object.fromEntries(states.map((name) => [name, zeros(name)])),
    });
    expect(out.logits!.dims).toEqual([2, config.seqLen, config.vocabSize]);
    await session.release();
  });
});

test('a convolution has as many groups as puzzles: its file takes one at a time', () => {
  expect(encodeOnnx(solveFile, random(tinyConvolution)).batchSize).toBe(1);
});

describe('variants of the shipped model', () => {
  const shipped = readModel(resolve('models/pretrained/sudoku-4x4'));
  const { test: puzzles } = loadBuiltInDataset('sudoku-4x4');
  const used = puzzles.slice(0, 60);

  /** Exactly solved puzzles of 60 that the model was not trained on. */
  async function countSolved(options: OnnxOptions): Promise<number> {
    const session = await InferenceSession.create(encodeOnnx(solveFile, await shipped, options).bytes, quiet);
    const tokens = used.flatMap(({ inputs }) => [...inputs]);
    const inputs =
      options.tokenType === 'int64'
        ? new Tensor('int64', BigInt64Array.from(tokens, BigInt), [used.length, 16])
        : new Tensor('int32', Int32Array.from(tokens), [used.length, 16]);
    const { preds } = await session.run({ inputs });
    const answers = [...(preds!.data as Iterable<number | bigint>)].map(Number);
    expect(preds!.type).toBe(options.tokenType ?? 'int32');
    await session.release();
    return used.filter(({ labels }, i) => labels.every((label, cell) => label === answers[i * 16 + cell])).length;
  }

  test('with int64 tokens and with weights of 16 and 8 bits solve as many puzzles, within 3 %', async () => {
    const float32 = await countSolved({});
    expect(float32).toBeGreaterThan(57);
    expect(await countSolved({ tokenType: 'int64' })).toBe(float32);
    for (const weights of ['float16', 'int8'] as const)
      expect(Math.abs((await countSolved({ weights })) - float32), weights).toBeLessThan(3);
  }, 120_000);

  test('say how many of given puzzles they solve, in a note', async () => {
    const few = used.slice(0, 20);
    const { notes } = await exportModel(await shipped, 'onnx-step', path('int8.onnx'), {
      weights: 'int8',
      evaluateWeights: (model, weights) => evaluateWeights(model, weights, few),
    });
    const before = await countSolvedByFile(await shipped, 'float32', few);
    const solved = await countSolvedByFile(await shipped, 'int8', few);
    expect(before).toBeGreaterThan(17);
    expect(notes).toEqual([message('checkpoint.export.measured', { weights: 'int8', solved, count: 20, before })]);
    const file = (await readFile(path('int8.onnx'))).toString('latin1');
    expect(file).toContain('accuracy_int8');
    expect(file).toContain(describeAccuracy(solved, 20));
    // Wrong answers are not counted.
    const wrong = few.map(({ inputs, labels }) => ({ inputs, labels: labels.map((label) => (label === 5 ? 4 : 5)) }));
    expect(await countSolvedByFile(await shipped, 'float32', wrong)).toBe(0);
  }, 120_000);

  test('with fewer bits are smaller', async () => {
    const size = async (options: OnnxOptions) => encodeOnnx(solveFile, await shipped, options).bytes.length;
    const [float32, float16, int8] = [
      await size({}),
      await size({ weights: 'float16' }),
      await size({ weights: 'int8' }),
    ];
    expect(float16).toBeLessThan(0.7 * float32);
    expect(int8).toBeLessThan(0.7 * float16);
  });

  test('name their symbols, accuracy and source', async () => {
    const { card } = await shipped;
    const { vocabulary, accuracy, ...rest } = describeOrigin(card);
    expect(JSON.parse(vocabulary!)).toEqual(getKind('sudoku-4x4').symbols);
    expect(JSON.parse(accuracy!)).toMatchObject({ exact: card.accuracy!.exactAccuracy, count: card.accuracy!.count });
    expect(rest).toMatchObject({
      kind: 'sudoku-4x4',
      rows: '4',
      name: card.name,
      source: 'trained with TRM Puzzle Lab',
    });
  });

  test('are solved with by the sample for JavaScript', async () => {
    await exportModel(await shipped, 'onnx-solve', path('sudoku.onnx'));
    const [puzzle] = used;
    const { symbols } = getKind('sudoku-4x4');
    const text = (tokens: ArrayLike<number>) => Array.from(tokens, (token) => symbols[token]).join('');
    const printed = execFileSync(process.execPath, [
      resolve('models/checkpoint/export/samples/solve.mjs'),
      path('sudoku.onnx'),
      text(puzzle!.inputs).replaceAll(symbols[1]!, '.'),
    ]);
    expect(printed.toString().trim()).toBe(text(puzzle!.labels));
  });
});

test('the sample for Python is valid', () => {
  const file = resolve('models/checkpoint/export/samples/solve.py');
  expect(() =>
    execFileSync('python3', ['-c', `compile(open(${JSON.stringify(file)}).read(), "solve.py", "exec")`]),
  ).not.toThrow();
});
