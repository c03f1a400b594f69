/** Texts of Sudoku programs and other puzzle files. */
import { describe, expect, test } from 'vitest';
import { canParse, getKind, parsePuzzle, readOwnFormat } from '../../../datasets/kinds/registry';
import { readPuzzleText } from '../../../datasets/kinds/puzzle-text';

const sudoku = getKind('sudoku-9x9');
const line = '.647....88....5....5.4...3.3.1..29........1..6.8.......7.983.......5..........6.2';
const answer = '964731258837625419152498736341872965725369184698514327276983541419256873583147692';
const rows = line.match(/.{9}/gu) ?? [];

const questions = (text: string) => readPuzzleText(text).map(({ question }) => sudoku.format(sudoku.parse(question)));
const boxed = (row: string) => row.match(/.{3}/gu) ?? [];
const withBands = (between: string) =>
  [rows.slice(0, 3), rows.slice(3, 6), rows.slice(6)].map((band) => band.join('\n')).join(`\n${between}\n`);

describe('a solution printed after its puzzle', () => {
  const other = line.replace('647', '6.7');
  const grid = answer.match(/.{9}/gu)!.join('\n');
  test.each([
    ['on the next line', `${line}\n${answer}\n${other}\n`],
    [
      'below a title',
      `Puzzle 1:\n${rows.join('\n')}\n\nSolution 1:\n${grid}\n\nPuzzle 2:\n${other.match(/.{9}/gu)!.join('\n')}\n`,
    ],
  ])('%s is its answer', (_, text) => {
    expect(
      readPuzzleText(text).map((row) => [row.question, row.answer].map((cells) => cells.replaceAll('\n', ''))),
    ).toEqual([
      [line, answer],
      [other, ''],
    ]);
  });

  test('that contradicts its clues is a puzzle of its own', () => {
    const wrong = answer.replace('9647', '9657');
    expect(readPuzzleText(`${line}\n${wrong}\n`).map((row) => row.question)).toEqual([line, wrong]);
  });
});

