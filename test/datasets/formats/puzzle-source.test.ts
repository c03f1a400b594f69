/** Files of puzzles as other programs write them. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containsTasks } from '../../../datasets/formats/arc-task-files';
import { openSource, type PuzzleSource } from '../../../datasets/formats/puzzle-source';
import { BadRowError, type SkipOptions } from '../../../datasets/formats/read-rows';
import type { RatedPuzzle } from '../../../datasets/kinds/puzzle-kind';
import { getKind } from '../../../datasets/kinds/registry';
import { formatEnglish } from '../../../renderer/messages/english';

let folder = '';
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'puzzles-'))));
afterAll(() => rm(folder, { recursive: true }));

const question = '..13.3..2..4..2.';
const answer = '4213134221343421';
const other = '.4.1..4.3..4.2..';
const otherAnswer = '2431134231244213';

async function open(name: string, text: string, options?: SkipOptions, kind?: string): Promise<PuzzleSource> {
  await writeFile(join(folder, name), text);
  return openSource(join(folder, name), kind, options);
}

async function readAll(source: PuzzleSource, split: 'train' | 'test' = 'train'): Promise<RatedPuzzle[]> {
  const puzzles: RatedPuzzle[] = [];
  for await (const puzzle of source.read(split)) puzzles.push(puzzle);
  return puzzles;
}

const notes = (source: PuzzleSource) => (source.notes?.() ?? []).map(formatEnglish);

/** Questions, answers and ratings in the kind's text form. */
async function readText(source: PuzzleSource) {
  const { kind } = source;
  return (await readAll(source)).map(({ inputs, labels, rating }) => [
    kind.format(inputs),
    kind.format(labels),
    ...(rating === undefined ? [] : [rating]),
  ]);
}

describe('a table', () => {
  test.each([
    ['with other names', `Puzzle,Solution\n${question},${answer}\n`],
    ['with plural names', `quizzes,solutions\n${question},${answer}\n`],
    ['with unknown names', `a,b,c\n7,${question},${answer}\n`],
    ['with unknown names, the answer first', `a,b\n${answer},${question}\n`],
    ['without names', `${question},${answer}\n`],
    ['with semicolons', `\ufeffgrid;answer\r\n${question};${answer}  \r\n`],
    ['with tabs', `id\tpuzzle\tsolution\n1\t${question}\t${answer}\n`],
    ['with a column of numbers named puzzle', `puzzle,grid,solution\n1,${question},${answer}\n`],
    ['without an answer', `puzzle\n${question}\n`],
    ['with empty answers', `question,answer\n${question},\n`],
  ])('%s', async (_, text) => {
    for (const name of ['table.csv', 'table.txt']) {
      const source = await open(name, text);
      expect(source.kind.id).toBe('sudoku-4x4');
      expect(await readText(source)).toEqual([[question, answer]]);
    }
  });

  test('keeps ratings with a fraction, and says which are lost', async () => {
    const source = await open(
      'rated.csv',
      `id,puzzle,solution,clues,difficulty\n0,${question},${answer},6,0.5\n1,${other},${otherAnswer},6,hard\n`,
    );
    expect(await readText(source)).toEqual([
      [question, answer, 0.5],
      [other, otherAnswer],
    ]);
    expect(notes(source)).toEqual(['1 rating is not a number and is not imported']);
  });

  test('of a grid, a cell in each column, is one puzzle', async () => {
    const grid = question.replaceAll('.', '0').match(/.{4}/gu) ?? [];
    expect(await readText(await open('grid.csv', grid.map((row) => [...row].join(',')).join('\n')))).toEqual([
      [question, answer],
    ]);
  });
});

