import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../../datasets/formats/format-error';
import { openTorchCheckpoint, readTorchCheckpoint } from '../../../../models/checkpoint/torch/read-torch';
import { fuzzRuns } from '../../../datasets/formats/fuzz';
import type { RawEntry } from '../raw-zip';
import { rawZip } from '../raw-zip';
import { temporaryFolder } from '../temporary-folder';
import type { AssembledTensor, Piece } from './assemble';
import { assemble, dictionary, globalName, pickle, storageId, tensor, text, integer, integers } from './assemble';

const path = temporaryFolder();
const four = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

const checkpoint = (value: Uint8Array, others: readonly RawEntry[] = [{ name: 'c/data/0', data: four }]) =>
  rawZip([{ name: 'c/data.pkl', data: pickle(value) }, ...others]);

async function readBytes(bytes: Uint8Array) {
  await writeFile(path('c.pt'), bytes);
  return readTorchCheckpoint(path('c.pt'));
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const error = await readBytes(bytes).then(
    () => null,
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(FormatError);
  return error?.message ?? '';
}

const rows = { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) };

describe('readTorchCheckpoint', () => {
  test('returns tensors in order, and views of one storage as separate tensors', async () => {
    const turned = tensor({ strides: [1, 2] });
    const read = await readBytes(
      checkpoint(dictionary({ turned, plain: tensor(), last: tensor({ offset: 3, shape: [1], strides: [9] }) })),
    );
    expect([...read]).toEqual([
      ['turned', { shape: [2, 2], values: Float32Array.of(1, 3, 2, 4) }],
      ['plain', rows],
      ['last', { shape: [1], values: Float32Array.of(4) }],
    ]);
  });

  test('ignores other values beside and around the tensors', async () => {
    const inner = dictionary({ weight: tensor(), step: assemble('K', 7) });
    const read = await readBytes(checkpoint(dictionary({ epoch: assemble('K', 1), model: inner, note: text('x') })));
    expect([...read]).toEqual([['weight', rows]]);
  });

  test('passes over objects of other programs beside the tensors, and names their classes', async () => {
    const made = (name: string, ...rest: readonly Piece[]) => assemble(globalName(name), ')', 0x81, ...rest);
    const value = dictionary({
      model: dictionary({ weight: tensor() }),
      args: made('argparse.Namespace', '}', text('lr'), 'K', 1, 'sb'),
      tags: assemble(globalName('__builtin__.set'), '](K', 1, 'e', 0x85, 'R'),
      config: made('__main__.Config', '}b'),
    });
    await writeFile(path('beside.pt'), checkpoint(value));
    const { tensors, passedOver } = await openTorchCheckpoint(path('beside.pt'));
    expect([...tensors]).toEqual([['weight', rows]]);
    expect(passedOver).toEqual(['argparse.Namespace', '__builtin__.set', '__main__.Config']);
  });

  test('reads tensors of 8-bit floats over untyped bytes', async () => {
    const formatted = (format: string, key: string) =>
      assemble(
        globalName('torch._utils._rebuild_tensor_v3'),
        '(',
        storageId({ storage: 'torch.storage.UntypedStorage', key }),
        integer(0),
        integers([4]),
        integers([1]),
        0x89,
        assemble(globalName('collections.OrderedDict'), ')R'),
        globalName(format),
        'tR',
      );
    // The smallest and the largest number, −1.5, and NaN.
    const values = { e4m3: Uint8Array.of(0x01, 0x7e, 0xbc, 0x7f), e5m2: Uint8Array.of(0x01, 0x7b, 0xbe, 0x7f) };
    const read = await readBytes(
      checkpoint(dictionary({ a: formatted('torch.float8_e4m3fn', '0'), b: formatted('torch.float8_e5m2', '1') }), [
        { name: 'c/data/0', data: values.e4m3 },
        { name: 'c/data/1', data: values.e5m2 },
      ]),
    );
    expect(read.get('a')?.values).toEqual(Float32Array.of(2 ** -9, 448, -1.5, NaN));
    expect(read.get('b')?.values).toEqual(Float32Array.of(2 ** -16, 57344, -1.5, NaN));
  });

  test.each(['ema', 'model_ema', 'ema_model.state_dict', 'averaged_model', 'shadow'])(
    'replaces weights by the averages named %s, whatever wraps the names',
    async (place) => {
      const averages = dictionary({ '_orig_mod.module.weight': tensor({ key: '1' }) });
      const [outer = '', ...inner] = place.split('.');
      const value = dictionary({
        model: dictionary({ '_orig_mod.weight': tensor(), buffer: tensor() }),
        [outer]: inner.reduceRight((content, name) => dictionary({ [name]: content }), averages),
      });
      const storages = [
        { name: 'c/data/0', data: four },
        { name: 'c/data/1', data: new Uint8Array(Float32Array.of(5, 6, 7, 8).buffer) },
      ];
      await writeFile(path('averages.pt'), checkpoint(value, storages));
      const { tensors, averaged } = await openTorchCheckpoint(path('averages.pt'));
      expect(averaged).toBe(1);
      expect(tensors.get('_orig_mod.weight')?.values).toEqual(Float32Array.of(5, 6, 7, 8));
      expect(tensors.get('buffer')).toEqual(rows);
    },
  );

  test.each(['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq', 'square_avg', 'grad_avg', 'ema_optimizer'])(
    'keeps the weights where the optimiser saved its %s under the names of the parameters',
    async (name) => {
      const value = dictionary({
        model: dictionary({ weight: tensor() }),
        [name]: dictionary({ weight: tensor({ strides: [1, 2] }) }),
      });
      await writeFile(path('moments.pt'), checkpoint(value));
      const { tensors, averaged } = await openTorchCheckpoint(path('moments.pt'));
      expect([averaged, [...tensors]]).toEqual([0, [['weight', rows]]]);
    },
  );

  test.each(['state_dict', 'model_state_dict', 'model'])(
    'prefers the tensors under the name %s to those of the optimiser',
    async (name) => {
      const read = await readBytes(
        checkpoint(
          dictionary({
            optimizer: dictionary({ weight: tensor({ strides: [1, 2] }) }),
            [name]: dictionary({ weight: tensor() }),
          }),
        ),
      );
      expect([...read]).toEqual([['weight', rows]]);
    },
  );

  test('reads parameters and a dictionary that contains itself', async () => {
    const parameter = assemble(
      globalName('torch._utils._rebuild_parameter'),
      '(',
      tensor(),
      0x89,
      globalName('collections.OrderedDict'),
      ')RtR',
    );
    const value = assemble('}q', 9, '(', text('w'), parameter, text('self'), 'h', 9, 'u');
    expect([...(await readBytes(checkpoint(value)))]).toEqual([['w', rows]]);
  });
});

