/** The window's way to compute with the real engine at its end, for tests of what the window keeps. */
import { rm } from 'node:fs/promises';
import { createService } from '../../electron/compute/service';
import type { RequestName } from '../../electron/contract/contract';
import { connect, serve } from '../../electron/contract/rpc';
import type { Compute } from '../../renderer/app/compute.svelte';
import { freshFolder, builtInModels } from '../electron/compute/service-client';
import { connectedCompute } from './canned-lab';
import { portPair } from '../electron/contract/port-pair';
import { writeUntrainedModel, type UntrainedModel } from '../e2e/untrained-models';

export interface RealCompute {
  readonly compute: Compute;
  readonly folder: string;
  /** What was asked, in its order. */
  readonly asked: readonly { readonly name: RequestName; readonly input: unknown }[];
  close(): Promise<void>;
}

export async function realCompute(models: readonly UntrainedModel[] = []): Promise<RealCompute> {
  const folder = await freshFolder();
  for (const model of models) await writeUntrainedModel(folder, model);
  const [window, end] = portPair();
  const server = serve(end, createService({ dataFolder: folder, builtInModels, emit: (event) => server.emit(event) }));
  const client = connect(window);
  const asked: { name: RequestName; input: unknown }[] = [];
  const compute = connectedCompute({
    ...client,
    request: (name, input, options) => {
      asked.push({ name, input });
      return client.request(name, input, options);
    },
  });
  return { compute, folder, asked, close: () => rm(folder, { recursive: true, force: true }) };
}