describe('the kind', () => {
  const links = { question: '...132..2...3..1', answer: '3331323122313331' };

  test('is the one whose rules the rows obey', async () => {
    const text = (row: typeof links) => `question,answer\n${row.question},${row.answer}\n`;
    expect((await open('links.csv', text(links))).kind.id).toBe('numberlink-4');
    expect((await open('sudokus.csv', text({ question, answer }))).kind.id).toBe('sudoku-4x4');
    expect((await open('plain.txt', `${question}\n${other}\n`)).kind.id).toBe('sudoku-4x4');
    expect((await open('plain.txt', `${links.question}\n`)).kind.id).toBe('numberlink-4');
  });

  test('is numberlink for answers in the letters of their questions', async () => {
    const source = await open('letters.csv', 'question,answer\nAABBa..ab..bc..c,AABBaaaabbbbcccc\n');
    expect(source.kind.id).toBe('numberlink-4');
    expect(await readText(source)).toEqual([['11223..34..45..5', '1122333344445555']]);
    expect(notes(source)).toEqual([]);
  });

  test.each(['maze-7', 'nonogram-5', 'queens-5', 'numberlink-5', 'sudoku-6x6'])(
    '%s is told apart in text',
    async (id) => {
      const kind = getKind(id);
      const { generatePuzzles } = await import('../../../datasets/generate-puzzles');
      const { Random } = await import('../../../datasets/random');
      const puzzles = [...generatePuzzles(kind, { count: 3, random: Random.seeded(1) })];
      const lines = puzzles.map(({ inputs }) => kind.format(inputs));
      const grid = (line: string) => line.match(new RegExp(`.{${kind.columns}}`, 'gu'))?.join('\n');
      for (const text of [lines.join('\n'), lines.map(grid).join('\n\n')]) {
        const source = await open('any.txt', text);
        expect(source.kind.id).toBe(id);
        expect((await readText(source)).map(([line]) => line)).toEqual(lines);
      }
    },
  );

  test('is a question where several fit, or none does', async () => {
    await expect(open('several.txt', '1...2...3...4...\n')).rejects.toThrow(
      'several.txt: expected puzzles of one type, found rows that fit sudoku-4x4 and numberlink-4 (choose the puzzle type; on the command line with --kind)',
    );
    await expect(open('broken.csv', `question,answer\n${question},${'1'.repeat(16)}\n`)).rejects.toThrow(
      'broken.csv: expected answers that follow the rules of their puzzle type, found rows that break the rules of sudoku-4x4 and numberlink-4',
    );
    const chosen = await open('broken.csv', `question,answer\n${question},${'1'.repeat(16)}\n`, {}, 'sudoku-4x4');
    expect(await readAll(chosen)).toHaveLength(1);
    await expect(open('sign.csv', `question,answer\n${question.replaceAll('.', '@')},${answer}\n`)).rejects.toThrow(
      "sign.csv, line 2: expected a puzzle of a known type (type custom accepts any grids), found one that cannot be read (unknown character '@' at row 1, column 1",
    );
  });

  test('of .sdm files is always sudoku', async () => {
    const { kind } = await open('one.sdm', `${'1...2...3...4...'}\n${question}\n`);
    expect(kind.id).toBe('sudoku-4x4');
  });
});

describe('bad rows', () => {
  const text = `question,answer\n${question},${answer}\n12,\n${other},${otherAnswer},1\n................,\n11..............,\n${other},\n`;

  test('end the reading with their line', async () => {
    const reading = readAll(await open('bad.csv', text));
    await expect(reading).rejects.toThrow(BadRowError);
    await expect(reading).rejects.toThrow('bad.csv, line 3: expected a puzzle of type Sudoku 4×4');
  });

  test('are skipped, counted and named', async () => {
    const source = await open('bad.csv', text, { skipBadRows: true });
    expect(await readText(source)).toEqual([
      [question, answer],
      [other, otherAnswer],
    ]);
    expect(notes(source)[1]).toMatch(
      /^4 bad rows skipped, the first: bad\.csv, line 3: .*line 4: expected 2 values, found 3, .*line 5: .*Several solutions.*line 6: .*Contradictory clues/u,
    );
    await readAll(source);
    expect(notes(source)[1]).toMatch(/^4 bad rows/u);
  });
});

