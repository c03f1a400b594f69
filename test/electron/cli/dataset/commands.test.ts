/** `lab dataset`, each command in a process of its own. */
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { datasetSpecs } from '../../../../datasets/catalog';
import { freshFolder } from '../../compute/opened-service';
import { build, lab, start, waitForExit } from '../lab-command';

let folder: string;
beforeAll(async () => {
  folder = await freshFolder();
  await build();
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

const dataset = (...args: string[]) => lab(['dataset', ...args], folder);
async function json(...args: string[]) {
  const { code, stdout, stderr } = await dataset(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

const noProblems = {
  duplicates: 0,
  symmetricCopies: 0,
  contradictory: 0,
  unsolvable: 0,
  severalSolutions: 0,
  undecided: 0,
  inEarlierSplit: 0,
  wrongAnswers: 0,
};

describe('dataset generate', () => {
  test.concurrent.each([
    ['sudoku-9x9', 'sudoku-9x9', ['--difficulty', 'hard']],
    ['maze', 'maze-30', ['--size', '30', '--difficulty', 'extreme']],
    ['queens', 'queens-8', []],
  ])('generates %s without problems or overlap between the splits', async (kind, id, flags) => {
    const out = `set-${kind}`;
    expect(
      await json('generate', '--kind', kind, '--count', '20', '--held-out', '0.25', '--out', out, ...flags),
    ).toMatchObject({ kind: id, train: 15, test: 5 });
    const { form, kind: read, splits } = await json('inspect', out);
    expect([form, read]).toEqual(['reference folder', id]);
    expect(splits).toMatchObject([
      { split: 'train', puzzles: 15, classes: 15, ...noProblems },
      { split: 'test', puzzles: 5, classes: 5, ...noProblems },
    ]);
  });

  test('generates identical files for the same seed', async () => {
    for (const out of ['one', 'two'])
      await json('generate', '--kind', 'maze', '--size', '9', '--count', '12', '--seed', '7', '--out', out);
    const bytes = (out: string) => readFile(join(folder, out, 'train', 'all__inputs.npy'));
    expect((await bytes('one')).equals(await bytes('two'))).toBe(true);
  });
});

describe('import, export and inspect', () => {
  test('a CSV export can be imported again without changes', async () => {
    await json('generate', '--kind', 'sudoku-6x6', '--count', '20', '--out', 'six');
    expect(await json('export', 'six', '--format', 'csv', '--out', 'six-csv')).toMatchObject({ train: 18, test: 2 });
    expect(await readdir(join(folder, 'six-csv'))).toEqual(['test.csv', 'train.csv']);
    expect(await json('import', 'six-csv/train.csv', '--out', 'six-imported', '--held-out', '0')).toMatchObject({
      kind: 'sudoku-6x6',
      written: { train: 18, test: 0 },
    });
    expect(await json('overlap', 'six', 'six-imported')).toEqual({ kind: 'sudoku-6x6', classes: 18, puzzles: 18 });
    const inputs = (out: string) => readFile(join(folder, out, 'train', 'all__inputs.npy'));
    expect((await inputs('six')).equals(await inputs('six-imported'))).toBe(true);
  });

  test('inspect reports puzzles that are in both splits', async () => {
    await writeFile(join(folder, 'shared.csv'), 'question,answer\n.234341221434321,1234341221434321\n');
    await json('import', 'shared.csv', '--out', 'shared', '--held-out', '0');
    // As a folder that was put together by hand.
    await rm(join(folder, 'shared', 'digests.json'));
    await cp(join(folder, 'shared', 'train'), join(folder, 'shared', 'test'), { recursive: true, force: true });
    expect((await json('inspect', 'shared'))['splits']).toMatchObject([
      { split: 'train', inEarlierSplit: 0 },
      { split: 'test', inEarlierSplit: 1 },
    ]);
  });

  test('export --augment adds symmetric copies without new classes', async () => {
    expect(await json('export', 'sudoku-4x4', '--augment', '2', '--out', 'augmented')).toMatchObject({
      train: 3 * 282,
      test: 1000,
    });
    const { splits } = await json('inspect', 'augmented', '--limit', '90');
    expect(splits).toMatchObject([
      { split: 'train', puzzles: 90, classes: 30, duplicates: 0, symmetricCopies: 60 },
      { split: 'test' },
    ]);
  });

  test('import reports problems and keeps the puzzles', async () => {
    const rows = [
      '1234341221434321',
      '.234341221434321',
      '2.34341221434321',
      '11..............',
      '................',
      '123....4........',
    ];
    await writeFile(
      join(folder, 'odd.csv'),
      ['question,answer', ...rows.map((question) => `${question},1234341221434321`)].join('\n'),
    );
    const { kind, splits, written } = await json('import', 'odd.csv', '--dry-run');
    expect({ kind, written }).toEqual({ kind: 'sudoku-4x4', written: null });
    expect(splits).toMatchObject([
      { puzzles: 6, contradictory: 2, severalSolutions: 1, unsolvable: 1, wrongAnswers: 3 },
    ]);
  });

  test('wrong answers are named with their line, and skipped with --skip-bad-rows', async () => {
    await writeFile(
      join(folder, 'wrong.csv'),
      'question,answer\n.234341221434321,1234341221434321\n1.34341221434321,1134341221434321\n12,\n',
    );
    const kept = await dataset('import', 'wrong.csv', '--dry-run');
    expect(kept).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--skip-bad-rows imports the other rows') as string,
    });
    const { notes, splits } = await json('import', 'wrong.csv', '--dry-run', '--skip-bad-rows');
    expect(splits).toMatchObject([{ puzzles: 1, wrongAnswers: 0 }]);
    expect(notes).toEqual([
      expect.stringMatching(
        /^2 bad rows skipped, the first: wrong\.csv, line 3: .*row 1 has 1 more than once.* wrong\.csv, line 4: /u,
      ),
    ]);
    const { notes: inspected } = await json('inspect', 'wrong.csv');
    expect(inspected).toContainEqual(
      expect.stringMatching(/^1 answer breaks the rules and is kept: wrong\.csv, line 3: /u),
    );
  });

  test('Ctrl-C while a file is imported leaves nothing', async () => {
    await writeFile(
      join(folder, 'many.csv'),
      `question,answer\n${'.234341221434321,1234341221434321\n'.repeat(20_000)}`,
    );
    const child = start(['dataset', 'import', 'many.csv', '--out', 'many', '--held-out', '0'], folder);
    const exit = waitForExit(child);
    const listWritten = async () =>
      (await readdir(folder)).filter((name) => name.startsWith('many') && name !== 'many.csv');
    await expect.poll(listWritten, { timeout: 60_000, interval: 20 }).not.toEqual([]);
    child.kill('SIGINT');
    expect(await exit).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Cancelled. Nothing was saved.') as string,
    });
    expect(await listWritten()).toEqual([]);
  }, 120_000);

  test('a generated dataset can be used to train, evaluate and solve', async () => {
    await json(
      'generate',
      '--kind',
      'queens',
      '--size',
      '5',
      '--count',
      '10',
      '--held-out',
      '0.3',
      '--out',
      'few-queens',
    );
    const trained = await lab(
      ['train', '--dataset', 'few-queens', '--max-steps', '3', '--batch-size', '8', '--out', 'queen-model', '--json'],
      folder,
    );
    expect({ code: trained.code, stderr: trained.stderr }).toEqual({ code: 0, stderr: '' });
    const evaluated = await lab(['evaluate', '--model', 'queen-model', '--dataset', 'few-queens', '--json'], folder);
    expect(JSON.parse(evaluated.stdout)).toMatchObject({ count: 3 });
    const solved = await lab(
      ['solve', '--model', 'queen-model', '--puzzle', 'Q......Q......Q.Q......Q.', '--json'],
      folder,
    );
    expect(JSON.parse(solved.stdout)).toMatchObject({ solution: 'Q------Q------Q-Q------Q-' });
  }, 60_000);

  test('train rejects a dataset without a test split', async () => {
    await writeFile(join(folder, 'single.csv'), 'question,answer\n.234341221434321,1234341221434321\n');
    const { code, stderr } = await lab(['train', '--dataset', 'single.csv', '--out', 'none'], folder);
    expect([code, stderr]).toEqual([
      2,
      'error: single.csv: expected puzzles in the test split, found none (import the file to create a dataset with both splits)\n',
    ]);
    expect(await readdir(folder)).not.toContain('none');
  });

  test('list returns the built-in datasets and all kinds', async () => {
    const { sets, kinds } = (await json('list')) as { sets: { id: string }[]; kinds: { id: string }[] };
    expect(sets.map(({ id }) => id)).toEqual(datasetSpecs.map(({ id }) => id));
    expect(kinds.map(({ id }) => id)).toContain('numberlink');
  });
});