describe('readTorchCheckpoint rejects a checkpoint', () => {
  const withTensor = (change: AssembledTensor) => checkpoint(dictionary({ w: tensor(change) }));
  const valid = dictionary({ w: tensor() });

  test.each<[string, Uint8Array, string]>([
    [
      'with another file signature',
      Buffer.from('{"not": "a checkpoint"}'),
      'c.pt: expected a PyTorch checkpoint, found a file that starts with other bytes',
    ],
    ['that is empty', new Uint8Array(0), 'c.pt: expected a PyTorch checkpoint'],
    [
      'that is another zip archive',
      rawZip([{ name: 'readme.txt' }]),
      'c.pt: expected a PyTorch checkpoint with one data.pkl, found a zip archive without data.pkl',
    ],
    ['with two pickles', rawZip([{ name: 'a/data.pkl' }, { name: 'b/data.pkl' }]), 'found 2 files named data.pkl'],
    [
      'in big-endian order',
      checkpoint(valid, [{ name: 'c/byteorder', data: Buffer.from('big') }]),
      'c.pt, c/byteorder: expected little-endian numbers, found big',
    ],
    ['without tensors', checkpoint(assemble('}')), 'c.pt: expected one dictionary of tensors, found none'],
    [
      'with tensors in two places',
      checkpoint(dictionary({ a: valid, b: valid })),
      'c.pt: expected one dictionary of tensors, found 2: a, b',
    ],
    ['whose storage is missing', checkpoint(valid, []), 'c.pt: expected an entry named c/data/0, found no such entry'],
    [
      'whose storage is short',
      checkpoint(valid, [{ name: 'c/data/0', data: four.subarray(0, 12) }]),
      'c.pt, c/data/0: expected 16 bytes for the tensors, found 12 bytes',
    ],
    [
      'whose storage is long',
      withTensor({ count: 3, shape: [3], strides: [1] }),
      'c.pt, c/data/0: expected 12 bytes for the tensors, found 16 bytes',
    ],
    [
      'with a tensor that exceeds its storage',
      withTensor({ offset: 1 }),
      'expected a tensor within the 4 elements of storage 0, found one that ends at element 5',
    ],
    ['with strides that exceed its storage', withTensor({ strides: [200, 1] }), 'found one that ends at element 202'],
    [
      'with different numbers of sizes and strides',
      withTensor({ strides: [1] }),
      'expected 2 strides, one for each dimension, found 1',
    ],
    [
      'with too many dimensions',
      withTensor({ shape: Array<number>(17).fill(1), strides: Array<number>(17).fill(1) }),
      'expected at most 16 whole numbers',
    ],
    [
      'with a size that overflows',
      withTensor({ shape: Array<number>(8).fill(255), strides: Array<number>(8).fill(0) }),
      'expected a tensor that fits into a file',
    ],
    [
      'that expands one number to a gigabyte',
      withTensor({ shape: [128, 128, 128, 128], strides: [0, 0, 0, 0] }),
      'views of 1,073,741,824 bytes',
    ],
    [
      'with an unsupported element type',
      withTensor({ storage: 'torch.ComplexFloatStorage' }),
      'a call of torch.ComplexFloatStorage',
    ],
    [
      'with an invalid storage',
      withTensor({ storage: 'collections.OrderedDict' }),
      'expected a storage with class, key, device and size',
    ],
    [
      'with a tensor without a storage',
      checkpoint(assemble(globalName('torch._utils._rebuild_tensor_v2'), '(NK', 0, integers([]), integers([]), 'tR')),
      'expected a storage for the tensor, found None',
    ],
    [
      'with a negative offset',
      checkpoint(
        assemble(
          globalName('torch._utils._rebuild_tensor_v2'),
          '(',
          storageId(),
          'J',
          [255, 255, 255, 255],
          integers([1]),
          integers([1]),
          'tR',
        ),
      ),
      'expected the offset of a tensor, found the number -1',
    ],
  ])('%s', async (_, bytes, message) => {
    expect(await refusal(bytes)).toContain(message);
  });

  test('with an integer beyond 53 bits, and names the tensor', async () => {
    const long = checkpoint(
      dictionary({ ids: tensor({ storage: 'torch.LongStorage', count: 1, shape: [1], strides: [1] }) }),
      [{ name: 'c/data/0', data: new Uint8Array(8).fill(0x7f) }],
    );
    expect(await refusal(long)).toBe(
      'c.pt, ids: expected integers of at most 53 bits, found 9187201950435737471 needs more than 53 bits',
    );
  });

  test('with a list that doubles at every level in place of a storage key, without expanding it', async () => {
    const levels = Array.from({ length: 40 }, (_, level) => assemble('](h', level, 'h', level, 'eq', level + 1, '0'));
    const keys = assemble('](', ']q', 0, '0', ...levels, 'h', levels.length, 'e');
    const magic = assemble(0x8a, 10, [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]);
    const bytes = assemble(...[magic, integer(1), assemble('}'), assemble('}'), keys].map(pickle));
    expect(await refusal(bytes)).toBe('c.pt: expected the key of a storage that a tensor uses, found a list');
  });

  test('that is a folder or is missing', async () => {
    await mkdir(path('folder'));
    await expect(readTorchCheckpoint(path('folder'))).rejects.toThrow(
      'folder: expected a regular file, found a folder',
    );
    await expect(readTorchCheckpoint(path('absent'))).rejects.toThrow(
      'absent: expected a file, found nothing with this name',
    );
  });
});

