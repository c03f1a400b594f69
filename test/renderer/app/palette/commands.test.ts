import { expect, test, vi } from 'vitest';
import {
  activeRunCommands,
  datasetCommands,
  findAddress,
  linkCommands,
  puzzleCommands,
  runCommands,
  viewCommands,
} from '../../../../renderer/app/palette/commands';
import { views } from '../../../../renderer/app/views';
import { formatText } from '../../../../renderer/messages/language.svelte';
import { dataset, run } from '../../examples';

const size = (puzzles: number) => ({ puzzles, classes: null });

test('every view has a command with its shortcut', () => {
  const go = vi.fn();
  const commands = viewCommands(views, go);
  expect(commands.map(({ title, hint }) => `${formatText(title)} ${hint}`)).toEqual([
    'Home Ctrl + 1',
    'Datasets Ctrl + 2',
    'Train Ctrl + 3',
    'Solve Ctrl + 4',
    'Models Ctrl + 5',
    'Experiments Ctrl + 6',
    'Settings Ctrl + 7',
  ]);
  void commands[6]!.run();
  expect(go).toHaveBeenCalledWith('settings');
});

test.each([
  ['sudoku-4x4/test/17', { dataset: 'sudoku-4x4', split: 'test', index: 17 }],
  ['  sudoku-4x4/train/0 ', { dataset: 'sudoku-4x4', split: 'train', index: 0 }],
  ['sudoku-4x4/test/1000', null],
  ['sudoku-4x4/both/1', null],
  ['mazes/test/1', null],
  ['sudoku-4x4/test/-1', null],
  ['sudoku-4x4/test/', null],
])('findAddress of "%s" returns %j', (text, address) => {
  expect(findAddress(text, [dataset()])).toEqual(address);
  expect(puzzleCommands(text, [dataset()], () => undefined)).toHaveLength(address ? 1 : 0);
});

test('unreadable datasets and datasets without a test set have no Train command', () => {
  const on = { onopen: vi.fn(), ontrain: vi.fn(), onexport: vi.fn() };
  expect(datasetCommands([dataset()], on).map(({ title }) => formatText(title))).toEqual([
    'Open Sudoku 4×4',
    'Train on Sudoku 4×4',
    'Export Sudoku 4×4',
  ]);
  expect(
    datasetCommands([dataset({ problem: 'torn' }), dataset({ test: size(0) })], on).map(({ title }) =>
      formatText(title),
    ),
  ).toEqual(['Open Sudoku 4×4', 'Open Sudoku 4×4', 'Export Sudoku 4×4']);
});

test('run commands have the state and seed of the run as a hint', () => {
  const [command] = runCommands([run({ seed: 7, state: 'finished' })], {
    getRunName: () => 'Sudoku 4×4, classroom',
    onopen: () => undefined,
  });
  expect(command).toMatchObject({ title: 'Sudoku 4×4, classroom', hint: 'finished, seed 7', group: 'runs' });
});

test.each([
  ['running', ['Pause Newspaper', 'Stop Newspaper']],
  ['paused', ['Resume Newspaper', 'Stop Newspaper']],
] as const)('the commands for a run that is %s are %j', (state, titles) => {
  const oncontrol = vi.fn();
  const active = run({ state });
  const commands = activeRunCommands(active, { getRunName: () => 'Newspaper', oncontrol });
  expect(commands.map(({ title }) => formatText(title))).toEqual(titles);
  void commands[1]?.run();
  expect(oncontrol).toHaveBeenCalledWith(active, 'stop');
  expect(activeRunCommands(null, { getRunName: () => '', oncontrol })).toEqual([]);
});

test('a link is opened at its position', () => {
  const onopen = vi.fn();
  const [command] = linkCommands('trm-puzzle-lab://solve/nine/@3,16/sudoku-9x9/test/5', [{ id: 'solve' }], onopen);
  void command?.run();
  expect(onopen).toHaveBeenCalledWith({ view: 'solve', subpath: 'nine/@3,16/sudoku-9x9/test/5' });
  expect(linkCommands('solve/nine', [{ id: 'solve' }], onopen)).toEqual([]);
});
