/**
 * What a view is. The sidebar, the addresses, the command palette, the shortcuts, presenter mode and the window itself
 * read the registered definitions (`views.ts`), so a view is added by its folder and one entry there.
 */
import type House from '@lucide/svelte/icons/house';
import type { Component, ComponentProps } from 'svelte';
import type { MessageId } from '../messages/message';
import type { AppActions } from './app-actions';
import type { AppState } from './app-state.svelte';
import type { Command } from './palette/search';
import type { ShortcutLine } from './shortcuts/shortcuts';

/** A part of a view that presenter mode can hide: elements with `data-presenter-section={id}`. */
export interface PresenterSection {
  /** Lower-case letters and dashes; stored in the settings. */
  readonly id: string;
  readonly name: MessageId;
}

/** @typeParam State made once, when the window opens, and kept while other views are shown */
export interface ViewDefinition<State = unknown> {
  /** Lower-case letters; the first part of the address. */
  readonly id: string;
  readonly label: MessageId;
  readonly icon: typeof House;
  /** Opens the view from anywhere, e.g. `Mod+1`. */
  readonly shortcut?: string;
  readonly presenterSections?: readonly PresenterSection[];
  /** Keys that the view handles itself, for the list of shortcuts. */
  keys?(): readonly ShortcutLine[];
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
): readonly { readonly title: MessageId; readonly sections: readonly PresenterSection[] }[] {
  return [
    { title: 'views.all', sections: shellSections },
    ...views.flatMap(({ label, presenterSections: sections }) => (sections ? { title: label, sections } : [])),
  ];
}

const shellSections: readonly PresenterSection[] = [
  { id: 'sidebar', name: 'presenter.sections.sidebar' },
  { id: 'subtitle', name: 'presenter.sections.subtitle' },
  { id: 'actions', name: 'presenter.sections.actions' },
  { id: 'addresses', name: 'presenter.sections.addresses' },
  { id: 'exports', name: 'presenter.sections.exports' },
];
