import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../../datasets/formats/format-error';
import { readPickle } from '../../../../models/checkpoint/torch/pickle';
import { PickleConstructor } from '../../../../models/checkpoint/torch/pickle-bytes';
import { assemble, globalName, text, type Piece } from './assemble';

const constructors = new Map([
  ['lab.pair', new PickleConstructor('lab.pair', (args) => ['made', ...args])],
  ['lab.mark', new PickleConstructor('lab.mark')],
]);
const read = (...pieces: readonly Piece[]) =>
  readPickle({ bytes: assemble(...pieces), file: 'x', constructors, persistent: (id) => ['outside', id] }).value;
const eightBytes = (value: number) => [value, 0, 0, 0, 0, 0, 0, 0];

describe('readPickle', () => {
  test.each<[string, readonly Piece[], unknown]>([
    ['None', ['N.'], null],
    ['booleans', [0x80, 2, '(', 0x88, 0x89, 't.'], [true, false]],
    ['integers of one, two and four bytes', ['(K', 255, 'M', 1, 2, 'J', [255, 255, 255, 255], 't.'], [255, 513, -1]],
    ['long integers', ['(', 0x8a, 0, 0x8a, 1, 0x80, 0x8a, 9, ...eightBytes(0), 1, 't.'], [0, -128, 2n ** 64n]],
    ['a big-endian float', ['G', [0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18], '.'], Math.PI],
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
      'memo entries by byte, by word and by MEMOIZE',
      ['(K', 1, 'q', 7, 'K', 2, 'r', [0, 1, 0, 0], 'K', 3, 0x94, 'h', 7, 'j', [0, 1, 0, 0], 'h', 2, 't.'],
      [1, 2, 3, 1, 2, 3],
    ],
    ['a frame and popped values', [0x80, 5, 0x95, eightBytes(3), 'N(NN', '1', 'N0.'], null],
    ['a call of a given constructor', [globalName('lab.pair'), 'K', 1, 0x85, 'R.'], ['made', 1]],
    ['a call of a constructor named by texts on the stack', [text('lab'), text('pair'), 0x93, ')R.'], ['made']],
    ['a persistent id', ['K', 4, 'Q.'], ['outside', 4]],
    ['a dictionary without its attributes', ['}}b.'], new Map()],
  ])('reads %s', (_, pieces, expected) => {
    expect(read(...pieces)).toEqual(expected);
  });

  test('reads a pickle from an offset', () => {
    const bytes = assemble('N.', 'K', 9, '.', 'rest');
    expect(readPickle({ bytes, file: 'x', from: 2, constructors })).toEqual({ value: 9, end: 5 });
  });
});

describe('readPickle rejects, with the byte position,', () => {
  test.each<[string, readonly Piece[], string]>([
    [
      'a call of an unknown function',
      [globalName('os.system'), text('echo'), 0x85, 'R.'],
      'byte 0: expected plain data and tensors only, found a call of os.system, which is never executed',
    ],
    [
      'an unknown function that is not called',
      ['N', globalName('builtins.eval'), '0.'],
      'byte 1: expected plain data and tensors only, found a call of builtins.eval, which is never executed',
    ],
    [
      'an unknown function named by texts',
      [text('builtins'), text('eval'), 0x93, '.'],
      'byte 16: expected plain data and tensors only, found a call of builtins.eval, which is never executed',
    ],
    [
      'a function named by lists',
      ['](NN', 'e]', 0x93, '.'],
      'byte 6: expected the names of a module and of a class or function, found a list and a list',
    ],
    ['an attribute of a constructor', [text('lab'), text('pair.__init__'), 0x93, '.'], 'a call of lab.pair.__init__'],
    [
      'a call of a name without constructor',
      [globalName('lab.mark'), ')R.'],
      'byte 11: expected a constructor to call, found lab.mark',
    ],
    ['a call of a text', [text('eval'), ')R.'], 'expected a constructor to call, found the string “eval”'],
    ['a call without arguments', [globalName('lab.pair'), 'NR.'], 'expected the arguments of lab.pair, found None'],
    [
      'attributes of a constructed value',
      [globalName('lab.pair'), ')R}b.'],
      'expected attributes of a dictionary, found attributes of a list',
    ],
    [
      'the instruction NEWOBJ',
      [globalName('lab.pair'), ')', 0x81, '.'],
      'byte 11: expected plain data and tensors only, found instruction 0x81',
    ],
    ['the instruction INST', ['(ios\nsystem\n.'], 'found instruction 0x69'],
    ['the instruction OBJ', ['(', globalName('lab.pair'), 'o.'], 'found instruction 0x6f'],
    ['the instruction EXT1', [0x82, 1, '.'], 'found instruction 0x82'],
    ['a newer protocol', [0x80, 6, 'N.'], 'byte 0: expected pickle protocol 5 or older, found 6'],
    ['a truncated pickle', ['N'], 'byte 1: expected 1 more byte, found the end of the data after 0'],
    ['an empty pickle', [], 'byte 0: expected 1 more byte'],
    [
      'a text longer than the file',
      ['X', [255, 255, 255, 255], 'a.'],
      'expected 4,294,967,295 more bytes, found the end of the data after 2',
    ],
    ['a length beyond any file', [0x8d, Array(8).fill(255), 'a.'], 'more bytes, found the end of the data after 2'],
    [
      'an integer that is too long',
      [0x8a, 255, ...Array<number>(255).fill(1), '.'],
      'expected an integer of at most 32 bytes, found 255 bytes',
    ],
    ['a text that is not UTF-8', [0x8c, 1, 0xff, '.'], 'expected UTF-8 text, found other bytes'],
    ['a name without a line break', ['cos'], 'expected a line, found no line break'],
    ['a pop from an empty stack', ['0.'], 'byte 0: expected a value on the stack, found an empty stack'],
    ['a pop below a mark', ['N(0.'], 'byte 2: expected a value on the stack, found an empty stack'],
    ['a missing mark', ['Nt.'], 'byte 1: expected a mark, found no mark'],
    ['an empty stack at the end', ['.'], 'expected a value on the stack, found an empty stack'],
    ['an empty memo slot', ['h', 3, '.'], 'byte 0: expected a value in memo slot 3, found an empty slot'],
    ['an append to a dictionary', ['}Na.'], 'expected a list to append to, found a dictionary'],
    ['items set in a list', [']NNs.'], 'expected a dictionary to add items to, found a list'],
    ['a key without a value', ['}(Nu.'], 'expected pairs of keys and values, found 1 item'],
    [
      'too many instructions',
      ['N0'.repeat(1_000_001)],
      'byte 2,000,000: expected at most 2,000,000 instructions, found more',
    ],
  ])('%s', (_, pieces, message) => {
    const attempt = () => read(...pieces);
    expect(attempt).toThrow(FormatError);
    expect(attempt).toThrow(message);
  });

  test('a persistent id if there is no loader for it', () => {
    expect(() => readPickle({ bytes: assemble('NQ.'), file: 'x', constructors })).toThrow(
      'x, byte 1: expected plain data, found a reference to an external object',
    );
  });
});
