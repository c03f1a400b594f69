/**
 * What a view is. The sidebar, the addresses, the command palette, the shortcuts, presenter mode and the window itself
 * read the registered definitions (`views.ts`), so a view is added by its folder and one entry there.
 */
import type House from '@lucide/svelte/icons/house';
import type { Component, ComponentProps } from 'svelte';
import type { AppActions } from './app-actions';
import type { AppState } from './app-state.svelte';
import type { Command } from './palette/search';
import type { ShortcutLine } from './shortcuts/shortcuts';

/** A part of a view that presenter mode can hide: elements with `data-presenter-section={id}`. */
export interface PresenterSection {
  /** Lower-case letters and dashes; stored in the settings. */
  readonly id: string;
  readonly name: string;
}

/** @typeParam State made once, when the window opens, and kept while other views are shown */
export interface ViewDefinition<State = unknown> {
  /** Lower-case letters; the first part of the address. */
  readonly id: string;
  readonly label: string;
  readonly icon: typeof House;
  /** Opens the view from anywhere, e.g. `Mod+1`. */
  readonly shortcut?: string;
  /** Keys that the view handles itself, for the list of shortcuts. */
  readonly keys?: readonly ShortcutLine[];
  readonly presenterSections?: readonly PresenterSection[];
  /** Services of `app` may be used; states of other views are not there yet. */
  createState(app: AppState): State;
  content(state: State, app: AppState, actions: AppActions): ViewContent;
  /** Called after each connection to compute, once the catalog was read. */
  onConnect?(state: State, isReconnect: boolean): void;
  /** A dot at the icon in the sidebar, and what it means for screen readers; null for none. */
  badge?(app: AppState): string | null;
  /** Further commands in the palette. */
  commands?(state: State, app: AppState, actions: AppActions): readonly Command[];
}

export interface ViewContent {
  readonly component: Component<Record<string, unknown>>;
  readonly props: Record<string, unknown>;
}

/** @param props written with getters where they change, so that each is tracked by itself */
export function viewContent<Props extends ComponentProps<Component>, Exports extends Record<string, unknown>>(
  component: Component<Props, Exports, '' | (keyof Props & string)>,
  props: NoInfer<Props>,
): ViewContent {
  // Component and properties are checked together here, so the cast is safe.
  return { component: component as unknown as ViewContent['component'], props };
}

/** Infers the state's type. */
export function defineView<State>(view: ViewDefinition<State>): ViewDefinition<State> {
  return view;
}

/** Sections around every view, and those of the views that have some, for the presenter's settings. */
export function presenterGroups(
  views: readonly ViewDefinition[],
): readonly { readonly title: string; readonly sections: readonly PresenterSection[] }[] {
  return [
    { title: 'Everywhere', sections: shellSections },
    ...views.flatMap(({ label, presenterSections: sections }) => (sections ? { title: label, sections } : [])),
  ];
}

const shellSections: readonly PresenterSection[] = [
  { id: 'sidebar', name: 'the rail of rooms' },
  { id: 'subtitle', name: 'the line under the title' },
  { id: 'actions', name: 'the buttons beside the title' },
  { id: 'addresses', name: 'addresses of puzzles' },
  { id: 'exports', name: 'export buttons' },
];
