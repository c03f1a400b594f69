import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import House from '@lucide/svelte/icons/house';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { presenterStyles } from '../../../renderer/app/appearance.svelte';
import { AppActions } from '../../../renderer/app/app-actions';
import { AppState } from '../../../renderer/app/app-state.svelte';
import PresenterBar from '../../../renderer/app/PresenterBar.svelte';
import { commandSources } from '../../../renderer/app/palette/commands';
import { appShortcuts, shortcutSections } from '../../../renderer/app/shortcuts/shortcuts';
import { defineView, presenterGroups, viewContent, type ViewDefinition } from '../../../renderer/app/view-definition';
import { views } from '../../../renderer/app/views';
import { formatText } from '../../../renderer/messages/language.svelte';
import { silentMainApi } from '../canned-lab';

/** The one entry that a contributor adds for a new view. */
const toyView = defineView({
  id: 'lessons',
  label: 'views.solve',
  icon: House,
  shortcut: 'Mod+8',
  keys: () => [{ keys: 'L', description: 'next lesson' }],
  presenterSections: [{ id: 'lesson-notes', name: 'presenter.sections.stats' }],
  createState: () => ({ lesson: 3, reads: 0 }),
  content: (state, { presenter, navigation }) =>
    viewContent(PresenterBar, { views: [], presenter, navigation, ...{ lesson: state.lesson } }),
  onConnect: (state) => void state.reads++,
  badge: () => 'a lesson is open',
  commands: (state) => [
    { id: 'action/lesson', title: `Open lesson ${state.lesson}`, group: 'actions', run: () => undefined },
  ],
});
const withToy: readonly ViewDefinition[] = [...views, toyView];

beforeEach(() => {
  vi.stubGlobal('location', { hash: '#lessons/3' });
  vi.stubGlobal('sessionStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
});
afterEach(() => void vi.unstubAllGlobals());

test('a new view in the registry is opened by its address, with its state and content', () => {
  const app = new AppState(silentMainApi, withToy);
  expect([app.view, app.navigation.subpath]).toEqual([toyView, '3']);
  expect(app.getState(toyView).lesson).toBe(3);
  expect(app.view.content(app.getState(app.view), app, new AppActions(app)).component).toBe(PresenterBar);
  expect(() => new AppState(silentMainApi, views).getState(toyView)).toThrow('the view "lessons" is not registered');
});

test('a new view appears in the sidebar with its badge', () => {
  const app = new AppState(silentMainApi, withToy);
  // The labels that the sidebar shows.
  expect(app.views.map(({ label }) => label)).toEqual([
    ...['views.home', 'views.datasets', 'views.train', 'views.solve', 'views.models', 'views.experiments'],
    'views.settings',
    'views.solve',
  ]);
  expect(app.views.map((view) => view.badge?.(app) ?? null).filter(Boolean)).toEqual(['a lesson is open']);
});

test('a new view has commands in the palette', () => {
  const app = new AppState(silentMainApi, withToy);
  const sources = commandSources(app, new AppActions(app), () => undefined);
  const commands = sources.flatMap((source) => source(''));
  const found = commands.filter(({ id }) => /lesson/u.test(id));
  expect(found.map(({ title, hint }) => [formatText(title), hint])).toEqual([
    ['Solve', 'Ctrl + 8'],
    ['Open lesson 3', undefined],
  ]);
});

test('a new view has a shortcut, and its keys are listed', () => {
  const go = vi.fn();
  const nothing = (): void => undefined;
  const shortcuts = appShortcuts(withToy, {
    go,
    back: nothing,
    forward: nothing,
    openCommands: nothing,
    openKeys: nothing,
    togglePresenter: nothing,
    leavePresenter: nothing,
    isPresenting: () => false,
  });
  shortcuts.find(({ keys }) => keys === 'Mod+8')?.run();
  expect(go).toHaveBeenCalledWith('lessons');
  expect(shortcutSections(withToy, shortcuts).at(-1)).toEqual({
    title: 'Solve',
    lines: [{ keys: 'L', description: 'next lesson' }],
  });
});

test('presenter mode can hide the sections of a new view', () => {
  expect(presenterGroups(withToy).at(-1)).toEqual({
    title: 'views.solve',
    sections: [{ id: 'lesson-notes', name: 'presenter.sections.stats' }],
  });
  expect(presenterStyles(['lesson-notes'])).toBe(
    "[data-presenter-hides~='lesson-notes'] [data-presenter-section='lesson-notes'] { display: none !important; }",
  );
});

test('the state of a new view is refreshed after each connection', async () => {
  const exited = {
    ...silentMainApi,
    getComputeState: () => Promise.resolve({ state: 'exited', reason: 'ended' } as const),
  };
  const app = new AppState(exited, [toyView]);
  app.compute.start();
  await app.refresh();
  expect(app.getState(toyView).reads).toBe(1);
});

test('ids and shortcuts of the registered views are unique', () => {
  for (const key of ['id', 'shortcut'] as const) {
    const values = views.map((view) => view[key]);
    expect(new Set(values).size).toBe(values.length);
  }
  for (const { id } of views) expect(id).toMatch(/^[a-z]+$/u);
});

test('every presenter section in the markup belongs to a registered view', () => {
  const folder = join(import.meta.dirname, '../../../renderer');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.svelte'));
  const marked = sources.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/data-presenter-section="([a-z-]+)"/gu)].map(
      ([, section]) => section,
    ),
  );
  const hides = new Set(presenterGroups(views).flatMap(({ sections }) => sections.map(({ id }) => id)));
  for (const section of marked) expect([...hides]).toContain(section);
});