describe('custom grids', () => {
  test('are imported with --kind and exported again without rule checks', async () => {
    await writeFile(join(folder, 'own.csv'), 'question,answer\n.a.b..,babbaa\nb.....,bababa\n');
    expect(
      await json('import', 'own.csv', '--kind', 'custom-2x3', '--held-out', '0.5', '--out', 'own-grids'),
    ).toMatchObject({
      kind: 'custom-2x3:.ab',
      splits: [{ puzzles: 2, ...noProblems }],
      written: { train: 1, test: 1 },
    });
    expect(await json('inspect', 'own-grids')).toMatchObject({
      kind: 'custom-2x3:.ab',
      splits: [
        { split: 'train', puzzles: 1, ...noProblems },
        { split: 'test', puzzles: 1, ...noProblems },
      ],
    });
    await json('export', 'own-grids', '--format', 'csv', '--out', 'own-csv');
    const rows = (
      await Promise.all(['train', 'test'].map((split) => readFile(join(folder, 'own-csv', `${split}.csv`), 'utf8')))
    ).flatMap((text) => text.split('\n').slice(1, -1));
    expect(rows.map((row) => row.split(',').slice(1, 3).join(',')).sort()).toEqual(['.a.b..,babbaa', 'b.....,bababa']);
    expect(await json('inspect', 'own-csv', '--kind', 'custom-2x3')).toMatchObject({
      form: 'folder of CSV files',
      kind: 'custom-2x3:.ab',
    });
  });

  test('of different sizes are rejected with the line number', async () => {
    await writeFile(join(folder, 'ragged.csv'), 'question,answer\nab,ba\nabc,cba\n');
    const { code, stderr } = await dataset('import', 'ragged.csv', '--kind', 'custom', '--out', 'new');
    expect([code, stderr]).toEqual([2, 'error: ragged.csv, line 3, question: expected 2 cells, as before, found 3\n']);
  });
});

