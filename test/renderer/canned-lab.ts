/** The window's way to compute with canned answers at its end, over a real port: for tests of state classes. */
import type { Handlers, Input, ComputeEvent, RequestName } from '../../electron/contract/contract';
import type { MainApi } from '../../electron/contract/main-api';
import { defaultPreferences } from '../../electron/contract/main-api';
import { connect, serve, type Client } from '../../electron/contract/rpc';
import { Compute, type ComputeApi } from '../../renderer/app/compute.svelte';
import { portPair } from '../electron/contract/port-pair';

export interface CannedLab {
  readonly compute: Compute;
  /** Sends an event to the window, which receives it a moment later. */
  readonly emit: (event: ComputeEvent) => void;
  /** The requests so far, in order, as compute received them. */
  readonly requests: readonly { readonly name: RequestName; readonly input: unknown }[];
  /** Inputs of the requests of one name. */
  inputs<Name extends RequestName>(name: Name): readonly Input<Name>[];
}

/** Lists are empty; every other request without an answer stays open. */
const defaults: Partial<Handlers> = {
  listDatasets: () => [],
  listModels: () => [],
  listUnreadableModels: () => [],
  listRuns: () => [],
  listDevices: () => [],
};

/** A connected compute. Inputs are checked by the contract's schemas, and what it answers is copied as by a real port. */
export function cannedLab(answers: Partial<Handlers> = {}): CannedLab {
  const requests: { name: RequestName; input: unknown }[] = [];
  const known: Partial<Handlers> = { ...defaults, ...answers };
  const handlers = new Proxy(known, {
    get: (given, name: RequestName) => (input: unknown, signal: AbortSignal) => {
      requests.push({ name, input });
      const answer = given[name] as ((input: unknown, signal: AbortSignal) => unknown) | undefined;
      return answer ? answer(input, signal) : new Promise(() => undefined);
    },
  }) as Handlers;
  const [window, end] = portPair();
  const server = serve(end, handlers);
  const compute = connectedCompute(connect(window));
  return {
    compute,
    emit: (event) => server.emit(event),
    requests,
    inputs: <Name extends RequestName>(name: Name) =>
      requests.filter((request) => request.name === name).map(({ input }) => input as Input<Name>),
  };
}

/** The window's `Compute` over a given connection. */
export function connectedCompute(client: Client): Compute {
  const mainApi: ComputeApi = { ...silentMainApi, getComputeState: () => Promise.resolve({ state: 'ready' }) };
  const compute = new Compute(mainApi, () => Promise.resolve(client));
  compute.start();
  return compute;
}

/** When messages sent so far, and what they cause, have arrived. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Main, which stores nothing and whose dialogs are cancelled; compute never starts. */
export const silentMainApi: MainApi = {
  connect: () => Promise.resolve(),
  getComputeState: () => Promise.resolve({ state: 'starting' }),
  onComputeState: () => () => undefined,
  restartCompute: () => Promise.resolve(),
  getSettings: () => Promise.resolve(defaultPreferences),
  updateSettings: (changes) => Promise.resolve({ ...defaultPreferences, ...changes }),
  onSettingsChanged: () => () => undefined,
  getSettingsFailure: () => Promise.resolve(null),
  onSettingsFailure: () => () => undefined,
  setZoom: () => Promise.resolve(),
  onSecondInstance: () => () => undefined,
  getSystemInfo: () => new Promise(() => undefined),
  getDataLocation: () => new Promise(() => undefined),
  switchDataFolder: () => Promise.resolve(true),
  removePreviousData: () => new Promise(() => undefined),
  showOpenDialog: () => Promise.resolve(null),
  showSaveDialog: () => Promise.resolve(null),
  saveFile: () => Promise.resolve(null),
  openFolder: () => Promise.resolve(),
  acceptDroppedFile: () => Promise.resolve(null),
};
