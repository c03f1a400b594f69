/** Checkpoints with bytes changed, lost, doubled and put in between: read or refused, never run, never unfolded. */
import { readdirSync, existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../../datasets/formats/format-error';
import { readTorchCheckpoint } from '../../../../models/checkpoint/torch/read-torch';
import { fuzzRuns } from '../../../datasets/formats/fuzz';
import { rawZip } from '../raw-zip';
import { temporaryFolder } from '../temporary-folder';
import { assemble, dictionary, named, pickle, storageId, tensor, text, whole, wholes, type Piece } from './assemble';

const path = temporaryFolder();

/** Within what the file's size allows, or refused in one line. */
async function expectReadOrRefused(bytes: Uint8Array): Promise<void> {
  await writeFile(path('c.pt'), bytes);
  const outcome = await readTorchCheckpoint(path('c.pt')).catch((reason: Error) => reason);
  // What a claim made it allocate would still be there.
  expect(process.memoryUsage().arrayBuffers).toBeLessThan(2 ** 28);
  if (outcome instanceof Error) {
    expect(outcome).toBeInstanceOf(FormatError);
    expect(outcome.message).not.toMatch(/\p{C}/u);
    return;
  }
  const total = [...outcome.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
  // Every type is widened to at most four times its size.
  expect(total).toBeLessThanOrEqual(4 * (4 * bytes.length + 2 ** 20));
}

interface Damage {
  readonly at: number;
  readonly drop: number;
  readonly put: Uint8Array;
}

/** Bytes that are taken out at a place, and others put there. The place is a share of the length. */
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
    const place = Math.floor(at * before.length);
    return Buffer.concat([before.subarray(0, place), put, before.subarray(place + drop)]);
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
const sound = rawZip([
  { name: 'c/data.pkl', data: pickle(value) },
  { name: 'c/byteorder', data: Buffer.from('little') },
  ...storages,
]);

const openFiles = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);

describe('a checkpoint', () => {
  test('is sound before it is damaged', async () => {
    await writeFile(path('c.pt'), sound);
    expect([...(await readTorchCheckpoint(path('c.pt'))).keys()]).toEqual(['a', 'b']);
  });

  test('damaged anywhere is read or refused, and no file is left open', async () => {
    const before = openFiles();
    await fc.assert(
      fc.asyncProperty(damages, (all) => expectReadOrRefused(damaged(sound, all))),
      { numRuns: fuzzRuns(500) },
    );
    // Streams close a turn later.
    await new Promise((done) => setTimeout(done, 100));
    expect(openFiles()).toBeLessThanOrEqual(before + 2);
  });

  test('with a damaged pickle in a sound archive is read or refused', async () => {
    const withPickle = (bytes: Uint8Array) => rawZip([{ name: 'c/data.pkl', data: bytes }, ...storages]);
    await fc.assert(
      fc.asyncProperty(damages, (all) => expectReadOrRefused(withPickle(damaged(pickle(value), all)))),
      { numRuns: fuzzRuns(500) },
    );
  });

  test('of the older container, damaged anywhere, is read or refused', async () => {
    const legacy = await readFile(resolve('test/fixtures/oracle/pt/legacy_format.pt'));
    await fc.assert(
      fc.asyncProperty(damages, (all) => expectReadOrRefused(damaged(legacy, all))),
      { numRuns: fuzzRuns(500) },
    );
  });

  test('cut off anywhere is refused', async () => {
    for (let length = 0; length < sound.length; length += 7) {
      await writeFile(path('c.pt'), sound.subarray(0, length));
      await expect(readTorchCheckpoint(path('c.pt')), `${length}`).rejects.toThrow(FormatError);
    }
  });
});

test('a call for anything else, put in at any place of the program, is refused by its name', () => {
  const hooks: readonly Piece[] = [named('collections.OrderedDict'), ')', 'R'];
  const program: readonly Piece[] = [
    [0x80, 2],
    '}',
    '(',
    text('w'),
    named('torch._utils._rebuild_tensor_v2'),
    '(',
    storageId(),
    whole(0),
    wholes([2, 2]),
    wholes([2, 1]),
    [0x89],
    ...hooks,
    't',
    'R',
    text('step'),
    whole(7),
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
      async (place, name, byStack, then) => {
        const hostile = byStack ? stacked(name) : named(name);
        const bytes = assemble(...program.slice(0, place), hostile, then, ...program.slice(place));
        await writeFile(path('e.pt'), rawZip([{ name: 'c/data.pkl', data: bytes }, ...storages]));
        await expect(readTorchCheckpoint(path('e.pt'))).rejects.toThrow(`a call for ${name}, which is not run`);
      },
    ),
    { numRuns: fuzzRuns(300) },
  );
});
