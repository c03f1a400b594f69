import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../../datasets/formats/format-error';
import { MAX_TASK_FILE_CHARACTERS, readTasks } from '../../../../datasets/kinds/arc/read-tasks';
import { writeTask } from '../../../../datasets/kinds/arc/task';
import { anyTask, grid } from './examples';

const pair = { input: [[1]], output: [[2]] };
const task = (change: object = {}) => ({ train: [pair], test: [pair], ...change });
const read = (content: unknown, file = 'set.json') =>
  readTasks({ file, text: typeof content === 'string' ? content : JSON.stringify(content) });
const trainInput = (input: unknown) => ({ abc: task({ train: [pair, { input, output: [[0]] }] }) });

describe('readTasks', () => {
  test('reads what writeTask wrote', () => {
    fc.assert(
      fc.property(
        anyTask,
        (one) => void expect(readTasks({ file: `folder/${one.name}.json`, text: writeTask(one) })).toEqual([one]),
      ),
    );
  });

  test('reads tasks by name, with outputs from a solutions file', () => {
    const text = JSON.stringify({ abc: task({ test: [{ input: [[3, 4]] }] }), train: task() });
    const solutions = { file: 'solutions.json', text: JSON.stringify({ abc: [[[5]]], train: [[[6]]] }) };
    const [abc, train] = readTasks({ file: 'set.json', text }, { solutions });
    expect(abc).toEqual({
      name: 'abc',
      train: [{ input: grid('1'), output: grid('2') }],
      test: [{ input: grid('34'), output: grid('5') }],
    });
    expect(train!.test).toEqual([{ input: grid('1'), output: grid('6') }]);
    expect(readTasks({ file: 'set.json', text })[0]!.test[0]!.output).toBeNull();
  });
});

describe('readTasks accepts what real files contain', () => {
  test.each([
    ['null', null],
    ['an empty list', []],
    ['an empty row', [[]]],
    ['nothing', undefined],
  ])('%s as an output of a test that is unknown', (_, output) => {
    const [{ test: tests } = { test: [] }] = read(task({ test: [{ input: [[1]], output }, pair] }));
    expect(tests.map((each) => each.output)).toEqual([null, grid('2')]);
  });

  test('solutions with unknown outputs, and without some tasks', () => {
    const text = JSON.stringify({ a: task({ test: [{ input: [[1]] }, { input: [[2]] }] }), b: task() });
    const solutions = { file: 's.json', text: JSON.stringify({ a: [null, [[3]]] }) };
    const [a, b] = readTasks({ file: 'c.json', text }, { solutions });
    expect(a!.test.map(({ output }) => output)).toEqual([null, grid('3')]);
    expect(b!.test).toEqual([{ input: grid('1'), output: grid('2') }]);
  });

  test('a bare list of pairs: its last tenth, at least one, are tests', () => {
    const count = (pairs: number) => {
      const [{ name, train, test: tests } = { name: '', train: [], test: [] }] = read(
        Array(pairs).fill(pair),
        'x.json',
      );
      return [name, train.length, tests.length];
    };
    expect([count(2), count(12), count(1500)]).toEqual([
      ['x', 1, 1],
      ['x', 11, 1],
      ['x', 1350, 150],
    ]);
    expect(() => read([pair])).toThrow('set.json, train: expected a list of 1 to 100,000 pairs, found a list of 0');
    expect(read(task({ train: Array(1500).fill(pair) }))[0]!.train).toHaveLength(1500);
  });

  test('a byte order mark', () => {
    expect(read(`\ufeff${JSON.stringify(task())}`)).toHaveLength(1);
  });

  test('leaves out tasks that are too large where the caller counts them', () => {
    const names: string[] = [];
    const content = { wide: task({ train: [{ input: [Array(31).fill(0)], output: [[1]] }] }), high: task() };
    const text = JSON.stringify(content);
    const tasks = readTasks({ file: 'set.json', text }, { onTooLarge: ({ name }) => names.push(name) });
    expect([tasks.map(({ name }) => name), names]).toEqual([['high'], ['wide']]);
  });
});