// Checkpoints with changed, removed or inserted bytes are read or rejected, never executed and never expanded.

const damagedPath = temporaryFolder();

/** Expects tensors within the limits of the file size, or a FormatError of one line. */
async function expectReadOrRejected(bytes: Uint8Array): Promise<void> {
  await writeFile(damagedPath('c.pt'), bytes);
  const outcome = await readTorchCheckpoint(damagedPath('c.pt')).catch((reason: Error) => reason);
  // Memory allocated because of a forged size would still be counted.
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(2 ** 28);
  if (outcome instanceof Error) {
    expect(outcome).toBeInstanceOf(FormatError);
    expect(outcome.message).not.toMatch(/\p{C}/u);
    return;
  }
  const total = [...outcome.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
  // Decoding widens an element to at most four times its size.
  expect(total).toBeLessThanOrEqual(4 * (4 * bytes.length + 2 ** 20));
}

interface Damage {
  readonly at: number;
  readonly drop: number;
  readonly put: Uint8Array;
}

/** Bytes removed at a position, and others inserted there. The position is a share of the length. */
const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  drop: fc.oneof(fc.constant(0), fc.constant(1), fc.nat(40)),
  put: fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc.constantFrom(
      ...[
        'cos\nsystem\n',
        ')R',
        '0',
        'h\x01',
        'q\x01',
        't',
        '(',
        ']',
        '}',
        'u',
        'Q',
        '\x8a\xff',
        'J\xff\xff\xff\xff',
        'J\xff\xff\xff\x7f',
        'X\xff\xff\xff\xff',
      ].map((piece) => Buffer.from(piece, 'latin1')),
    ),
  ),
});
const damages = fc.array(damage, { minLength: 1, maxLength: 4 });