describe('wrong answers', () => {
  const swapped = `${answer.slice(0, -2)}12`;
  const text = `question,answer\n${question},${answer}\n${other},${answer}\n${question},${swapped}\n${question},${question}\n`;

  test('are kept and named with their line and reason', async () => {
    const source = await open('wrong.csv', text);
    expect(await readAll(source)).toHaveLength(4);
    expect(notes(source)).toEqual([
      expect.stringMatching(
        /^3 answers break the rules and are kept, the first: wrong\.csv, line 3: expected an answer that follows the rules of Sudoku 4×4, found one that does not \(.*changed.*\), wrong\.csv, line 4: .*\(column 3 has 1 more than once.*\), and wrong\.csv, line 5: .*\(it is incomplete\)$/u,
      ),
    ]);
  });

  test('are skipped and counted with the bad rows', async () => {
    const source = await open('wrong.csv', `${text}12,\n`, { skipBadRows: true, skipWrongAnswers: true });
    expect(await readText(source)).toEqual([[question, answer]]);
    expect(notes(source)).toEqual([expect.stringMatching(/^4 bad rows skipped, the first: wrong\.csv, line 3: /u)]);
  });
});

describe('JSON', () => {
  const cells = (text: string) => text.match(/.{4}/gu)?.map((row) => [...row.replaceAll('.', '0')].map(Number));

  test.each([
    ['a list', 'list.json', JSON.stringify([{ puzzle: question, solution: answer }])],
    [
      'an object with a list, with a byte order mark',
      'object.json',
      `\ufeff${JSON.stringify({ puzzles: [cells(question)] })}`,
    ],
    ['lines', 'lines.jsonl', `${JSON.stringify({ quiz: question, solution: answer })}\n\n`],
    ['lines in a .json file', 'lines.json', `${JSON.stringify({ quiz: question })}\n`.repeat(1)],
    ['a list in a .txt file', 'list.txt', JSON.stringify([question])],
  ])('%s is read and no ARC task', async (_, name, text) => {
    const source = await open(name, text);
    expect(await readText(source)).toEqual([[question, answer]]);
    expect(await containsTasks(join(folder, name))).toBe(false);
  });

  test('bad puzzles are named by their number or line, and skipped', async () => {
    const bad = { puzzle: '1', solution: answer };
    const good = { puzzle: question, solution: answer };
    const list = JSON.stringify([good, bad, good]);
    await expect(readAll(await open('bad.json', list))).rejects.toThrow(
      'bad.json, puzzle 2: expected a puzzle of type Sudoku 4×4, found one that cannot be read',
    );
    const lines = [good, bad, good].map((each) => JSON.stringify(each)).join('\n');
    const source = await open('bad.jsonl', `${lines}\n{"puzzle": "12\n`, { skipBadRows: true });
    expect(await readAll(source)).toHaveLength(2);
    expect(notes(source)[0]).toMatch(/^2 bad rows skipped, the first: bad\.jsonl, line 2: .*bad\.jsonl, line 4: /u);
  });

  test('of something else stays with the reader of tasks', async () => {
    await writeFile(join(folder, 'task.json'), JSON.stringify({ train: [{ input: [[1]], output: [[1]] }], test: [] }));
    await writeFile(join(folder, 'other.json'), '{"default": {}}');
    for (const name of ['task.json', 'other.json']) expect(await containsTasks(join(folder, name))).toBe(true);
    await expect(openSource(join(folder, 'other.json'))).rejects.toThrow('other.json: expected a list of puzzles');
  });
});

