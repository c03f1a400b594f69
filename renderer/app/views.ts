/** The registered views, in the order of the sidebar. A new view is its folder under `features/` and one entry here. */
import Boxes from '@lucide/svelte/icons/boxes';
import CirclePlay from '@lucide/svelte/icons/circle-play';
import Grid3x3 from '@lucide/svelte/icons/grid-3x3';
import House from '@lucide/svelte/icons/house';
import Settings from '@lucide/svelte/icons/settings';
import Spline from '@lucide/svelte/icons/spline';
import { DatasetsState } from '../features/datasets/datasets.svelte';
import DatasetsView from '../features/datasets/DatasetsView.svelte';
import { Demo } from '../features/home/demo.svelte';
import HomeView from '../features/home/HomeView.svelte';
import { ModelsState } from '../features/models/models.svelte';
import ModelsView from '../features/models/ModelsView.svelte';
import { DataFolder } from '../features/settings/data-folder.svelte';
import { Diagnostics } from '../features/settings/diagnostics.svelte';
import SettingsView from '../features/settings/SettingsView.svelte';
import { solveKeys } from '../features/solve/solve-keys';
import { SolveState } from '../features/solve/solve.svelte';
import SolveView from '../features/solve/SolveView.svelte';
import { trainKeys } from '../features/train/charts/chart-view.svelte';
import { TrainState } from '../features/train/train.svelte';
import TrainView from '../features/train/TrainView.svelte';
import type { AppState } from './app-state.svelte';
import { actionCommand } from './palette/commands';
import { formatKeys } from './shortcuts/shortcuts';
import { defineView, viewContent, type ViewDefinition } from './view-definition';

export const homeView = defineView({
  id: 'home',
  label: 'Home',
  icon: House,
  shortcut: 'Mod+1',
  presenterParts: [
    { part: 'action-cards', name: 'the three doors' },
    { part: 'runs', name: 'recent trainings' },
    { part: 'devices', name: 'this machine' },
  ],
  createState: ({ compute, catalog, motion }) => new Demo(compute, catalog, motion),
  content: (demo, { catalog, devices, presenter, navigation }, actions) =>
    viewContent(HomeView, {
      demo,
      catalog,
      devices,
      presenter,
      onwatch: () => actions.watchDemo(),
      ontrain: () => navigation.go(trainView.id),
      oninspect: () => actions.inspectDemo(),
      onrun: (run) => actions.openRun(run),
      onsettings: () => navigation.go(settingsView.id),
    }),
  onConnect: (demo, isReconnect) => {
    if (isReconnect) demo.retry();
  },
});

export const datasetsView = defineView({
  id: 'datasets',
  label: 'Datasets',
  icon: Grid3x3,
  shortcut: 'Mod+2',
  keys: [
    { keys: 'Arrow keys', description: 'from puzzle to puzzle in the gallery' },
    { keys: 'Home, End, Page up, Page down', description: 'far through the gallery' },
  ],
  createState: ({ compute, catalog, host, notifications }) => new DatasetsState(compute, catalog, host, notifications),
  content: (datasets, { navigation, theme }, actions) =>
    viewContent(DatasetsView, {
      datasets,
      navigation,
      get theme() {
        return theme.resolved;
      },
      onsolve: (kind, row) => actions.solvePuzzle(kind, row),
      ontrain: (dataset) => actions.train(dataset),
    }),
  onConnect: (datasets) => void datasets.read(),
  commands: (datasets, app) => [
    actionCommand('generate', 'Generate puzzles', {
      words: 'data set make new',
      run: inView(app, 'datasets', () => void (datasets.panel = 'generate')),
    }),
    actionCommand('import-set', 'Import puzzles from a file', {
      words: 'data set csv arc open',
      run: inView(app, 'datasets', () => datasets.chooseFile('file')),
    }),
    actionCommand('import-folder', 'Import puzzles from a folder', {
      words: 'data set arc open',
      run: inView(app, 'datasets', () => datasets.chooseFile('folder')),
    }),
  ],
});