function damaged(bytes: Uint8Array, all: readonly Damage[]): Uint8Array {
  return all.reduce<Uint8Array>((before, { at, drop, put }) => {
    const position = Math.floor(at * before.length);
    return Buffer.concat([before.subarray(0, position), put, before.subarray(position + drop)]);
  }, bytes);
}

const value = dictionary({
  a: tensor(),
  b: tensor({ key: '1', storage: 'torch.LongStorage', count: 2, shape: [2], strides: [1] }),
  note: text('x'),
  inner: assemble('](NK', 3, 'e'),
});
const storages = [
  { name: 'c/data/0', data: new Uint8Array(16) },
  { name: 'c/data/1', data: new Uint8Array(16) },
];
const valid = rawZip([
  { name: 'c/data.pkl', data: pickle(value) },
  { name: 'c/byteorder', data: Buffer.from('little') },
  ...storages,
]);

const openFiles = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);

describe('a damaged checkpoint', () => {
  test('is valid before it is damaged', async () => {
    await writeFile(damagedPath('c.pt'), valid);
    expect([...(await readTorchCheckpoint(damagedPath('c.pt'))).keys()]).toEqual(['a', 'b']);
  });

  test('is read or rejected, and leaves no file open', async () => {
    const before = openFiles();
    await fc.assert(
      fc.asyncProperty(damages, (all) => expectReadOrRejected(damaged(valid, all))),
      { numRuns: fuzzRuns(500) },
    );
    // Streams close a turn later.
    await new Promise((done) => setTimeout(done, 100));
    expect(openFiles()).toBeLessThanOrEqual(before + 2);
  });

  test('with a damaged pickle in a valid archive is read or rejected', async () => {
    const withPickle = (bytes: Uint8Array) => rawZip([{ name: 'c/data.pkl', data: bytes }, ...storages]);
    await fc.assert(
      fc.asyncProperty(damages, (all) => expectReadOrRejected(withPickle(damaged(pickle(value), all)))),
      { numRuns: fuzzRuns(500) },
    );
  });

  test('of the legacy format is read or rejected', async () => {
    const legacy = await readFile(resolve('test/fixtures/oracle/pt/legacy_format.pt'));
    await fc.assert(
      fc.asyncProperty(damages, (all) => expectReadOrRejected(damaged(legacy, all))),
      { numRuns: fuzzRuns(500) },
    );
  });

  test('is rejected when truncated', async () => {
    for (let length = 0; length < valid.length; length += 7) {
      await writeFile(damagedPath('c.pt'), valid.subarray(0, length));
      await expect(readTorchCheckpoint(damagedPath('c.pt')), `${length}`).rejects.toThrow(FormatError);
    }
  });
});

test('a call of another function at any position of the pickle is rejected by name', () => {
  const hooks: readonly Piece[] = [globalName('collections.OrderedDict'), ')', 'R'];
  const program: readonly Piece[] = [
    [0x80, 2],
    '}',
    '(',
    text('w'),
    globalName('torch._utils._rebuild_tensor_v2'),
    '(',
    storageId(),
    integer(0),
    integers([2, 2]),
    integers([2, 1]),
    [0x89],
    ...hooks,
    't',
    'R',
    text('step'),
    integer(7),
    'u',
    '.',
  ];
  const callee = fc.constantFrom(
    'os.system',
    'posix.system',
    'builtins.eval',
    'builtins.getattr',
    'torch.load',
    'torch._utils.__builtins__',
    'collections.namedtuple',
    'subprocess.Popen',
    'numpy.core.multiarray._reconstruct',
  );
  const stacked = (name: string) =>
    assemble(text(name.slice(0, name.lastIndexOf('.'))), text(name.slice(name.lastIndexOf('.') + 1)), 0x93);
  return fc.assert(
    fc.asyncProperty(
      fc.nat(program.length - 1),
      callee,
      fc.boolean(),
      fc.constantFrom('', ')R0', ')R', 'q\x09'),
      async (position, name, byStack, then) => {
        const hostile = byStack ? stacked(name) : globalName(name);
        const bytes = assemble(...program.slice(0, position), hostile, then, ...program.slice(position));
        await writeFile(damagedPath('e.pt'), rawZip([{ name: 'c/data.pkl', data: bytes }, ...storages]));
        await expect(readTorchCheckpoint(damagedPath('e.pt'))).rejects.toThrow(
          `a call of ${name}, which is never executed`,
        );
      },
    ),
    { numRuns: fuzzRuns(300) },
  );
});