describe('a folder of puzzle files', () => {
  const rows = (text: string) => (text.match(/.{4}/gu) ?? []).join('\n');

  async function createFolder(files: Readonly<Record<string, string>>): Promise<string> {
    const path = await mkdtemp(join(folder, 'files-'));
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
    return path;
  }

  test('is one dataset, with one puzzle or many in a file, in folders too', async () => {
    const path = await createFolder({
      'easy/one.txt': rows(question),
      'easy/two.sdk': `[Puzzle]\n${rows(other)}\n`,
      'hard/many.sdm': `${question}\n${other}\n`,
      'LICENSE.txt': 'You may copy these puzzles.\nAll of them.\n',
      'README.md': 'Puzzles',
    });
    const source = await openSource(path);
    expect(formatEnglish(source.form)).toBe('folder of 3 puzzle files');
    expect(source.counts).toEqual({ train: null });
    expect((await readText(source)).map(([text]) => text)).toEqual([question, other, question, other]);
    expect(notes(source)).toContain('ignored files: LICENSE.txt');
    expect(await containsTasks(path)).toBe(false);
  });

  test('names the file of a bad puzzle, which can be skipped', async () => {
    const path = await createFolder({ 'a/good.txt': rows(question), 'a/bad.txt': rows(question).slice(0, -1) });
    await expect(readAll(await openSource(path))).rejects.toThrow(
      'a/bad.txt, line 1: expected a puzzle of type Sudoku 4×4',
    );
    const source = await openSource(path, undefined, { skipBadRows: true });
    expect(await readText(source)).toEqual([[question, answer]]);
    expect(notes(source)[1]).toMatch(/^1 bad row skipped: a\/bad\.txt, line 1: /u);
  });

  test('holds out the files of a test folder, and tables of other names', async () => {
    const path = await createFolder({
      'train/one.csv': `question,answer\n${question},${answer}\n`,
      'train/two.csv': `quiz;solution\n${question};${answer}\n`,
      'test/three.json': JSON.stringify([other]),
    });
    const source = await openSource(path);
    expect(source.counts).toEqual({ train: null, test: null });
    expect(await readAll(source)).toHaveLength(2);
    expect(await readAll(source, 'test')).toHaveLength(1);
    expect(await containsTasks(path)).toBe(false);
  });

  test('of nonograms skips a bad one', async () => {
    const nonogram = (first: string) => `width 5\nheight 5\nrows\n${first}\n5\n5\n3\n1\n\ncolumns\n2\n4\n4\n4\n2\n`;
    const path = await createFolder({
      'good.non': nonogram('1,1'),
      'wide.non': nonogram('1,1').replace('width 5', 'width 6'),
    });
    const message =
      'wide.non, line 1: expected a puzzle of type Nonogram 5×5, found one that cannot be read (nonograms must be square';
    await expect(readAll(await openSource(path))).rejects.toThrow(message);
    const source = await openSource(path, undefined, { skipBadRows: true });
    expect(await readAll(source)).toHaveLength(1);
    expect(notes(source)[1]).toContain(message);
  });

  test('of ARC tasks stays so beside a text', async () => {
    const task = { train: [{ input: [[1]], output: [[1]] }], test: [{ input: [[1]] }] };
    const path = await createFolder({ 'tasks/a.json': JSON.stringify(task), 'notes.txt': rows(question) });
    expect(await containsTasks(path)).toBe(true);
  });

  test('in UTF-16 is read', async () => {
    const path = await createFolder({});
    await writeFile(join(path, 'one.txt'), Buffer.from(`\ufeff${question}\r\n${other}\r\n`, 'utf16le'));
    expect(await readAll(await openSource(path))).toHaveLength(2);
  });
});

describe('links and folders', () => {
  const table = `question,answer\n${question},${answer}\n`;

  test('a link to a file is followed, in a folder one within it or its Hugging Face cache, but none to outside', async () => {
    await mkdir(join(folder, 'cache', 'blobs'), { recursive: true });
    await writeFile(join(folder, 'cache', 'blobs', 'abc'), table);
    await symlink(join('blobs', 'abc'), join(folder, 'cache', 'train.csv'));
    for (const path of ['cache', join('cache', 'train.csv')])
      expect(await readText(await openSource(join(folder, path)))).toEqual([[question, answer]]);
    const snapshot = join(folder, 'cache', 'snapshots', '1');
    await mkdir(snapshot, { recursive: true });
    await symlink(join('..', '..', 'blobs', 'abc'), join(snapshot, 'train.csv'));
    expect(await readText(await openSource(snapshot))).toEqual([[question, answer]]);
    await mkdir(join(folder, 'trap'));
    await writeFile(join(folder, 'secret'), table);
    await symlink(join('..', 'secret'), join(folder, 'trap', 'train.csv'));
    await expect(openSource(join(folder, 'trap'))).rejects.toThrow(
      'train.csv: expected a regular file, found a link to a file outside of its folder',
    );
  });

  test.each([['train.csv'], ['train.tsv'], ['sudokus.csv']])(
    'JSON files beside %s are ignored and named',
    async (name) => {
      const path = await mkdtemp(join(folder, 'set-'));
      await writeFile(join(path, name), table);
      await writeFile(join(path, 'dataset_infos.json'), '{"default": {}}');
      expect(await containsTasks(path)).toBe(false);
      const source = await openSource(path);
      expect(await readText(source)).toEqual([[question, answer]]);
      expect(notes(source)).toEqual(['ignored files: dataset_infos.json']);
    },
  );
});