describe('readTasks rejects and locates', () => {
  test.each([
    [
      'ragged',
      trainInput([[1, 2], [3]]),
      'set.json, task abc, training pair 2, input, row 2: expected 2 colours, as in row 1, found 1',
    ],
    [
      'too wide',
      trainInput([Array(31).fill(0)]),
      'set.json, task abc, training pair 2, input, row 1: expected a list of 1 to 30 colours, found 31',
    ],
    [
      'too high',
      trainInput(Array(31).fill([0])),
      'set.json, task abc, training pair 2, input: expected a list of 1 to 30 rows, found 31',
    ],
    ['no rows', trainInput([]), 'set.json, task abc, training pair 2, input: expected a list of 1 to 30 rows, found 0'],
    [
      'an empty row',
      trainInput([[]]),
      'set.json, task abc, training pair 2, input, row 1: expected a list of 1 to 30 colours, found 0',
    ],
    [
      'a colour of 10',
      trainInput([[0], [10]]),
      'set.json, task abc, training pair 2, input, row 2, column 1: expected a colour from 0 to 9, found 10',
    ],
    [
      'a negative colour',
      trainInput([[-1]]),
      'set.json, task abc, training pair 2, input, row 1, column 1: expected a colour from 0 to 9, found -1',
    ],
    [
      'a fraction',
      trainInput([[1.5]]),
      'set.json, task abc, training pair 2, input, row 1, column 1: expected a colour from 0 to 9, found 1.5',
    ],
    [
      'a text',
      trainInput([['1']]),
      'set.json, task abc, training pair 2, input, row 1, column 1: expected a colour from 0 to 9, found the text “1”',
    ],
    [
      'a null',
      trainInput([[null]]),
      'set.json, task abc, training pair 2, input, row 1, column 1: expected a colour from 0 to 9, found null',
    ],
    [
      'no grid',
      trainInput('x'),
      'set.json, task abc, training pair 2, input: expected a list of 1 to 30 rows, found the text “x”',
    ],
    [
      'no output',
      { abc: task({ train: [{ input: [[1]] }] }) },
      'set.json, task abc, training pair 1, output: expected a list of 1 to 30 rows, found nothing',
    ],
    [
      'no tests',
      { abc: { train: [pair] } },
      'set.json, task abc, test: expected a list of 1 to 100,000 pairs, found nothing',
    ],
    [
      'a number instead of a pair',
      { abc: task({ test: [7] }) },
      'set.json, task abc, test pair 1: expected an object, found 7',
    ],
    ['a number instead of a task', { abc: 7 }, 'set.json, task abc: expected an object, found 7'],
    ['no tasks', {}, 'set.json: expected 1 to 100,000 tasks, found 0'],
    ['a list', [], 'set.json: expected an object of named tasks, or one task with train and test, found a list of 0'],
    ['a number', 3, 'set.json: expected an object of named tasks, or one task with train and test, found 3'],
    [
      'the name of an augmented copy',
      { 'a|||t0|||0123456789': task() },
      'set.json: expected task names of up to 200 characters without | < >, found the name “a|||t0|||0123456789”',
    ],
    [
      'a prototype',
      `{"__proto__": ${JSON.stringify(task())}}`,
      'set.json: expected task names of up to 200 characters without | < >, found the name “__proto__”',
    ],
  ])('%s', (_, content, message) => {
    expect(() => read(content)).toThrow(message);
  });

  test('an empty list of test pairs', () => {
    expect(() => read({ abc: task({ test: [] }) })).toThrow(/^set\.json, task abc, test: .*found a list of 0$/u);
  });

  test('invalid JSON, in one line', () => {
    for (const text of ['', '{', '{"a":\n\n}', 'NaN'])
      expect(() => read(text)).toThrow(/^set\.json: expected JSON, found [^\n]+$/u);
  });

  test('solutions that do not match the tasks', () => {
    const source = { file: 'set.json', text: JSON.stringify({ toString: task() }) };
    const readWith = (solutions: unknown) => () =>
      readTasks(source, { solutions: { file: 's.json', text: JSON.stringify(solutions) } });
    expect(readWith({ other: [[[1]]] })).toThrow(
      's.json, task toString: expected a list of 1, one for each test pair, found nothing',
    );
    expect(readWith({ toString: [[[1]], [[1]]] })).toThrow(
      's.json, task toString: expected a list of 1, one for each test pair, found a list of 2',
    );
    expect(readWith({ toString: [[[12]]] })).toThrow(
      's.json, task toString, test pair 1, output, row 1, column 1: expected a colour from 0 to 9, found 12',
    );
  });

  test('files that are too long, too deep or too large', () => {
    expect(() => readTasks({ file: 'set.json', text: ' '.repeat(MAX_TASK_FILE_CHARACTERS + 1) })).toThrow(
      `set.json: expected at most 67,108,864 characters, found 67,108,865`,
    );
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(() => read(`{"abc": {"train": ${deep(500_000)}, "test": []}}`)).toThrow(FormatError);
    expect(() =>
      read(`{"abc": {"train": [{"input": ${deep(500_000)}, "output": [[1]]}], "test": [${JSON.stringify(pair)}]}}`),
    ).toThrow(FormatError);
    expect(() => read({ abc: task({ train: Array(1_000_000).fill(0) }) })).toThrow(/found a list of 1,000,000$/u);
  });

  test('any other JSON that is not a task, in one line', () => {
    const bad = fc.jsonValue({ maxDepth: 7 });
    fc.assert(
      fc.property(
        fc.oneof(
          bad,
          bad.map((train) => ({ a: { train: [train], test: train } })),
          bad.map((input) => ({ a: { train: [{ input, output: [input] }], test: [pair] } })),
        ),
        (content) => {
          try {
            read(content);
          } catch (reason) {
            expect(reason).toBeInstanceOf(FormatError);
            expect((reason as Error).message).toMatch(/^set\.json[^\p{C}]*: expected [^\p{C}]+, found [^\p{C}]+$/u);
          }
        },
      ),
    );
  });
});