describe('ARC tasks', () => {
  test('are generated in the reference format, identical for the same seed', async () => {
    for (const out of ['arc-one', 'arc-two'])
      expect(
        await json('generate', '--kind', 'arc', '--augment', '3', '--held-out', '0.5', '--seed', '5', '--out', out),
      ).toMatchObject({ tasks: 24, setAside: 12, puzzles: 96 });
    for (const file of ['identifiers.json', 'test_puzzles.json', 'train/all__inputs.npy', 'test/all__labels.npy']) {
      const [one, two] = await Promise.all(['arc-one', 'arc-two'].map((out) => readFile(join(folder, out, file))));
      expect(one!.equals(two!)).toBe(true);
    }
    expect(JSON.parse(await readFile(join(folder, 'arc-one', 'identifiers.json'), 'utf8'))).toHaveLength(97);
  });

  test('are imported on a smaller canvas if they fit there', async () => {
    const task = (side: number) => {
      const row = Array.from({ length: side }, () => 1);
      return { train: [{ input: [row], output: [[2]] }], test: [{ input: [row], output: [[2]] }] };
    };
    await writeFile(join(folder, 'small.json'), JSON.stringify(task(10)));
    expect(await json('import', 'small.json', '--kind', 'arc-10', '--out', 'small')).toMatchObject({ kind: 'arc-10' });
    expect(await json('inspect', 'small')).toMatchObject({ kind: 'arc-10' });
    await writeFile(join(folder, 'wide.json'), JSON.stringify(task(11)));
    const { code, stderr } = await dataset('import', 'wide.json', '--kind', 'arc-10', '--out', 'wide');
    expect([code, stderr]).toEqual([1, 'error: task wide has a grid of 1×11, larger than the canvas of 10×10\n']);
  });

  test('are exported as task files, which import as the same tasks', async () => {
    const pair = (input: number[][], output: number[][]) => ({ input, output });
    const task = (colour: number) => ({
      train: [pair([[colour]], [[1, colour]]), pair([[colour, 2]], [[3], [colour]])],
      test: [pair([[4, colour, 0]], [[colour, colour]])],
    });
    const tasks = Object.fromEntries([1, 2, 5, 7].map((colour) => [`task/${colour}`, task(colour)]));
    await writeFile(join(folder, 'named.json'), JSON.stringify(tasks));
    await json('import', 'named.json', '--augment', '2', '--held-out', '0.5', '--out', 'named');
    expect(await json('export', 'named', '--format', 'tasks', '--out', 'named-tasks')).toMatchObject({
      train: 8,
      test: 4,
    });
    const written = await readdir(join(folder, 'named-tasks'), { recursive: true });
    expect(
      written
        .filter((name) => name.endsWith('.json'))
        .map((name) => name.replace(/^\w+./u, ''))
        .sort(),
    ).toEqual([1, 2, 5, 7].map((colour) => `task%2F${colour}.json`));
    expect(await json('overlap', 'named.json', 'named-tasks')).toMatchObject({ tasks: 4 });
    expect(await json('export', 'named', '--format', 'csv', '--out', 'named-csv')).toMatchObject({
      notes: [expect.stringContaining('CSV files do not keep the task names') as string],
    });
    expect(await dataset('export', 'sudoku-4x4', '--format', 'tasks', '--out', 'none')).toMatchObject({
      code: 1,
      stderr: 'error: only imported datasets of ARC tasks can be exported as task files\n',
    });
  });

  test('are imported with their solutions; an invalid color is rejected', async () => {
    const pair = { input: [[1, 2]], output: [[2, 1]] };
    await writeFile(
      join(folder, 'own_challenges.json'),
      JSON.stringify({ swap: { train: [pair], test: [{ input: [[3, 4]] }] } }),
    );
    await writeFile(join(folder, 'own_solutions.json'), JSON.stringify({ swap: [[[4, 3]]] }));
    expect(await json('import', 'own_challenges.json', '--held-out', '1', '--out', 'own')).toMatchObject({
      tasks: 1,
      pairs: 2,
      written: { setAside: 1 },
    });
    expect(JSON.parse(await readFile(join(folder, 'own', 'test_puzzles.json'), 'utf8'))).toEqual({
      swap: { train: [pair], test: [{ input: [[3, 4]], output: [[4, 3]] }] },
    });
    await writeFile(
      join(folder, 'wrong.json'),
      JSON.stringify({ train: [{ input: [[1, 12]], output: [[1]] }], test: [pair] }),
    );
    const { code, stderr } = await dataset('import', 'wrong.json', '--out', 'new');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: wrong\.json[^\n]*found 12\n$/u);
    expect(await readdir(folder)).not.toContain('new');
  });
});