describe('a sudoku', () => {
  test.each([
    ['in a line', line],
    ...[...'0*_xX-'].map((blank) => [`with ${blank} for blanks`, line.replaceAll('.', blank)]),
    ['with spaces for blanks', line.replaceAll('.', ' ')],
    [
      'with spaces for blanks, in nine lines, trimmed',
      rows.map((row) => row.replaceAll('.', ' ').trimEnd()).join('\n'),
    ],
    ['in nine lines', rows.join('\n')],
    ['in nine lines with CRLF and blanks at the end', `\ufeff${rows.map((row) => `${row}  \r\n`).join('')}`],
    ['with - for blanks, in nine lines', rows.join('\n').replaceAll('.', '-')],
    ['with spaces between the cells', rows.map((row) => [...row].join(' ')).join('\n')],
    ['with commas between the cells', rows.map((row) => [...row.replaceAll('.', '0')].join(',')).join('\n')],
    ...[',', ';', '\t'].map((delimiter) => [
      `as a spreadsheet with ${JSON.stringify(delimiter)} between the cells and empty blanks`,
      rows.map((row) => [...row.replaceAll('.', ' ')].map((cell) => cell.trim()).join(delimiter)).join('\n'),
    ]),
    ['as a Markdown table', rows.map((row) => `| ${[...row.replaceAll('.', ' ')].join(' | ')} |`).join('\n')],
    ['with empty lines between the bands', withBands('')],
    ['with lines between the boxes', withBands('------+-------+------').replaceAll('\n', ' \n')],
    [
      'of Simple Sudoku',
      ` *-----------*\n${rows.map((row, i) => `${i > 0 && i % 3 === 0 ? ' |---+---+---|\n' : ''} |${boxed(row).join('|')}|\n`).join('')} *-----------*\n`,
    ],
    [
      'with pipes and dashes',
      rows.map((row, i) => `${i > 0 && i % 3 === 0 ? '-----------\n' : ''}${boxed(row).join('|')}`).join('\n'),
    ],
    [
      'with pipes, plus signs and spaces',
      rows
        .map(
          (row, i) =>
            `${i > 0 && i % 3 === 0 ? '------+-------+------\n' : ''}${boxed(row)
              .map((box) => [...box].join(' '))
              .join(' | ')}`,
        )
        .join('\n'),
    ],
    ['with a section name', `[Puzzle]\n${rows.join('\n')}\n`],
    [
      'with comments and another section',
      `#AMe\n#D4\n[Puzzle]\n${rows.join('\n')}\n[State]\n${answer.match(/.{9}/gu)?.join('\n')}`,
    ],
    ['with a title', `Grid 01\n${rows.join('\n')}`],
    ['with a comment behind it', `# puzzles\n${line} # easy`],
    ['of the puzzle bank, with an id and a rating', `0000183b305c ${line}  1.2`],
  ])('%s', (_, text) => {
    expect(questions(text)).toEqual([line]);
    expect(sudoku.format(parsePuzzle(sudoku, text))).toBe(line);
  });

  test('has an answer and a rating behind it', () => {
    expect(readPuzzleText(`${line} ${answer}\t2.5`)).toEqual([{ line: 1, question: line, answer, rating: '2.5' }]);
    expect(readPuzzleText(`[Puzzle]\n${rows.join('\n')}\n[Solution]\n${answer}`)).toMatchObject([{ line: 2, answer }]);
  });

  test('is one of several, each with the number of its first line', () => {
    const grid = rows.join('\n');
    expect(readPuzzleText(`Grid 01\n${grid}\nGrid 02\n${grid}\n\n${grid}`).map((row) => row.line)).toEqual([2, 12, 22]);
  });

  test.each(['1...2...3...4...', '1.2...3.4.5.6...1.2...3.4.5.6.......'])('of another size is read', (text) => {
    const side = Math.sqrt(text.length);
    const grid = text.match(new RegExp(`.{${side}}`, 'gu'))?.join('\n') ?? '';
    for (const form of [text, grid])
      expect(readPuzzleText(form).map(({ question }) => question.replaceAll('\n', ''))).toEqual([text]);
  });

  test.each([0, 1, 4, 8])('with a cell too many or too few in row %i does not change the grids after it', (at) => {
    const bad = (change: (row: string) => string) => rows.map((row, index) => (index === at ? change(row) : row));
    for (const between of ['\n', '\n\n'])
      for (const wrong of [bad((row) => `${row}.`), bad((row) => row.slice(1))]) {
        const read = readPuzzleText([wrong, rows, rows].map((grid) => grid.join('\n')).join(between));
        expect(read.map(({ question }) => question)).toEqual([wrong, rows, rows].map((grid) => grid.join('\n')));
      }
  });

  test('with a cell too many in two of its four rows ends at the empty line', () => {
    const [bad, good] = [['1...2', '..2.1', '.1..', '...2'].join('\n'), ['1...', '..2.', '.1..', '...2'].join('\n')];
    expect(readPuzzleText(`${bad}\n\n${good}\n`).map(({ question }) => question)).toEqual([bad, good]);
  });

  test('that is not whole, and text that is no puzzle, are rows that the parser refuses', () => {
    const read = readPuzzleText(`${line}\nno puzzle at all\n${line.slice(1)}\n${rows.slice(1).join('\n')}\n\n${line}`);
    expect(read.map((row) => [row.line, canParse(sudoku, row.question)])).toEqual([
      [1, true],
      [2, false],
      [3, false],
      [4, false],
      [13, true],
    ]);
  });
});

test('mazes keep their walls and spaces', () => {
  const maze = ['#####', '#S o#', '# # #', '#  G#', '#####'];
  expect(readPuzzleText(maze.join('\n'))).toMatchObject([{ line: 1, question: maze.join('\n') }]);
  expect(readPuzzleText(`${maze.join('')}\n${maze.join('')}`)).toMatchObject([{ line: 1 }, { line: 2 }]);
});

