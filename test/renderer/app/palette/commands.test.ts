import { expect, test, vi } from 'vitest';
import {
  datasetCommands,
  findAddress,
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
    'Settings Ctrl + 6',
  ]);
  void commands[5]!.run();
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
  const on = { onopen: vi.fn(), ontrain: vi.fn() };
  expect(datasetCommands([dataset()], on).map(({ title }) => formatText(title))).toEqual([
    'Open Sudoku 4×4',
    'Train on Sudoku 4×4',
  ]);
  expect(
    datasetCommands([dataset({ problem: 'torn' }), dataset({ test: size(0) })], on).map(({ title }) =>
      formatText(title),
    ),
  ).toEqual(['Open Sudoku 4×4', 'Open Sudoku 4×4']);
});

test('run commands have the state and seed of the run as a hint', () => {
  const [command] = runCommands([run({ seed: 7, state: 'finished' })], {
    getRunName: () => 'Sudoku 4×4, classroom',
    onopen: () => undefined,
  });
  expect(command).toMatchObject({ title: 'Sudoku 4×4, classroom', hint: 'finished, seed 7', group: 'runs' });
});
