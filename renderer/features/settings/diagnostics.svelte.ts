/** Diagnostics: one text about versions, devices and the last error, shown before it is copied, without the user's name and folders. */
import { withoutFolders } from '../../../datasets/private-paths';
import type { Device, AppInfo } from '../../../electron/contract/contract';
import type { ComputeState, MainApi, SystemInfo } from '../../../electron/contract/main-api';
import { formatBytes, formatMilliseconds } from '../../../electron/contract/format';
import { t } from '../../messages/language.svelte';
import { message, type Message } from '../../messages/message';
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
      compute: state,
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
  readonly compute: ComputeState;
  readonly failure: ShownError | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function formatDiagnostics(input: DiagnosticsInput): string {
  const { machine, lab, devices, counts, compute, failure, now } = input;
  const lines = [
    t('settings.diagnostics.app', {
      version: lab?.version ?? message('settings.diagnostics.noVersion'),
      time: formatTime(now),
    }),
    ...machineLines(machine, lab),
    compute.state === 'exited'
      ? t('settings.diagnostics.computeExited', { reason: compute.reason })
      : t('settings.diagnostics.compute', compute),
    ...(lab?.readOnly ? [t('settings.diagnostics.readOnly', { reason: lab.readOnly })] : []),
    ...devices.map(formatDevice),
    t('settings.diagnostics.counts', counts),
    ...errorLines(failure),
  ];
  const text = lines.join('\n');
  const withoutData = lab ? text.replaceAll(lab.dataFolder, '…') : text;
  return withoutFolders(removeUserName(withoutData, machine));
}

function machineLines(machine: SystemInfo, lab: AppInfo | null): string[] {
  const { system, cpu: name, logicalCpus: cores, memoryBytes, freeMemoryBytes } = machine;
  const versions = [
    t('settings.diagnostics.versions', machine),
    ...(lab ? [t('settings.diagnostics.onnxruntime', { version: lab.runtime.onnxruntime })] : []),
  ];
  return [
    t('settings.diagnostics.system', { system }),
    lab
      ? t('settings.diagnostics.cpuWithThreads', { name, cores, threads: lab.device.threads })
      : t('settings.diagnostics.cpu', { name, cores }),
    t('settings.diagnostics.memory', { total: formatBytes(memoryBytes), free: formatBytes(freeMemoryBytes) }),
    versions.join(', '),
  ];
}

function formatDevice(device: Device): string {
  const { name, provider, milliseconds, float16, chosen } = device;
  const facts = [
    t('settings.diagnostics.device', { name, provider, result: deviceResult(device) }),
    ...(milliseconds === null ? [] : [t('settings.devices.speed', { time: formatMilliseconds(milliseconds) })]),
    ...(float16 ? [t('settings.devices.float16')] : []),
    ...(chosen ? [t('settings.diagnostics.deviceSelected')] : []),
  ];
  return facts.join(', ');
}

function deviceResult({ provider, state, reason }: Device): Message {
  if (provider === 'cpu') return message('settings.diagnostics.deviceReference');
  if (state === 'passed') return message('settings.diagnostics.devicePassed');
  if (state === 'untested') return message('settings.diagnostics.deviceUntested');
  return message('settings.diagnostics.deviceFailed', { reason: reason ?? message('settings.devices.noReason') });
}

function errorLines(failure: ShownError | null): string[] {
  if (!failure) return [t('settings.diagnostics.noError')];
  const { title, details, at } = failure;
  return [t('settings.diagnostics.lastError', { time: formatTime(at), title }), ...(details ? [details] : [])];
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
