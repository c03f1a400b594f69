/** The commands of the palette, made from the registered views and from what the lab has at the moment. */
import type { Dataset, Model, Run } from '../../../electron/contract/contract';
import { textSizes } from '../../../electron/contract/main-api';
import { formatPercent } from '../../../electron/contract/format';
import { t } from '../../messages/language.svelte';
import { message, type MessageId, type Text } from '../../messages/message';
import type { AppActions } from '../app-actions';
import type { AppState } from '../app-state.svelte';
import { loadedValue } from '../compute.svelte';
import { parseLink } from '../link';
import type { ViewLocation } from '../navigation.svelte';
import { formatKeys } from '../shortcuts/shortcuts';
import type { ViewDefinition } from '../view-definition';
import type { CommandSource } from './palette.svelte';
import type { Command } from './search';
import { formatAddress, parseAddress, type PuzzleAddress } from '../../../datasets/puzzle-address';

/** @param openKeys opens the list of shortcuts */
export function commandSources(app: AppState, actions: AppActions, openKeys: () => void): readonly CommandSource[] {
  const { catalog, navigation } = app;
  return [
    () => viewCommands(app.views, (view) => navigation.go(view)),
    () => app.views.flatMap((view) => view.commands?.(app.getState(view), app, actions) ?? []),
    () => [
      actionCommand('keys', message('shortcuts.title'), {
        keywords: [message('palette.keywords.shortcuts')],
        run: openKeys,
        hint: '?',
      }),
    ],
    () =>
      activeRunCommands(catalog.activeRun, {
        getRunName: (run) => catalog.getRunName(run),
        oncontrol: (run, action) => actions.controlRun(run, action),
      }),
    () => appearanceCommands(app),
    (query) => puzzleCommands(query, loadedValue(catalog.datasets) ?? [], (address) => actions.openPuzzle(address)),
    (query) => linkCommands(query, app.views, (location) => actions.openLink(location)),
    () =>
      modelCommands(loadedValue(catalog.models) ?? [], {
        onsolve: (model) => actions.openInSolve({ model }),
        oncard: (model) => actions.openModelCard(model),
        onexport: (model) => actions.exportModel(model),
      }),
    () =>
      datasetCommands(loadedValue(catalog.datasets) ?? [], {
        onopen: (dataset) => actions.openDataset(dataset),
        ontrain: ({ id }) => actions.train(id),
        onexport: (dataset) => actions.exportDataset(dataset),
      }),
    () =>
      runCommands(loadedValue(catalog.runs) ?? [], {
        getRunName: (run) => catalog.getRunName(run),
        onopen: (run) => actions.openRun(run),
      }),
  ];
}

/** A command that acts in the current window, e.g. opens a form. */
export function actionCommand(id: string, title: Text, more: Pick<Command, 'keywords' | 'hint' | 'run'>): Command {
  return { id: `action/${id}`, title, group: 'actions', ...more };
}

/** One command that opens each view. */
export function viewCommands(views: readonly ViewDefinition[], go: (view: string) => void): Command[] {
  return views.map(({ id, label, shortcut }) => ({
    id: `view/${id}`,
    title: message(label),
    group: 'goTo',
    ...(shortcut !== undefined && { hint: formatKeys(shortcut) }),
    keywords: [message('palette.keywords.view')],
    run: () => go(id),
  }));
}

export function modelCommands(
  models: readonly Model[],
  { onsolve, oncard, onexport }: Readonly<Record<'onsolve' | 'oncard' | 'onexport', (model: Model) => void>>,
): Command[] {
  return models.flatMap((model): Command[] => {
    const { id, name, family, source, dataset, accuracy } = model;
    const hint = accuracy ? t('palette.modelAccuracy', { accuracy: formatPercent(accuracy.exactAccuracy) }) : family;
    const shared = { group: 'models', hint, keywords: [id, family, source, dataset] } as const;
    return [
      {
        ...shared,
        id: `watch/${id}`,
        title: message('palette.solveWith', { model: name }),
        run: () => onsolve(model),
      },
      {
        ...shared,
        id: `card/${id}`,
        title: message('palette.openModelCard', { model: name }),
        run: () => oncard(model),
      },
      {
        ...shared,
        id: `export-model/${id}`,
        title: message('palette.exportModel', { model: name }),
        run: () => onexport(model),
      },
    ];
  });
}

export function datasetCommands(
  datasets: readonly Dataset[],
  { onopen, ontrain, onexport }: Readonly<Record<'onopen' | 'ontrain' | 'onexport', (dataset: Dataset) => void>>,
): Command[] {
  return datasets.flatMap((dataset): Command[] => {
    const { id, name, summary, train, test, problem, generation } = dataset;
    const shared = { group: 'datasets', hint: id, keywords: [id, summary] } as const;
    const open: Command = {
      ...shared,
      id: `dataset/${id}`,
      title: message('palette.openDataset', { dataset: name }),
      run: () => onopen(dataset),
    };
    const startTraining: Command = {
      ...shared,
      id: `train/${id}`,
      title: message('palette.trainOn', { dataset: name }),
      run: () => ontrain(dataset),
    };
    const startExport: Command = {
      ...shared,
      id: `export-dataset/${id}`,
      title: message('palette.exportDataset', { dataset: name }),
      run: () => onexport(dataset),
    };
    const canTrain = problem === null && train.puzzles > 0 && test.puzzles > 0;
    const canExport = problem === null && generation === null;
    return [open, ...(canTrain ? [startTraining] : []), ...(canExport ? [startExport] : [])];
  });
}

