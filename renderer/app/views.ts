/** The registered views, in the order of the sidebar. A new view is its folder under `features/` and one entry here. */
import Boxes from '@lucide/svelte/icons/boxes';
import CirclePlay from '@lucide/svelte/icons/circle-play';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Grid3x3 from '@lucide/svelte/icons/grid-3x3';
import House from '@lucide/svelte/icons/house';
import Settings from '@lucide/svelte/icons/settings';
import Spline from '@lucide/svelte/icons/spline';
import { DatasetsState } from '../features/datasets/datasets.svelte';
import DatasetsView from '../features/datasets/DatasetsView.svelte';
import { ExperimentsState } from '../features/experiments/experiments.svelte';
import ExperimentsView from '../features/experiments/ExperimentsView.svelte';
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
import { trainKeys } from '../features/train/charts/chart-keys';
import { TrainState } from '../features/train/train.svelte';
import TrainView from '../features/train/TrainView.svelte';
import { t } from '../messages/language.svelte';
import { message } from '../messages/message';
import type { AppState } from './app-state.svelte';
import { actionCommand } from './palette/commands';
import { defineView, viewContent, type ViewDefinition } from './view-definition';

export const homeView = defineView({
  id: 'home',
  label: 'views.home',
  icon: House,
  shortcut: 'Mod+1',
  presenterSections: [
    { id: 'action-cards', name: 'presenter.sections.actionCards' },
    { id: 'runs', name: 'presenter.sections.recentRuns' },
    { id: 'devices', name: 'presenter.sections.devices' },
  ],
  createState: ({ compute, catalog, motion }) => new Demo(compute, catalog, motion),
  content: (demo, { catalog, devices, presenter, navigation, theme }, actions) =>
    viewContent(HomeView, {
      demo,
      catalog,
      devices,
      presenter,
      get theme() {
        return theme.resolved;
      },
      onsolve: () => actions.openDemo(),
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
  label: 'views.datasets',
  icon: Grid3x3,
  shortcut: 'Mod+2',
  keys: () => [
    { keys: t('shortcuts.arrowKeys'), description: t('shortcuts.galleryMove') },
    { keys: t('shortcuts.pagingKeys'), description: t('shortcuts.galleryJump') },
  ],
  createState: ({ compute, catalog, mainApi, notifications }) =>
    new DatasetsState(compute, catalog, mainApi, notifications),
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
    actionCommand('generate', message('palette.generatePuzzles'), {
      keywords: [message('palette.keywords.generate')],
      run: inView(app, 'datasets', () => void (datasets.panel = 'generate')),
    }),
    actionCommand('import-set', message('palette.importPuzzleFile'), {
      keywords: [message('palette.keywords.importFile')],
      run: inView(app, 'datasets', () => datasets.chooseFile('file')),
    }),
    actionCommand('import-folder', message('palette.importPuzzleFolder'), {
      keywords: [message('palette.keywords.importFolder')],
      run: inView(app, 'datasets', () => datasets.chooseFile('folder')),
    }),
  ],
});

export const trainView = defineView({
  id: 'train',
  label: 'views.train',
  icon: Spline,
  shortcut: 'Mod+3',
  keys: trainKeys,
  presenterSections: [
    { id: 'losses', name: 'presenter.sections.losses' },
    { id: 'stats', name: 'presenter.sections.stats' },
  ],
  createState: ({ compute, catalog, mainApi, notifications }) =>
    new TrainState(compute, catalog, mainApi, notifications),
  content: (trainState, { catalog, devices, navigation, theme }, actions) =>
    viewContent(TrainView, {
      trainState,
      catalog,
      devices,
      navigation,
      get theme() {
        return theme.resolved;
      },
      get connected() {
        return catalog.hasCurrentRuns;
      },
      onsolve: (model) => actions.openModelInSolve(model),
      onsolvepuzzle: (task) => actions.openInSolve(task),
    }),
  onConnect: (trainState) => trainState.attach(),
  badge: ({ catalog }) => (catalog.activeRun?.state === 'running' ? t('views.runBadge') : null),
  commands: (_training, _app, actions) => [
    actionCommand('train', message('palette.newRun'), {
      keywords: [message('palette.keywords.newRun')],
      run: () => actions.train(),
    }),
  ],
});

export const solveView = defineView({
  id: 'solve',
  label: 'views.solve',
  icon: CirclePlay,
  shortcut: 'Mod+4',
  keys: solveKeys,
  presenterSections: [
    { id: 'confidence', name: 'presenter.sections.confidence' },
    { id: 'halting', name: 'presenter.sections.halting' },
    { id: 'change', name: 'presenter.sections.latentChange' },
    { id: 'latent', name: 'presenter.sections.latentPath' },
    { id: 'attention', name: 'presenter.sections.attention' },
    { id: 'classical-solver', name: 'presenter.sections.classicalSolver' },
  ],
  createState: ({ compute, catalog, motion }) => new SolveState(compute, catalog, motion),
  content: (solveState, { navigation, catalog, theme }, actions) =>
    viewContent(SolveView, {
      solveState,
      navigation,
      catalog,
      get theme() {
        return theme.resolved;
      },
      ontrain: () => navigation.go(trainView.id),
      onlink: (subpath) => void actions.copyLink({ view: solveView.id, subpath }),
    }),
  commands: (_solving, _app, actions) => [
    actionCommand('puzzle', message('palette.randomPuzzle'), {
      keywords: [message('palette.keywords.randomPuzzle')],
      run: () => actions.openRandomPuzzle(),
    }),
  ],
});

export const modelsView = defineView({
  id: 'models',
  label: 'views.models',
  icon: Boxes,
  shortcut: 'Mod+5',
  createState: ({ compute, catalog, mainApi, notifications }) =>
    new ModelsState(compute, catalog, mainApi, notifications),
  content: (models, { catalog, navigation, theme }, actions) =>
    viewContent(ModelsView, {
      models,
      catalog,
      navigation,
      get theme() {
        return theme.resolved;
      },
      onsolve: (task) => actions.openInSolve(task),
      onfinetune: (model) => actions.fineTune(model),
      ontrain: () => navigation.go(trainView.id),
      ondatasets: () => navigation.go(datasetsView.id),
    }),
  commands: (models, app) => [
    actionCommand('import-model', message('palette.importModel'), {
      keywords: [message('palette.keywords.importModel')],
      run: inView(app, 'models', () => models.chooseFile('file')),
    }),
  ],
});

export const experimentsView = defineView({
  id: 'experiments',
  label: 'views.experiments',
  icon: FlaskConical,
  shortcut: 'Mod+6',
  createState: ({ compute, catalog, mainApi, notifications }) =>
    new ExperimentsState(compute, catalog, mainApi, notifications, localStorage),
  content: (experiments, { catalog, navigation }) => viewContent(ExperimentsView, { experiments, catalog, navigation }),
  onConnect: (experiments) => void experiments.read(),
  badge: ({ catalog }) => (catalog.activeExperiment ? t('views.experimentBadge') : null),
  commands: (experiments, app) => [
    actionCommand('new-experiment', message('palette.newExperiment'), {
      keywords: [message('palette.keywords.newExperiment')],
      run: inView(app, 'experiments', () => experiments.showOwn()),
    }),
  ],
});

export const settingsView = defineView({
  id: 'settings',
  label: 'views.settings',
  icon: Settings,
  shortcut: 'Mod+7',
  createState: ({ compute, mainApi, notifications, catalog, devices }) => ({
    dataFolder: new DataFolder(compute, mainApi, notifications, catalog),
    diagnostics: new Diagnostics({ mainApi, compute, catalog, devices }),
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
    actionCommand('diagnostics', message('settings.diagnostics.copy'), {
      keywords: [message('palette.keywords.diagnostics')],
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
  experimentsView,
  settingsView,
];

/** Shows the view, then does the work. */
function inView(app: AppState, view: string, work: () => void | Promise<void>) {
  return (): void | Promise<void> => {
    app.navigation.go(view);
    return work();
  };
}
