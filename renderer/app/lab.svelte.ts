/** Everything the window knows: one state object for each concern. */
import type { Host } from '../../electron/contract/contract';
import { Compute } from './compute.svelte';
import { DataFolder } from '../features/settings/data-folder.svelte';
import { Datasets } from '../features/datasets/datasets.svelte';
import { Demo } from '../features/home/demo.svelte';
import { Devices } from '../features/settings/devices.svelte';
import { Diagnostics } from '../features/settings/diagnostics.svelte';
import { Facts } from './catalog-store.svelte';
import { ModelsRoom } from '../features/models/models.svelte';
import { Motion } from './motion.svelte';
import { Navigation } from './navigation.svelte';
import { Notices } from './notifications.svelte';
import { Palette } from './palette/palette.svelte';
import { Presenter } from './presenter.svelte';
import { Preview } from '../features/datasets/generator-preview.svelte';
import { Settings } from './settings.svelte';
import { Solving } from '../features/solve/solve.svelte';
import { Theme } from './theme.svelte';
import { Training } from '../features/train/train.svelte';

export class Lab {
  readonly settings: Settings;
  readonly theme: Theme;
  readonly motion: Motion;
  readonly presenter: Presenter;
  readonly palette: Palette;
  readonly notices = new Notices();
  readonly navigation = new Navigation();
  readonly compute: Compute;
  readonly facts: Facts;
  readonly demo: Demo;
  readonly solving: Solving;
  readonly training: Training;
  readonly devices: Devices;
  readonly datasets: Datasets;
  readonly preview: Preview;
  readonly models: ModelsRoom;
  readonly dataFolder: DataFolder;
  readonly diagnostics: Diagnostics;

  constructor(private readonly host: Host) {
    const { notices } = this;
    this.settings = new Settings(host);
    this.theme = new Theme(this.settings);
    this.motion = new Motion(this.settings);
    this.presenter = new Presenter(this.settings);
    this.palette = new Palette(this.settings);
    const compute = (this.compute = new Compute(host));
    const facts = (this.facts = new Facts(compute));
    this.demo = new Demo(compute, facts, this.motion);
    this.solving = new Solving(compute, facts, this.motion);
    this.training = new Training(compute, facts, host, this.notices);
    const devices = (this.devices = new Devices(compute));
    this.datasets = new Datasets(compute, facts, host, notices);
    this.preview = new Preview(compute);
    this.models = new ModelsRoom(compute, facts, host, notices);
    this.dataFolder = new DataFolder(compute, host, notices);
    this.diagnostics = new Diagnostics({ host, compute, facts, devices });
  }

  /** Begins to follow what is outside; returns the function that stops it. */
  start(): () => void {
    const { settings, theme, motion, navigation, compute, notices, host } = this;
    const stops = [
      settings.start(),
      theme.start(),
      motion.start(),
      navigation.start(),
      compute.start(),
      host.onSecondStart(() => notices.tell({ text: 'The lab is already open: here it is.' })),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** After every connection: what an earlier compute process said may no longer hold. */
  async read(): Promise<void> {
    const isAgain = this.compute.connections > 1;
    await this.facts.read();
    this.training.attach();
    void this.devices.read();
    void this.datasets.read();
    if (isAgain) this.demo.retry();
  }
}