/** In the order of `runs`. */
export function runCommands(
  runs: readonly Run[],
  { getRunName, onopen }: { readonly getRunName: (run: Run) => string; readonly onopen: (run: Run) => void },
): Command[] {
  return runs.map((run) => ({
    id: `run/${run.runId}`,
    title: getRunName(run),
    group: 'runs',
    hint: runHint(run),
    keywords: [run.runId, run.dataset, run.preset, ...run.tags, message('palette.keywords.run')],
    run: () => onopen(run),
  }));
}

/** Pause or resume, and stop the run that is active. */
export function activeRunCommands(
  run: Run | null,
  {
    getRunName,
    oncontrol,
  }: {
    readonly getRunName: (run: Run) => string;
    readonly oncontrol: (run: Run, action: 'pause' | 'resume' | 'stop') => void | Promise<void>;
  },
): Command[] {
  if (!run) return [];
  const titles = { pause: 'palette.pauseRun', resume: 'palette.resumeRun', stop: 'palette.stopRun' } as const;
  const actions = [run.state === 'paused' ? 'resume' : 'pause', 'stop'] as const;
  return actions.map((action) => ({
    id: `${action}/active`,
    title: message(titles[action], { run: getRunName(run) }),
    group: 'actions',
    keywords: [run.runId, message('palette.keywords.run')],
    run: () => oncontrol(run, action),
  }));
}

function runHint({ state, seed, accuracy }: Run): string {
  const parameters = { state, seed: String(seed) };
  return accuracy
    ? t('palette.runHintWithAccuracy', { ...parameters, accuracy: formatPercent(accuracy.exactAccuracy) })
    : t('palette.runHint', parameters);
}

/** The address that the text is; null for other text, and for puzzles that are not in `datasets`. */
export function findAddress(
  text: string,
  datasets: readonly Pick<Dataset, 'id' | 'train' | 'test'>[],
): PuzzleAddress | null {
  const address = parseAddress(text);
  const dataset = datasets.find(({ id }) => id === address?.dataset);
  return address && dataset && address.index < dataset[address.split].puzzles ? address : null;
}

/** A command that opens the puzzle whose address is the query. */
export function puzzleCommands(
  query: string,
  datasets: readonly Dataset[],
  onopen: (address: PuzzleAddress) => void | Promise<void>,
): Command[] {
  const address = findAddress(query, datasets);
  if (!address) return [];
  const text = formatAddress(address);
  return [
    {
      id: `puzzle/${text}`,
      title: message('palette.openPuzzle', { address: text }),
      group: 'puzzle',
      keywords: [text],
      run: () => onopen(address),
    },
  ];
}

/** A command that opens the link that the query is. */
export function linkCommands(
  query: string,
  views: readonly Pick<ViewDefinition, 'id'>[],
  onopen: (location: ViewLocation) => void,
): Command[] {
  const location = parseLink(
    query,
    views.map(({ id }) => id),
  );
  if (!location) return [];
  const run = (): void => onopen(location);
  return [{ id: 'link', title: message('palette.openLink'), group: 'puzzle', keywords: [query.trim()], run }];
}

/** Presenter mode, the themes that are not chosen, larger and smaller text. */
function appearanceCommands({ theme, presenter, settings }: AppState): Command[] {
  const command = (id: string, title: MessageId, more: Pick<Command, 'keywords' | 'hint' | 'run'>): Command => ({
    id: `appearance/${id}`,
    title: message(title),
    group: 'appearance',
    ...more,
  });
  const themes = [
    { choice: 'dark', title: 'palette.darkTheme', keywords: 'palette.keywords.darkTheme' },
    { choice: 'light', title: 'palette.lightTheme', keywords: 'palette.keywords.lightTheme' },
    { choice: 'system', title: 'palette.systemTheme', keywords: 'palette.keywords.systemTheme' },
  ] as const;
  const at = textSizes.indexOf(settings.values.textSize);
  const sizes = [
    { id: 'larger', title: 'app.menu.largerText', textSize: textSizes[at + 1], keys: 'Mod+Plus' },
    { id: 'smaller', title: 'app.menu.smallerText', textSize: textSizes[at - 1], keys: 'Mod+-' },
  ] as const;
  return [
    command('presenter', presenter.isOn ? 'shortcuts.exitPresenter' : 'palette.startPresenter', {
      keywords: [message('palette.keywords.presenter')],
      hint: formatKeys('F5'),
      run: () => presenter.toggle(),
    }),
    ...themes
      .filter(({ choice }) => choice !== theme.choice)
      .map(({ choice, title, keywords }) =>
        command(choice, title, { keywords: [message(keywords)], run: () => theme.select(choice) }),
      ),
    ...sizes.flatMap(({ id, title, textSize, keys }) =>
      textSize === undefined
        ? []
        : command(id, title, {
            keywords: [message('palette.keywords.textSize', { size: String(textSize) })],
            hint: formatKeys(keys),
            run: () => void settings.change({ textSize }),
          }),
    ),
  ];
}
