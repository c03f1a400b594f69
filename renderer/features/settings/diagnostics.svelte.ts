/** Diagnostics: one text about versions, devices and the last error, shown before it is copied, without the user's name. */
import type { Device, AppInfo } from '../../../electron/contract/contract';
import type { MainApi, SystemInfo } from '../../../electron/contract/main-api';
import { formatBytes, formatMilliseconds } from '../../../electron/contract/format';
import type { CatalogStore, DeviceStore } from '../../app/catalog-store.svelte';
import type { Compute } from '../../app/compute.svelte';
import { failed, loadedValue, loading, ready, type Loaded } from '../../app/compute.svelte';
import { errorLog, type ShownError } from '../../ui/error-log.svelte';

export class Diagnostics {
  text = $state.raw<Loaded<string>>(loading);

  constructor(
    private readonly sources: {
      readonly mainApi: Pick<MainApi, 'getSystemInfo'>;
      readonly compute: Compute;
      readonly catalog: CatalogStore;
      readonly devices: DeviceStore;
    },
  ) {}

  async read(): Promise<void> {
    this.text = await this.#format().then(ready, failed);
  }

  async #format(): Promise<string> {
    const {
      mainApi,
      compute: { state },
      catalog,
      devices,
    } = this.sources;
    const count = (list: readonly unknown[] | null): number => list?.length ?? 0;
    return formatDiagnostics({
      machine: await mainApi.getSystemInfo(),
      lab: loadedValue(catalog.appInfo),
      devices: loadedValue(devices.list) ?? [],
      counts: {
        datasets: count(loadedValue(catalog.datasets)),
        models: count(loadedValue(catalog.models)),
        runs: count(loadedValue(catalog.runs)),
      },
      compute: state.state === 'exited' ? `gone: ${state.reason}` : state.state,
      failure: errorLog.last,
      now: Date.now(),
    });
  }
}

export interface DiagnosticsInput {
  readonly machine: SystemInfo;
  readonly lab: AppInfo | null;
  readonly devices: readonly Device[];
  readonly counts: { readonly datasets: number; readonly models: number; readonly runs: number };
  readonly compute: string;
  readonly failure: ShownError | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function formatDiagnostics(input: DiagnosticsInput): string {
  const { machine, lab, devices, counts, compute, failure, now } = input;
  const lines = [
    `TRM Puzzle Lab ${lab?.version ?? '(compute did not answer)'}, ${formatTime(now)}`,
    `System: ${machine.system}`,
    `Processor: ${machine.cpu}, ${machine.logicalCpus} logical processors${lab ? `, ${lab.device.threads} threads used` : ''}`,
    `Memory: ${formatBytes(machine.memoryBytes)}, ${formatBytes(machine.freeMemoryBytes)} free`,
    `Electron ${machine.electron}, Chrome ${machine.chrome}, Node ${machine.node}${lab ? `, onnxruntime ${lab.runtime.onnxruntime}` : ''}`,
    `Compute: ${compute}${lab?.readOnly ? ` (only looks: ${lab.readOnly})` : ''}`,
    ...devices.map(formatDevice),
    `Data folder: ${lab?.dataFolder ?? 'unknown'}`,
    `Data sets: ${counts.datasets}, models: ${counts.models}, trainings: ${counts.runs}`,
    failure
      ? `Last failure, ${formatTime(failure.at)}: ${failure.title}${failure.details ? ` ${failure.details}` : ''}`
      : 'Last failure: none since the window was opened',
  ];
  return removeUserName(lines.join('\n'), machine);
}

function formatDevice({ name, provider, state, reason, milliseconds: pace, chosen }: Device): string {
  const result = {
    passed: 'agrees with the processor',
    refused: `refused: ${reason ?? 'no reason given'}`,
    untested: 'not tested',
  }[state];
  return `Device ${name} (${provider}): ${provider === 'cpu' ? 'what the others are held against' : result}${pace === null ? '' : `, ${formatMilliseconds(pace)} a classroom step`}${chosen ? ', chosen' : ''}`;
}

/** Replaces the home folder by `~`, and the user's name wherever else it is a part of a path. */
export function removeUserName(text: string, { home, user }: Pick<SystemInfo, 'home' | 'user'>): string {
  const withoutHome = home.length > 1 ? text.replaceAll(home, '~') : text;
  return user === ''
    ? withoutHome
    : withoutHome.replaceAll(new RegExp(`([\\\\/])${escapePattern(user)}(?![\\p{L}\\p{N}_-])`, 'gu'), '$1…');
}

const escapePattern = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');

const formatTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