describe('a .non nonogram', () => {
  const text =
    'catalogue "x"\ntitle "y"\nwidth 5\nheight 5\n\nrows\n1,1\n5\n5\n3\n1\n\ncolumns\n2\n4\n4\n4\n2\n\ngoal "0101011111111110111000100"\n';

  test('is read with its answer', () => {
    const kind = getKind('nonogram-5');
    const [row] = readOwnFormat(text) ?? [];
    const inputs = kind.parse(row?.question ?? '');
    expect(kind.check(inputs, kind.parse(row?.answer ?? '')).legal).toBe(true);
    expect(kind.solve(inputs, { maxSolutions: 2 }).solutions).toHaveLength(1);
    expect(parsePuzzle(kind, text)).toEqual(inputs);
  });

  test.each([
    [text.replace('width 5', 'width 6'), 'nonograms must be square with a side of 4–10, got 6×5'],
    [text.replace('\n5\n3\n1\n\n', '\n\n'), 'expected clues for 5 lines, got 3'],
  ])('is rejected where it does not fit', (wrong, message) => {
    expect(readOwnFormat(wrong)?.map(({ problem }) => problem?.message)).toEqual([message]);
    expect(() => parsePuzzle(getKind('nonogram-5'), wrong)).toThrow(message);
  });

  test.each([
    ['with quotes, colons and capitals', text.replace('width 5', 'Width: "5"').replace('rows', 'ROWS')],
    ['without its size', text.replace('width 5\nheight 5\n', '')],
    [
      'with the size first and the title below',
      `width 5\nheight 5\n${text.replace('width 5\nheight 5\n', '')}by "z"\n`,
    ],
    ['with spaces between the runs', text.replaceAll('1,1', '1 1')],
    ['with its answer in lines', text.replace(/"([01]{25})"/u, (_, cells: string) => cells.replace(/.{5}/gu, '\n$&'))],
  ])('%s is read', (_, variant) => {
    expect(readOwnFormat(variant)).toMatchObject(
      (readOwnFormat(text) ?? []).map(({ question, answer }) => ({ question, answer })),
    );
  });

  test('of several puzzles keeps the good ones', () => {
    const read = readOwnFormat(`${text}\n${text.replace('1,1', '3,3')}\n${text}`) ?? [];
    expect(read.map(({ line, problem }) => [line, problem?.message])).toEqual([
      [1, undefined],
      [22, 'the runs 3, 3 do not fit in a line of 5 cells'],
      [43, undefined],
    ]);
  });
});

describe('other forms of Sudoku files', () => {
  const other = line.replace('647', '6.7');
  const grid = rows.join('\n');

  test.each([
    ['a HoDoKu library', `:0000:x:${line}:::\n`],
    ['a HoDoKu library with eliminations and a comment', `:0300:45:${line}:415 425:r4c1:414:the first:`],
    ['a HoDoKu library with placed digits', `:0000:x:+9${line.slice(1)}:::`],
    ['numbered lines', `1: ${line}`],
    ['lines with a title', `Puzzle #1: ${line}`],
    ['lists of programs', `"${line}",`],
    ['rows as lists of numbers', rows.map((row) => `[${[...row.replaceAll('.', '0')].join(', ')}],`).join('\n')],
    ['notices below the grid', `${grid}\n\nAuthor: A. B.\n© 2008 A. B.\nDifficulty: 3\nHave fun with it\n`],
    ['notices beside the grid', rows.map((row, i) => `${row}   ${['Title: x', 'by A. B.'][i] ?? ''}`).join('\n')],
    ['several lines above the grid', `The daily sudoku\nfor everybody\nof 2008\n${grid}`],
    ['a number above the grid', `17\n${grid}`],
    [
      'box characters',
      rows.map((row, i) => `${i % 3 === 0 ? '├───┼───┼───┤\n' : ''}│${boxed(row).join('│')}│`).join('\n'),
    ],
    ['dots in the middle', grid.replaceAll('.', '·')],
    ['question marks', line.replaceAll('.', '?')],
  ])('%s', (_, text) => {
    expect(questions(text)).toEqual([line]);
  });

  test('titles between grids are no puzzles, words between lines are', () => {
    expect(questions(`First\n${grid}\nNot so easy\n${other.match(/.{9}/gu)!.join('\n')}\nThat is all\n`)).toEqual([
      line,
      other,
    ]);
    expect(readPuzzleText(`${line}\nnot a puzzle\n${other}`).map((row) => row.question)).toEqual([
      line,
      'not a puzzle',
      other,
    ]);
  });

  test('sections of SadMan: the state is passed over, the solution is the answer', () => {
    const text = `[Puzzle]\n${grid}\n[State]\n${answer.match(/.{9}/gu)!.join('\n')}\n[Solution]\n${answer}\n`;
    expect(readPuzzleText(text).map((row) => [row.question, row.answer])).toEqual([[grid, answer]]);
  });

  test('pencil marks are refused with the reason', () => {
    const marked = [...answer].map((digit, cell) => (cell % 7 === 0 ? '123456789' : digit));
    const text = Array.from({ length: 9 }, (_, row) => `| ${marked.slice(row * 9, row * 9 + 9).join(' ')} |`).join(
      '\n',
    );
    for (const form of [text, text.replaceAll('|', ' ')]) {
      expect(readPuzzleText(form).map(({ problem }) => problem?.message)).toEqual([
        'its cells have pencil marks (candidates): export the puzzle with its clues only',
      ]);
      expect(() => parsePuzzle(sudoku, form)).toThrow('pencil marks');
    }
  });

  test('a pasted list of lists is a puzzle', () => {
    const list = JSON.stringify(rows.map((row) => [...row].map((cell) => (cell === '.' ? 0 : Number(cell)))));
    expect(sudoku.format(parsePuzzle(sudoku, list))).toBe(line);
  });
});

