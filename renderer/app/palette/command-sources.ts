/** The commands that are there in every room, made of what the lab has at the moment. */
import type { Dataset, Model } from '../../../electron/contract/contract';
import { textSizes } from '../../../electron/contract/preferences';
import { keyWords } from '../shortcuts/keys';
import type { Lab } from '../lab.svelte';
import { valueOf } from '../loaded';
import type { Navigation } from '../navigation.svelte';
import type { CommandSource } from './palette.svelte';
import type { Ways } from '../app-actions.svelte';
import type { Command } from './command';
import { datasetCommands, modelCommands, puzzleCommands, roomCommands, runCommands } from './app-commands';

export function labSources(lab: Lab, ways: Ways, openKeys: () => void): readonly CommandSource[] {
  const { facts, navigation } = lab;
  return [
    () => roomCommands((room) => navigation.go(room)),
    () => actionCommands(lab, ways, openKeys),
    () => lookCommands(lab),
    (query) => puzzleCommands(query, valueOf(facts.datasets) ?? [], (address) => ways.openPuzzle(address)),
    () =>
      modelCommands(valueOf(facts.models) ?? [], {
        onwatch: (model) => ways.watch({ model }),
        oncard: (model) => showCard(lab, model),
      }),
    () =>
      datasetCommands(valueOf(facts.datasets) ?? [], {
        onopen: (set) => showSet(lab, set),
        ontrain: ({ id }) => ways.train(id),
      }),
    () =>
      runCommands(valueOf(facts.runs) ?? [], {
        nameOf: (run) => facts.nameOf(run),
        onopen: (run) => ways.openRun(run),
      }),
  ];
}

function showCard({ models, navigation }: Lab, model: Model): void {
  models.choose(model.id);
  navigation.go('models');
}

function showSet({ datasets, navigation }: Lab, set: Dataset): void {
  datasets.open(set);
  navigation.go('datasets');
}

function actionCommands({ datasets, models, navigation }: Lab, ways: Ways, openKeys: () => void): Command[] {
  const inRoom = (room: Parameters<Navigation['go']>[0], work: () => void | Promise<void>) => () => {
    navigation.go(room);
    return work();
  };
  const command = (id: string, title: string, words: string, run: Command['run'], hint?: string): Command => ({
    id: `do/${id}`,
    title,
    group: 'Do',
    words,
    run,
    ...(hint && { hint }),
  });
  return [
    command('train', 'New training', 'train learn start run', () => ways.train()),
    command('puzzle', 'Random puzzle', 'solve watch another', () => ways.randomPuzzle()),
    command(
      'generate',
      'Generate puzzles',
      'data set make new',
      inRoom('datasets', () => void (datasets.panel = 'generate')),
    ),
    command(
      'import-set',
      'Import puzzles from a file',
      'data set csv arc open',
      inRoom('datasets', () => datasets.chooseFile('file')),
    ),
    command(
      'import-folder',
      'Import puzzles from a folder',
      'data set arc open',
      inRoom('datasets', () => datasets.chooseFile('folder')),
    ),
    command(
      'import-model',
      'Import a model',
      'checkpoint pt safetensors open',
      inRoom('models', () => models.chooseFile('file')),
    ),
    command('diagnostics', 'Copy diagnostics', 'problem report versions help', () => ways.toDiagnostics()),
    command('keys', 'Keys', 'shortcuts keyboard help', openKeys, '?'),
  ];
}

function lookCommands({ theme, presenter, settings }: Lab): Command[] {
  const { textSize } = settings.values;
  const at = textSizes.indexOf(textSize);
  const command = (id: string, title: string, words: string, run: () => void, hint?: string): Command => ({
    id: `look/${id}`,
    title,
    group: 'Look',
    words,
    run,
    ...(hint && { hint }),
  });
  const larger = textSizes[at + 1];
  const smaller = textSizes[at - 1];
  return [
    command(
      'presenter',
      presenter.isOn ? 'Leave presenter mode' : 'Presenter mode',
      'teach class large projector',
      () => presenter.toggle(),
      keyWords('F5'),
    ),
    ...(theme.choice === 'dark' ? [] : [command('dark', 'Dark theme', 'colours night', () => theme.choose('dark'))]),
    ...(theme.choice === 'light' ? [] : [command('light', 'Light theme', 'colours day', () => theme.choose('light'))]),
    ...(theme.choice === 'system'
      ? []
      : [command('system', 'Theme of the system', 'colours', () => theme.choose('system'))]),
    ...(larger
      ? [
          command(
            'larger',
            'Larger text',
            `size zoom ${larger} %`,
            () => void settings.change({ textSize: larger }),
            keyWords('Mod+Plus'),
          ),
        ]
      : []),
    ...(smaller
      ? [
          command(
            'smaller',
            'Smaller text',
            `size zoom ${smaller} %`,
            () => void settings.change({ textSize: smaller }),
            keyWords('Mod+-'),
          ),
        ]
      : []),
  ];
}
