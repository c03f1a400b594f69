import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../../datasets/formats/format-error';
import { readPickle } from '../../../../models/checkpoint/torch/pickle';
import { PickleConstructor } from '../../../../models/checkpoint/torch/pickle-bytes';
import { assemble, named, text, type Piece } from './assemble';

const constructors = new Map([
  ['lab.pair', new PickleConstructor('lab.pair', (args) => ['made', ...args])],
  ['lab.mark', new PickleConstructor('lab.mark')],
]);
const read = (...pieces: readonly Piece[]) =>
  readPickle({ bytes: assemble(...pieces), file: 'x', constructors, persistent: (id) => ['outside', id] }).value;
const eightBytes = (value: number) => [value, 0, 0, 0, 0, 0, 0, 0];

describe('a pickle', () => {
  test.each<[string, readonly Piece[], unknown]>([
    ['none', ['N.'], null],
    ['truth', [0x80, 2, '(', 0x88, 0x89, 't.'], [true, false]],
    [
      'whole numbers of one, two and four bytes',
      ['(K', 255, 'M', 1, 2, 'J', [255, 255, 255, 255], 't.'],
      [255, 513, -1],
    ],
    ['long numbers', ['(', 0x8a, 0, 0x8a, 1, 0x80, 0x8a, 9, ...eightBytes(0), 1, 't.'], [0, -128, 2n ** 64n]],
    ['a fraction, big-endian', ['G', [0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18], '.'], Math.PI],
    [
      'texts of all three lengths',
      ['(', text('a'), 'X', [2, 0, 0, 0], 'bc', 0x8d, eightBytes(2), 'ä', 't.'],
      ['a', 'bc', 'ä'],
    ],
    ['texts of Python 2', ['(U', 1, 'a', 'T', [1, 0, 0, 0], 'b', 't.'], ['a', 'b']],
    ['bytes', ['C', 2, 7, 8, '.'], Buffer.from([7, 8])],
    [
      'tuples of each length',
      ['()NN', 0x85, 'NN', 0x86, 'NNN', 0x87, 't.'],
      [[], null, [null], [null, null], [null, null, null]],
    ],
    ['a list, item by item and many at once', [']K', 1, 'a(K', 2, 'K', 3, 'e.'], [1, 2, 3]],
    [
      'a dictionary',
      ['}', text('a'), 'Ns(', text('b'), 0x88, 'u.'],
      new Map<string, unknown>([
        ['a', null],
        ['b', true],
      ]),
    ],
    [
      'what was remembered, by byte, by word and in turn',
      ['(K', 1, 'q', 7, 'K', 2, 'r', [0, 1, 0, 0], 'K', 3, 0x94, 'h', 7, 'j', [0, 1, 0, 0], 'h', 2, 't.'],
      [1, 2, 3, 1, 2, 3],
    ],
    ['a frame and what is thrown away', [0x80, 5, 0x95, eightBytes(3), 'N(NN', '1', 'N0.'], null],
    ['a call of a given constructor', [named('lab.pair'), 'K', 1, 0x85, 'R.'], ['made', 1]],
    ['a call of one named by texts on the stack', [text('lab'), text('pair'), 0x93, ')R.'], ['made']],
    ['what stands outside', ['K', 4, 'Q.'], ['outside', 4]],
    ['a dictionary with attributes, which are dropped', ['}}b.'], new Map()],
  ])('gives %s', (_, pieces, expected) => {
    expect(read(...pieces)).toEqual(expected);
  });

  test('that follows another is read from where it starts', () => {
    const bytes = assemble('N.', 'K', 9, '.', 'rest');
    expect(readPickle({ bytes, file: 'x', from: 2, constructors })).toEqual({ value: 9, end: 5 });
  });
});

