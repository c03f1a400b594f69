/** Puzzles as JSON. */
import { describe, expect, test } from 'vitest';
import { listJsonPuzzles } from '../../../datasets/kinds/puzzle-json';

const question = '..13.3..2..4..2.';
const answer = '4213134221343421';
const cells = (text: string) => [...text].map((cell) => (cell === '.' ? 0 : Number(cell)));
const grid = (text: string) => (text.match(/.{4}/gu) ?? []).map(cells);
const zeros = (text: string) => text.replaceAll('.', '0');
const lines = (text: string) => (text.match(/.{4}/gu) ?? []).join('\n');

const read = (content: unknown) => listJsonPuzzles(content)?.map((row) => [row.question, row.answer, row.rating]);

describe('listJsonPuzzles', () => {
  test.each<[string, unknown, string, string]>([
    ['a list of texts', [question], question, ''],
    ['a list of objects', [{ puzzle: question, solution: answer }], question, answer],
    ['a list of grids', [grid(question)], zeros(lines(question)), ''],
    ['a grid', grid(question), zeros(lines(question)), ''],
    ['a grid with null for blanks', grid(question).map((row) => row.map((cell) => cell || null)), lines(question), ''],
    [
      'a grid with empty texts for blanks',
      grid(question).map((row) => row.map((cell) => String(cell || ''))),
      lines(question),
      '',
    ],
    ['rows as texts', lines(question).split('\n'), lines(question), ''],
    ['lists of all cells', [cells(question), cells(question)].slice(1), zeros(question), ''],
    ['an object with a list', { count: 1, puzzles: [{ Quiz: question, Solution: answer }] }, question, answer],
    ['an object of texts', { puzzles: [question] }, question, ''],
    ['an object of one puzzle', { board: grid(question), solved: grid(answer) }, zeros(lines(question)), lines(answer)],
    ['columns', { quizzes: [question], solutions: [answer] }, question, answer],
    ['columns by number', { question: { '0': question }, answer: { '0': answer } }, question, answer],
    ['a text in lines', [{ puzzle: `${lines(question)}\n`, solution: lines(answer) }], lines(question), lines(answer)],
    [
      'the answer of a service',
      { newboard: { grids: [{ value: grid(question), solution: grid(answer) }], results: 1, message: 'All Ok' } },
      zeros(lines(question)),
      lines(answer),
    ],
  ])('reads %s', (_, content, first, second) => {
    expect(read(content)).toEqual([[first, second, '']]);
  });

  test('keeps ratings and numbers the puzzles', () => {
    const puzzles = [
      { puzzle: question, difficulty: 2.5 },
      { puzzle: question, difficulty: 'Easy' },
    ];
    expect(listJsonPuzzles(puzzles)).toMatchObject([
      { line: 1, counts: 'puzzles', rating: '2.5' },
      { line: 2, rating: 'Easy' },
    ]);
  });

  test('what is no puzzle in a list is a row that the parser refuses', () => {
    expect(read([question, 7, { name: 'x' }])).toEqual([
      [question, '', ''],
      ['7', '', ''],
      ['{"name":"x"}', '', ''],
    ]);
    expect(read({ puzzles: [question, 7], solutions: [answer, answer] })).toEqual([
      [question, answer, ''],
      ['7', answer, ''],
    ]);
  });

  test.each<[unknown, string]>([
    ['4213', '"4213"'],
    [{ cells: answer }, `{"cells":"${answer}"}`],
    [grid(answer).slice(1), '[[1,3,4,2],[2,1,3,4],[3,4,2,1]]'],
    [false, 'false'],
  ])('an answer that cannot be read is a problem of its row: %j', (solution, found) => {
    const bad = [
      { answer: '', problem: { message: expect.stringContaining(`as the answer, got ${found}`) as string } },
    ];
    expect(listJsonPuzzles([{ puzzle: question, solution }])).toMatchObject(bad);
    expect(listJsonPuzzles({ puzzles: [question], solutions: [solution] })).toMatchObject(bad);
  });

  test.each([null, '', ' '])('an answer of %j is none', (solution) => {
    const [row] = listJsonPuzzles([{ puzzle: question, solution }]) ?? [];
    expect([row?.answer, row?.problem]).toEqual(['', undefined]);
  });

  test.each([[{}], [[]], [{ default: {} }], [[1, 2, 3]], [{ name: 'a name of many letters' }], [null], [7]])(
    'finds none in %j',
    (content) => {
      expect(listJsonPuzzles(content)).toBeNull();
    },
  );
});

describe('a list of as many texts as each has characters', () => {
  const maze = '######S  ## # ##  G######';
  const sudokus = Array.from({ length: 16 }, (_, index) => (index % 2 ? question : answer));

  test.each<[string, string[]]>([
    ['16 sudokus of 4×4', sudokus],
    ['25 mazes of 5×5', Array.from({ length: 25 }, () => maze)],
  ])('is %s', (_, texts) => {
    const each = texts.map((text) => [text, '', '']);
    expect(read(texts)).toEqual(each);
    expect(read({ question: texts })).toEqual(each);
    expect(read({ question: texts, answer: texts })).toEqual(texts.map((text) => [text, text, '']));
    expect(read(texts.map((text) => [...text]))).toEqual(texts.map((text) => [text.replaceAll(' ', '.'), '', '']));
  });

  const wall = '#'.repeat(25);
  const hall = `#${' '.repeat(23)}#`;
  const large = [wall, `#S${hall.slice(2)}`, ...Array.from({ length: 21 }, () => hall), `${hall.slice(0, 23)}G#`, wall];
  const hexadecimal = Array.from({ length: 16 }, (_, row) =>
    Array.from({ length: 16 }, (_unused, cell) => ((row + cell) % 16).toString(16).toUpperCase()).join(''),
  );

  test.each([
    ['one maze of 25×25', large],
    ['one maze of 25×25 with numbers for walls', large.map((row) => row.replaceAll('#', '1').replaceAll(' ', '0'))],
    ['one grid of 16×16 with 16 signs', hexadecimal],
  ])('is %s', (_, texts) => {
    expect(read(texts)).toEqual([[texts.join('\n'), '', '']]);
    expect(read({ question: texts })).toEqual([[texts.join('\n'), '', '']]);
  });
});
