/** The state of the window: services that all views share, and the state of each registered view. */
import type { MainApi } from '../../electron/contract/main-api';
import { t } from '../messages/language.svelte';
import { CatalogStore, DeviceStore } from './catalog-store.svelte';
import { Motion, Presenter, Theme } from './appearance.svelte';
import { Compute } from './compute.svelte';
import { Navigation } from './navigation.svelte';
import { Notifications } from './notifications.svelte';
import { Palette } from './palette/palette.svelte';
import { SettingsStore } from './settings.svelte';
import type { ViewDefinition } from './view-definition';

export class AppState {
  readonly settings: SettingsStore;
  readonly theme: Theme;
  readonly motion: Motion;
  readonly presenter: Presenter;
  readonly palette: Palette;
  readonly notifications = new Notifications();
  readonly navigation: Navigation;
  readonly compute: Compute;
  readonly catalog: CatalogStore;
  readonly devices: DeviceStore;
  /** By the view's id. */
  readonly #states: Readonly<Record<string, unknown>>;
  #isRead = false;

  /** @param views the registered ones; the first is shown where the address names none */
  constructor(
    readonly mainApi: MainApi,
    readonly views: readonly ViewDefinition[],
  ) {
    this.settings = new SettingsStore(mainApi, (failure) => this.notifications.reportSave('settings.json', failure));
    this.theme = new Theme(this.settings);
    this.motion = new Motion(this.settings);
    this.presenter = new Presenter(this.settings);
    this.palette = new Palette(this.settings);
    this.navigation = new Navigation(views.map(({ id }) => id));
    this.compute = new Compute(mainApi);
    this.catalog = new CatalogStore(this.compute);
    this.devices = new DeviceStore(this.compute);
    this.#states = Object.fromEntries(views.map((view) => [view.id, view.createState(this)]));
  }

  /** The view that is shown. */
  get view(): ViewDefinition {
    const view = this.views.find(({ id }) => id === this.navigation.view);
    if (!view) throw new Error(`there is no view "${this.navigation.view}"`);
    return view;
  }

  /** @throws Error for a view that is not registered */
  getState<State>(view: ViewDefinition<State>): State {
    if (!this.views.includes(view)) throw new Error(`the view "${view.id}" is not registered`);
    return this.#states[view.id] as State;
  }

  /** Starts to follow main, compute and the system; returns the function that stops it. */
  start(): () => void {
    const { settings, theme, motion, navigation, compute, notifications, mainApi } = this;
    const stops = [
      settings.start(),
      theme.start(),
      motion.start(),
      navigation.start(),
      compute.start(),
      // While the folder was read-only or missing, others may have changed it.
      compute.onEvent((event) => {
        if (event.type !== 'data-folder/changed' || event.readOnly !== null) return;
        void settings.retry();
        void this.refresh();
      }),
      mainApi.onSecondInstance(() => notifications.show({ text: t('app.alreadyRunning') })),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Reads everything again: after a connection, as another compute process may have other data, and when the data folder is back. */
  async refresh(): Promise<void> {
    const isReconnect = this.#isRead || this.compute.connections > 1;
    this.#isRead = true;
    void this.devices.read();
    await this.catalog.read();
    for (const view of this.views) view.onConnect?.(this.getState(view), isReconnect);
  }
}