describe('a pickle is refused, with the place', () => {
  test.each<[string, readonly Piece[], string]>([
    [
      'that calls what it was not given',
      [named('os.system'), text('echo'), 0x85, 'R.'],
      'byte 0: expected plain data and tensors only, found a call of os.system, which is never executed',
    ],
    [
      'that names it and calls nothing',
      ['N', named('builtins.eval'), '0.'],
      'byte 1: expected plain data and tensors only, found a call of builtins.eval, which is never executed',
    ],
    [
      'that names it by texts',
      [text('builtins'), text('eval'), 0x93, '.'],
      'byte 16: expected plain data and tensors only, found a call of builtins.eval, which is never executed',
    ],
    [
      'that names it by what is no text',
      ['](NN', 'e]', 0x93, '.'],
      'byte 6: expected the names of a module and of a class or function, found a list and a list',
    ],
    [
      'that names something of every object',
      [text('lab'), text('pair.__init__'), 0x93, '.'],
      'a call of lab.pair.__init__',
    ],
    [
      'that calls what only has a name',
      [named('lab.mark'), ')R.'],
      'byte 11: expected a constructor to call, found lab.mark',
    ],
    ['that calls a text', [text('eval'), ')R.'], 'expected a constructor to call, found the string “eval”'],
    ['that calls without arguments', [named('lab.pair'), 'NR.'], 'expected the arguments of lab.pair, found None'],
    [
      'that gives attributes to what it made',
      [named('lab.pair'), ')R}b.'],
      'expected attributes of a dictionary, found attributes of a list',
    ],
    [
      'with the instruction NEWOBJ',
      [named('lab.pair'), ')', 0x81, '.'],
      'byte 11: expected plain data and tensors only, found instruction 0x81',
    ],
    ['with the instruction INST', ['(ios\nsystem\n.'], 'found instruction 0x69'],
    ['with the instruction OBJ', ['(', named('lab.pair'), 'o.'], 'found instruction 0x6f'],
    ['with the instruction EXT1', [0x82, 1, '.'], 'found instruction 0x82'],
    ['of a protocol to come', [0x80, 6, 'N.'], 'byte 0: expected pickle protocol 5 or older, found 6'],
    ['that ends early', ['N'], 'byte 1: expected 1 more byte, found the end of the data after 0'],
    ['that is empty', [], 'byte 0: expected 1 more byte'],
    [
      'with a text longer than it',
      ['X', [255, 255, 255, 255], 'a.'],
      'expected 4,294,967,295 more bytes, found the end of the data after 2',
    ],
    ['with bytes longer than any file', [0x8d, Array(8).fill(255), 'a.'], 'more bytes, found the end of the data after 2'],
    [
      'with a number of endless length',
      [0x8a, 255, ...Array<number>(255).fill(1), '.'],
      'expected an integer of at most 32 bytes, found 255 bytes',
    ],
    ['with a text that is not UTF-8', [0x8c, 1, 0xff, '.'], 'expected UTF-8 text, found other bytes'],
    ['with a name without an end', ['cos'], 'expected a line, found no line break'],
    ['that takes from an empty stack', ['0.'], 'byte 0: expected a value on the stack, found an empty stack'],
    ['that takes what lies below a mark', ['N(0.'], 'byte 2: expected a value on the stack, found an empty stack'],
    ['that goes back to a mark it never set', ['Nt.'], 'byte 1: expected a mark, found no mark'],
    ['that leaves nothing', ['.'], 'expected a value on the stack, found an empty stack'],
    ['that remembers nothing', ['h', 3, '.'], 'byte 0: expected a value in memo slot 3, found an empty slot'],
    ['that appends to a dictionary', ['}Na.'], 'expected a list to append to, found a dictionary'],
    ['that puts items into a list', [']NNs.'], 'expected a dictionary to add items to, found a list'],
    ['with a key without its value', ['}(Nu.'], 'expected pairs of keys and values, found 1 item'],
    [
      'longer than any list of tensors',
      ['N0'.repeat(1_000_001)],
      'byte 2,000,000: expected at most 2,000,000 instructions, found more',
    ],
  ])('%s', (_, pieces, message) => {
    const attempt = () => read(...pieces);
    expect(attempt).toThrow(FormatError);
    expect(attempt).toThrow(message);
  });

  test('that refers to something outside of it where nothing is', () => {
    expect(() => readPickle({ bytes: assemble('NQ.'), file: 'x', constructors })).toThrow(
      'x, byte 1: expected plain data, found a reference to an external object',
    );
  });
});