export const trainView = defineView({
  id: 'train',
  label: 'Train',
  icon: Spline,
  shortcut: 'Mod+3',
  keys: trainKeys.map(({ keys, description }) => ({ keys: formatKeys(keys), description })),
  presenterParts: [
    { part: 'losses', name: 'losses and further charts' },
    { part: 'stats', name: 'figures beside the charts' },
  ],
  createState: ({ compute, catalog, host, notifications }) => new TrainState(compute, catalog, host, notifications),
  content: (trainState, { catalog, devices, navigation, theme, compute }, actions) =>
    viewContent(TrainView, {
      trainState,
      catalog,
      devices,
      navigation,
      get theme() {
        return theme.resolved;
      },
      get connected() {
        return compute.state.state === 'ready';
      },
      onwatch: (model) => actions.watchModel(model),
    }),
  onConnect: (trainState) => trainState.attach(),
  badge: ({ catalog }) => (catalog.activeRun?.state === 'running' ? 'a training is running' : null),
  commands: (_training, _app, actions) => [
    actionCommand('train', 'New training', { words: 'train learn start run', run: () => actions.train() }),
  ],
});

export const solveView = defineView({
  id: 'solve',
  label: 'Solve',
  icon: CirclePlay,
  shortcut: 'Mod+4',
  keys: solveKeys,
  presenterParts: [
    { part: 'confidence', name: 'how sure each cell is' },
    { part: 'halting', name: 'halting' },
    { part: 'change', name: 'change of the latent' },
    { part: 'latent', name: 'path of the latent' },
    { part: 'attention', name: 'attention' },
    { part: 'classical-solver', name: 'the classical solver' },
  ],
  createState: ({ compute, catalog, motion }) => new SolveState(compute, catalog, motion),
  content: (solveState, { navigation, catalog, theme }) =>
    viewContent(SolveView, {
      solveState,
      navigation,
      catalog,
      get theme() {
        return theme.resolved;
      },
      ontrain: () => navigation.go(trainView.id),
    }),
  commands: (_solving, _app, actions) => [
    actionCommand('puzzle', 'Random puzzle', { words: 'solve watch another', run: () => actions.openRandomPuzzle() }),
  ],
});

export const modelsView = defineView({
  id: 'models',
  label: 'Models',
  icon: Boxes,
  shortcut: 'Mod+5',
  createState: ({ compute, catalog, host, notifications }) => new ModelsState(compute, catalog, host, notifications),
  content: (models, { catalog, navigation }, actions) =>
    viewContent(ModelsView, {
      models,
      catalog,
      onwatch: (task) => actions.watch(task),
      onfinetune: (model) => actions.fineTune(model),
      ontrain: () => navigation.go(trainView.id),
      ondatasets: () => navigation.go(datasetsView.id),
    }),
  commands: (models, app) => [
    actionCommand('import-model', 'Import a model', {
      words: 'checkpoint pt safetensors open',
      run: inView(app, 'models', () => models.chooseFile('file')),
    }),
  ],
});

export const settingsView = defineView({
  id: 'settings',
  label: 'Settings',
  icon: Settings,
  shortcut: 'Mod+6',
  createState: ({ compute, host, notifications, catalog, devices }) => ({
    dataFolder: new DataFolder(compute, host, notifications),
    diagnostics: new Diagnostics({ host, compute, catalog, devices }),
  }),
  content: ({ dataFolder, diagnostics }, app) =>
    viewContent(SettingsView, {
      views: app.views,
      settings: app.settings,
      theme: app.theme,
      presenter: app.presenter,
      devices: app.devices,
      catalog: app.catalog,
      notifications: app.notifications,
      dataFolder,
      diagnostics,
      get subpath() {
        return app.navigation.subpath;
      },
    }),
  commands: (_state, _app, actions) => [
    actionCommand('diagnostics', 'Copy diagnostics', {
      words: 'problem report versions help',
      run: () => actions.openDiagnostics(),
    }),
  ],
});

export const views: readonly ViewDefinition[] = [
  homeView,
  datasetsView,
  trainView,
  solveView,
  modelsView,
  settingsView,
];

/** Shows the view, then does the work. */
function inView(app: AppState, view: string, work: () => void | Promise<void>) {
  return (): void | Promise<void> => {
    app.navigation.go(view);
    return work();
  };
}