describe('mazes with other signs', () => {
  const kind = getKind('maze-5');
  const usual = ['#####', '#S  #', '# # #', '#  G#', '#####'].join('\n');
  const solved = ['#####', '#Soo#', '# #o#', '#  G#', '#####'].join('\n');

  test.each<[string, string]>([
    ...[...'EFXT*B'].map((goal): [string, string] => [goal, usual.replace('G', goal)]),
    ['small letters', usual.replace('S', 's').replace('G', 'e')],
    ['A and B', usual.replace('S', 'A').replace('G', 'B')],
    ['blocks', usual.replaceAll('#', '█')],
    ['lines', usual.replaceAll('#', '═')],
    ['numbers', usual.replaceAll('#', '1').replaceAll(' ', '0')],
    ['numbers for the ends', usual.replaceAll('#', '1').replaceAll(' ', '0').replace('S', '2').replace('G', '3')],
    ['plus signs and bars', ['+---+', '|S  |', '| + |', '|  G|', '+---+'].join('\n')],
  ])('%s', (_, text) => {
    expect(kind.format(kind.parse(text))).toBe(usual.replaceAll('\n', ''));
  });

  test('are read from text, with E for the goal', () => {
    const text = usual.replace('G', 'E');
    expect(readPuzzleText(`${text}\n\n${text}`).map(({ line: first, question }) => [first, question])).toEqual([
      [1, text],
      [7, text],
    ]);
  });

  test('have their path in the answer', () => {
    const text = solved.replace('G', 'E').replaceAll('o', '*');
    expect(kind.format(kind.parse(text))).toBe(solved.replaceAll('\n', ''));
  });
});

describe('numberlink with letters', () => {
  const kind = getKind('numberlink-4');
  const [puzzle, solution] = ['...ACB..B...C..A', 'CCCACBAABBBACBBA'];
  const numbers = (text: string) => text.replace(/[A-C]/gu, (letter) => String(' ABC'.indexOf(letter)));

  test('the alphabet gives the numbers, in the puzzle as in its answer', () => {
    expect(kind.format(kind.parse(puzzle))).toBe(numbers(puzzle));
    expect(kind.format(kind.parse(solution))).toBe(numbers(solution));
    expect(kind.format(kind.parse(puzzle.replaceAll('.', '_').toLowerCase()))).toBe(numbers(puzzle));
  });

  test('small letters can be the path between capitals, or pairs of their own', () => {
    const mixed = [...solution].map((letter, cell) => (puzzle[cell] === '.' ? letter.toLowerCase() : letter)).join('');
    expect(kind.format(kind.parse(mixed))).toBe(numbers(solution));
    expect(kind.format(kind.parse('A..aB..bB..bA..a'))).toBe('1..32..42..41..3');
  });

  test.each([
    ['whose capitals are pairs side by side', 'AABBa..ab..bc..c', 'AABBaaaabbbbcccc', '1122333344445555'],
    ['of capitals', 'A..AB..BC..CD..D', 'AAAABBBBCCCCDDDD', '1111222233334444'],
    ['of small letters for capitals', 'A..AB..BC..CD..D', 'aaaabbbbccccdddd', '1111222233334444'],
    ['of paths of small letters', 'A..AB..BC..CD..D', 'AaaABbbBCccCDddD', '1111222233334444'],
    ['of letters for numbers', '1..12..23..34..4', 'AAAABBBBCCCCDDDD', '1111222233334444'],
  ])('an answer %s has the numbers of its question', (_, question, full, expected) => {
    const labels = kind.parseAnswer(full, question);
    expect(kind.format(labels)).toBe(expected);
    expect(kind.check(kind.parse(question), labels).legal).toBe(true);
  });

  test('an answer with a letter that its question does not have is refused', () => {
    expect(() => kind.parseAnswer('AAAABBBBCCCCEEEE', 'A..AB..BC..CD..D')).toThrow("unknown character 'E'");
  });

  test('grids of letters are read from text', () => {
    const grid = puzzle.match(/.{4}/gu)!.join('\n');
    expect(readPuzzleText(`Level 1\n${grid}\n\n${grid}\n`).map((row) => [row.line, row.question])).toEqual([
      [2, grid],
      [7, grid],
    ]);
  });

  test('other letters are refused', () => {
    expect(() => kind.parse('ABCD............')).toThrow("unknown character 'A'");
  });
});