describe('--help lists every kind once', () => {
  test.concurrent.each([
    ['generate', 'sudoku-4x4, sudoku-6x6, sudoku-9x9, maze, nonogram, queens, numberlink, arc'],
    [
      'import',
      'sudoku-4x4, sudoku-6x6, sudoku-9x9, maze-5 to maze-30, nonogram-4 to nonogram-10, queens-4 to queens-12, numberlink-4 to numberlink-7, arc-10, arc, custom, custom-<rows>x<columns>:<characters>',
    ],
  ])('%s', async (command, kinds) => {
    const { code, stdout } = await dataset(command, '--help');
    const help = stdout.replace(/\s+/gu, ' ');
    expect(code).toBe(0);
    expect(help).toContain(`: ${kinds} --`);
  });
});

describe('usage errors print one line, exit with code 2 and write nothing', () => {
  test.concurrent.each<[string, readonly string[], string]>([
    [
      'an unknown kind',
      ['generate', '--kind', 'chess', '--out', 'new'],
      'unknown puzzle type “chess”; known: sudoku-4x4',
    ],
    [
      'a kind that cannot be generated',
      ['generate', '--kind', 'custom', '--out', 'new'],
      'custom cannot be generated; choose one of sudoku-4x4, sudoku-6x6, sudoku-9x9, maze, nonogram, queens, numberlink, arc',
    ],
    [
      'a custom grid to generate',
      ['generate', '--kind', 'custom-3x3:.ab', '--out', 'new'],
      'custom-3x3:.ab cannot be generated',
    ],
    [
      'a size outside the range of the kind',
      ['generate', '--kind', 'maze', '--size', '40', '--out', 'new'],
      'maze: --size must be 5–30, got 40',
    ],
    [
      'a size for a kind of fixed size',
      ['generate', '--kind', 'sudoku-9x9', '--size', '9', '--out', 'new'],
      'sudoku-9x9 has a fixed size; omit --size',
    ],
    [
      'an unknown difficulty',
      ['generate', '--kind', 'maze', '--difficulty', 'x', '--out', 'new'],
      'Maze 11×11 has no difficulty “x”; known: easy, medium, and hard',
    ],
    [
      'a missing dataset',
      ['inspect', 'nothing'],
      'nothing: expected a dataset: an id, a folder, or a file of puzzles (.csv, .tsv, .txt, .sdk, .sdm, .ss, .non, .json), found nothing with this name',
    ],
    [
      'datasets of different kinds',
      ['overlap', 'sudoku-4x4', 'sudoku-6x6'],
      'only datasets of the same puzzle type can be compared',
    ],
    [
      '--augment for CSV',
      ['export', 'sudoku-4x4', '--format', 'csv', '--augment', '2', '--out', 'new'],
      '--augment requires --format reference',
    ],
    [
      'an import without --out',
      ['import', 'sudoku-4x4'],
      'choose --out <folder> to import, or --dry-run for the report only',
    ],
    [
      'a fraction above 1',
      ['generate', '--kind', 'maze', '--held-out', '2', '--out', 'new'],
      'expected a fraction from 0 to 1',
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await dataset(...args);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(await readdir(folder)).not.toContain('new');
  });

  test('generate writes nothing if there are too few classes', async () => {
    const { code, stderr } = await dataset(
      'generate',
      '--kind',
      'queens',
      '--size',
      '4',
      '--count',
      '50',
      '--out',
      'new',
    );
    expect([code, stderr]).toEqual([1, 'error: found only 1 of 50 essentially different puzzles of type Queens 4×4\n']);
    expect(await readdir(folder)).not.toContain('new');
  });
});
