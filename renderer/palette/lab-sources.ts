/** The commands that are there in every room, made of what the lab has at the moment. */
import type { Dataset, Model, Run } from '../../electron/contract';
import { keyWords } from '../shortcuts/keys';
import type { Datasets } from '../state/datasets.svelte';
import type { Facts } from '../state/facts.svelte';
import { valueOf } from '../state/loaded';
import type { ModelsRoom } from '../state/models-room.svelte';
import type { Navigation } from '../state/navigation.svelte';
import type { CommandSource } from '../state/palette.svelte';
import type { Presenter } from '../state/presenter.svelte';
import type { Settings } from '../state/settings.svelte';
import type { Theme } from '../state/theme.svelte';
import { textSizes } from '../../electron/preferences';
import type { Command } from './command';
import { datasetCommands, modelCommands, puzzleCommands, roomCommands, runCommands, type PuzzleAddress } from './lab-commands';

export interface LabParts {
  readonly facts: Facts;
  readonly navigation: Navigation;
  readonly datasets: Datasets;
  readonly models: ModelsRoom;
  readonly settings: Settings;
  readonly theme: Theme;
  readonly presenter: Presenter;
  readonly newTraining: () => void;
  readonly trainOn: (dataset: string) => void;
  readonly randomPuzzle: () => void;
  readonly watchModel: (model: Model) => void;
  readonly openRun: (run: Run) => void;
  readonly nameOfRun: (run: Run) => string;
  readonly openPuzzle: (address: PuzzleAddress) => Promise<void>;
  readonly openKeys: () => void;
  readonly copyDiagnostics: () => Promise<void>;
}

export function labSources(lab: LabParts): readonly CommandSource[] {
  const { facts, navigation } = lab;
  return [
    () => roomCommands((room) => navigation.go(room)),
    () => actionCommands(lab),
    () => lookCommands(lab),
    (query) => puzzleCommands(query, valueOf(facts.datasets) ?? [], lab.openPuzzle),
    () => modelCommands(valueOf(facts.models) ?? [], { onwatch: lab.watchModel, oncard: (model) => showCard(lab, model) }),
    () => datasetCommands(valueOf(facts.datasets) ?? [], { onopen: (set) => showSet(lab, set), ontrain: ({ id }) => lab.trainOn(id) }),
    () => runCommands(valueOf(facts.runs) ?? [], { nameOf: lab.nameOfRun, onopen: lab.openRun }),
  ];
}

function showCard({ models, navigation }: LabParts, model: Model): void {
  models.choose(model.id);
  navigation.go('models');
}

function showSet({ datasets, navigation }: LabParts, set: Dataset): void {
  datasets.open(set);
  navigation.go('datasets');
}

function actionCommands(lab: LabParts): Command[] {
  const { datasets, models, navigation } = lab;
  const inRoom = (room: Parameters<Navigation['go']>[0], work: () => void | Promise<void>) => () => {
    navigation.go(room);
    return work();
  };
  const command = (id: string, title: string, words: string, run: Command['run'], hint?: string): Command => ({ id: `do/${id}`, title, group: 'Do', words, run, ...(hint && { hint }) });
  return [
    command('train', 'New training', 'train learn start run', lab.newTraining),
    command('puzzle', 'Random puzzle', 'solve watch another', lab.randomPuzzle),
    command('generate', 'Generate puzzles', 'data set make new', inRoom('datasets', () => void (datasets.panel = 'generate'))),
    command('import-set', 'Import puzzles from a file', 'data set csv arc open', inRoom('datasets', () => datasets.chooseFile('file'))),
    command('import-folder', 'Import puzzles from a folder', 'data set arc open', inRoom('datasets', () => datasets.chooseFile('folder'))),
    command('import-model', 'Import a model', 'checkpoint pt safetensors open', inRoom('models', () => models.chooseFile('file'))),
    command('diagnostics', 'Copy diagnostics', 'problem report versions help', lab.copyDiagnostics),
    command('keys', 'Keys', 'shortcuts keyboard help', lab.openKeys, '?'),
  ];
}

function lookCommands({ theme, presenter, settings }: LabParts): Command[] {
  const { textSize } = settings.values;
  const at = textSizes.indexOf(textSize);
  const command = (id: string, title: string, words: string, run: () => void, hint?: string): Command => ({ id: `look/${id}`, title, group: 'Look', words, run, ...(hint && { hint }) });
  const larger = textSizes[at + 1];
  const smaller = textSizes[at - 1];
  return [
    command('presenter', presenter.isOn ? 'Leave presenter mode' : 'Presenter mode', 'teach class large projector', () => presenter.toggle(), keyWords('F5')),
    ...(theme.choice === 'dark' ? [] : [command('dark', 'Dark theme', 'colours night', () => theme.choose('dark'))]),
    ...(theme.choice === 'light' ? [] : [command('light', 'Light theme', 'colours day', () => theme.choose('light'))]),
    ...(theme.choice === 'system' ? [] : [command('system', 'Theme of the system', 'colours', () => theme.choose('system'))]),
    ...(larger ? [command('larger', 'Larger text', `size zoom ${larger} %`, () => void settings.change({ textSize: larger }), keyWords('Mod+Plus'))] : []),
    ...(smaller ? [command('smaller', 'Smaller text', `size zoom ${smaller} %`, () => void settings.change({ textSize: smaller }), keyWords('Mod+-'))] : []),
  ];
}
