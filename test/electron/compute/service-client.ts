/** The compute service with the real engine, used through an in-memory port, as a window does. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { datasetSpecs } from '../../../datasets/catalog';
import type { Devices } from '../../../electron/compute/devices/devices';
import type { FreeBytes } from '../../../electron/compute/storage/disk-usage';
import { createService } from '../../../electron/compute/service';
import type { Input, ComputeEvent, Output, RequestName } from '../../../electron/contract/contract';
import { connect, serve } from '../../../electron/contract/rpc';
import { portPair } from '../contract/port-pair';

/** From the root of the repository: the window's benchmark contains this module in a file elsewhere. */
export const builtInModels = resolve('models/pretrained');

const datasetOf = (id: string) =>
  (JSON.parse(readFileSync(join(builtInModels, id, 'card.json'), 'utf8')) as { readonly dataset: string }).dataset;

/** Ids of the built-in models, in the order of their datasets. */
export const builtInIds = datasetSpecs.flatMap(({ id }) =>
  readdirSync(builtInModels)
    .sort()
    .filter((model) => datasetOf(model) === id),
);

export const freshFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'trm-lab-'));

/** Event types that end a run. */
export const endings = ['run/finished', 'run/stopped', 'run/failed'] as const;

type EventOf<Type extends ComputeEvent['type']> = Extract<ComputeEvent, { type: Type }>;

export interface OpenedService {
  readonly folder: string;
  /** In order of arrival. */
  readonly events: readonly ComputeEvent[];
  ask<Name extends RequestName>(
    name: Name,
    input: Input<Name>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Output<Name>>;
  /** Waits for the first event of the given types, ignoring the first `from` events. */
  next<Type extends ComputeEvent['type']>(types: Type | readonly Type[], from?: number): Promise<EventOf<Type>>;
  /** Ends the active run with a checkpoint, as when the application quits. */
  suspend(): Promise<void>;
  /** Ends the active run and deletes the data folder. */
  close(): Promise<void>;
}

export interface ServiceChanges {
  readonly folder?: string;
  readonly checkpointEvery?: number;
  readonly devices?: Promise<Devices>;
  /** Null runs sessions in the calling thread, where tests can replace them. */
  readonly engine?: null;
  readonly freeBytes?: FreeBytes;
  readonly followsOthers?: boolean;
  /** Called with every event and response before it is delivered. */
  readonly check?: {
    readonly event: (event: ComputeEvent) => void;
    readonly output: (name: RequestName, output: unknown) => void;
  };
}

export async function openUnchecked(options: ServiceChanges = {}): Promise<OpenedService> {
  const { folder = await freshFolder(), checkpointEvery, devices, engine, freeBytes, followsOthers, check } = options;
  const [window, compute] = portPair();
  let suspend = () => Promise.resolve();
  const handlers = createService({
    dataFolder: folder,
    builtInModels,
    emit: (event) => server.emit(event),
    onReady: (given) => (suspend = given),
    ...(checkpointEvery && { checkpointEvery }),
    ...(devices && { devices }),
    ...(engine === null && { engine }),
    ...(freeBytes && { freeBytes }),
    ...(followsOthers && { followsOthers }),
  });
  const server = serve(compute, handlers);
  const client = connect(window);
  const events: ComputeEvent[] = [];
  client.onEvent((event) => {
    check?.event(event);
    events.push(event);
  });

  async function ask<Name extends RequestName>(
    name: Name,
    input: Input<Name>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Output<Name>> {
    const output = await client.request(name, input, options);
    check?.output(name, output);
    return output;
  }

  function next<Type extends ComputeEvent['type']>(types: Type | readonly Type[], from = 0): Promise<EventOf<Type>> {
    const isExpected = (event: ComputeEvent): event is EventOf<Type> =>
      ([types].flat() as string[]).includes(event.type);
    const received = events.slice(from).find(isExpected);
    if (received) return Promise.resolve(received);
    return new Promise((resolve) => {
      const stop = client.onEvent((event) => {
        if (!isExpected(event)) return;
        stop();
        resolve(event);
      });
    });
  }

  async function close(): Promise<void> {
    await suspend();
    await rm(folder, { recursive: true, force: true });
  }

  return { folder, events, ask, next, suspend: () => suspend(), close };
}
