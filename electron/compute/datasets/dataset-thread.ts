/** Loads datasets in another thread: creating the built-in ones, or reading and checking a large one, takes a second. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Dataset } from '../../../datasets/catalog';
import { formatEnglish } from '../../../renderer/messages/english';
import {
  MessageError,
  type Arguments,
  type Message,
  type MessageId,
  type Text,
} from '../../../renderer/messages/message';
import { errorText } from '../../contract/error-message';
import type { LoadDataset } from './library';
import { listBuffers, packDataset, unpackDataset, type PackedDataset } from './pack-dataset';

interface LoadRequest {
  readonly type: 'loadDataset';
  readonly path: string;
  readonly id: string;
  /** Where the thread sends its reply. */
  readonly port: MessagePort;
}

type LoadReply =
  | { readonly type: 'loaded'; readonly dataset: PackedDataset }
  | { readonly type: 'failed'; readonly name: string; readonly text: Text };

/** A thread as seen by its parent, by its shape. */
interface Thread {
  postMessage(request: LoadRequest, transfer: MessagePort[]): void;
}

/** Loads a dataset in a thread that serves `serveDatasets`. @throws the loader's error; MessageError when the thread ends */
export async function loadInThread(thread: Thread, ...[path, id]: Parameters<LoadDataset>): Promise<Dataset> {
  const { port1, port2 } = new MessageChannel();
  const reply = await new Promise<LoadReply>((resolve, reject) => {
    port1.once('message', resolve);
    port1.once('close', () => reject(new MessageError('app.compute.filesThreadEnded', { reason: 'the thread ended' })));
    thread.postMessage({ type: 'loadDataset', path, id, port: port2 }, [port2]);
  });
  port1.close();
  if (reply.type === 'failed') throw toError(reply);
  return unpackDataset(reply.dataset);
}

/** Serves the parent of a thread. */
export function serveDatasets(parent: MessagePort, load: LoadDataset): void {
  parent.on('message', (received: unknown) => {
    if (isLoadRequest(received)) void respond(received, load);
  });
}

async function respond({ path, id, port }: LoadRequest, load: LoadDataset): Promise<void> {
  try {
    const dataset = packDataset(await load(path, id));
    port.postMessage({ type: 'loaded', dataset } satisfies LoadReply, listBuffers(dataset));
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    port.postMessage({ type: 'failed', name, text: errorText(error) } satisfies LoadReply);
  }
}

const isLoadRequest = (value: unknown): value is LoadRequest =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'loadDataset';

/** The error of the thread, with its name and text. */
function toError({ name, text }: Extract<LoadReply, { type: 'failed' }>): Error {
  // The parameters belong to the id, which TypeScript cannot follow through the message.
  const error = isMessage(text)
    ? new MessageError(text.id, ...([text.parameters] as unknown as Arguments<MessageId>))
    : new Error(formatEnglish(text));
  return Object.assign(error, { name });
}

const isMessage = (text: Text): text is Message => typeof text === 'object' && 'id' in text;
