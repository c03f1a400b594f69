/** Queued runs, stored in queue.json so that the order survives a restart; window and command line share it. One run trains at a time. */
import { randomUUID } from 'node:crypto';
import { unwatchFile, watchFile, type Stats } from 'node:fs';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import { MessageError } from '../../../renderer/messages/message';
import type { Queue as QueueMessage, RunRequest } from '../../contract/contract';
import { queuedSchema, queueSchema, runRequestSchema } from '../../contract/runs';
import { errorText } from '../../contract/error-message';
import { withLock } from '../storage/lock-file';
import { ifExists } from '../storage/missing-files';
import { parseUndamaged, stringifyWithChecksum } from '../../../datasets/formats/json-checksum';

export interface QueueOptions {
  readonly file: string;
  /** @throws Error with the reason why the run cannot be started */
  readonly start: (request: RunRequest) => Promise<unknown>;
  readonly isBusy: () => boolean;
  readonly onChange: (queue: QueueMessage) => void;
}

const empty: StoredQueue = { isPaused: false, waiting: [] };

const previousTrainable = { everything: 'all', 'puzzle embeddings': 'puzzleEmbeddings' } as const;

/** Requests in queue.json of earlier versions have `learns` instead of `trainable`. */
const previousRequestSchema = z.looseObject({ learns: z.enum(['everything', 'puzzle embeddings']) });

function upgradeRequest(stored: unknown): unknown {
  const { data } = previousRequestSchema.safeParse(stored);
  if (!data) return stored;
  const { learns, ...request } = data;
  return { ...request, trainable: previousTrainable[learns] };
}

const storedQueueSchema = queueSchema.omit({ damagedFile: true }).extend({
  waiting: z.array(queuedSchema.extend({ request: z.preprocess(upgradeRequest, runRequestSchema) })),
});

type StoredQueue = Omit<QueueMessage, 'damagedFile'>;

/** A hundred thousand queued runs. */
const MAX_BYTES = 2 ** 26;

/** Whether a file can be read: a pipe or a device would be read without end. Reading a folder is an error of the disk. */
const isQueueFile = (found: Stats): boolean => found.isDirectory() || (found.isFile() && found.size <= MAX_BYTES);

/** Milliseconds between two looks whether another process has changed the file. */
const WATCH_INTERVAL = 1000;

export class Queue {
  private changing: Promise<unknown> = Promise.resolve();
  /** Where a damaged file was put aside. */
  private damagedFile: string | null = null;

  constructor(private readonly options: QueueOptions) {}

  /** Reports changes of other processes, and starts what they have added, until `unwatch`. */
  watch(): void {
    const onChange = () => void this.onFileChange().catch(() => undefined);
    watchFile(this.options.file, { interval: WATCH_INTERVAL, persistent: false }, onChange);
  }

  unwatch(): void {
    unwatchFile(this.options.file);
  }

  private async onFileChange(): Promise<void> {
    this.options.onChange(await this.read());
    await this.next();
  }

  /** A damaged file is put aside, and the queue is empty. @throws MessageError when another process changes the file for long; errors of the disk */
  async read(): Promise<QueueMessage> {
    const stored = await this.readFile();
    if (stored !== null) return { ...stored, damagedFile: this.damagedFile };
    // Another process may have put it aside and written a new one meanwhile.
    return this.withLock(() => this.readLocked()).catch((error: unknown) => {
      if (error instanceof MessageError) throw error;
      // Where it cannot be locked or renamed, as in a folder that is not writable, the file stays. A change fails there as well.
      this.damagedFile = this.options.file;
      return { ...empty, damagedFile: this.damagedFile };
    });
  }

  private async readLocked(): Promise<QueueMessage> {
    const stored = await this.readFile();
    if (stored === null) await this.putAside();
    return { ...(stored ?? empty), damagedFile: this.damagedFile };
  }

  private withLock<Result>(work: () => Promise<Result>): Promise<Result> {
    return withLock(`${this.options.file}.lock`, work);
  }

  /** Null for a damaged file. @throws errors of the disk */
  private async readFile(): Promise<StoredQueue | null> {
    const { file } = this.options;
    const found = await ifExists(stat(file));
    if (found === null) return empty;
    return isQueueFile(found) ? parseUndamaged(await readFile(file, 'utf8'), storedQueueSchema) : null;
  }

  /** @throws errors of the disk: a change would overwrite the damaged file */
  private async putAside(): Promise<void> {
    const { file } = this.options;
    const kept = file.replace(/(\.json)?$/u, '.damaged.json');
    await rename(file, kept);
    this.damagedFile = kept;
  }

  add(...requests: readonly RunRequest[]): Promise<QueueMessage> {
    const added = requests.map((request) => ({ queueId: randomUUID(), request, problem: null }));
    return this.change((queue) => ({ ...queue, waiting: [...queue.waiting, ...added] }));
  }

  /** Replaces the request of an entry, which keeps its place. @throws MessageError if it has started or was removed */
  replace(queueId: string, request: RunRequest): Promise<QueueMessage> {
    return this.change((queue) => {
      const replaced = this.find(queue, queueId);
      const entry = { queueId: randomUUID(), request, problem: null };
      return { ...queue, waiting: queue.waiting.map((other) => (other === replaced ? entry : other)) };
    });
  }

  /** @param to position in the queue, from 0; larger than the last position means the end */
  move(queueId: string, to: number): Promise<QueueMessage> {
    return this.change((queue) => {
      const moved = this.find(queue, queueId);
      const waiting = queue.waiting.filter((other) => other !== moved);
      waiting.splice(to, 0, moved);
      return { ...queue, waiting };
    });
  }

  remove(queueId: string): Promise<QueueMessage> {
    return this.change((queue) => {
      const removed = this.find(queue, queueId);
      return { ...queue, waiting: queue.waiting.filter((other) => other !== removed) };
    });
  }

  pause(isPaused: boolean): Promise<QueueMessage> {
    return this.change((queue) => ({ ...queue, isPaused }));
  }

  /**
   * Starts the first run that can be started. A run that cannot keeps its position, with the reason, and is skipped. Never rejects: a file
   * that cannot be read or written is reported by the next request.
   */
  next(): Promise<void> {
    return this.serialise(() => this.startFirst()).catch(() => undefined);
  }

  private async startFirst(): Promise<void> {
    const queue = await this.read();
    if (queue.isPaused || this.options.isBusy()) return;
    for (const entry of queue.waiting.filter(({ problem }) => problem === null)) {
      const problem = await this.options.start(entry.request).then(() => null, errorText);
      await this.apply(({ isPaused, waiting }) => ({
        isPaused,
        waiting: waiting.flatMap((other) => {
          if (other.queueId !== entry.queueId) return [other];
          return problem === null ? [] : [{ ...other, problem }];
        }),
      }));
      if (problem === null) return;
    }
  }

  private async change(make: (queue: StoredQueue) => StoredQueue): Promise<QueueMessage> {
    const changed = await this.serialise(() => this.apply(make));
    void this.next();
    return changed;
  }

  /** Changes the file while no other process does. */
  private async apply(make: (queue: StoredQueue) => StoredQueue): Promise<QueueMessage> {
    const { file, onChange } = this.options;
    await mkdir(dirname(file), { recursive: true });
    const changed = await this.withLock(async () => {
      const { damagedFile, ...before } = await this.readLocked();
      const queue = make(before);
      await writeAtomically(file, stringifyWithChecksum(queue));
      return { ...queue, damagedFile };
    });
    onChange(changed);
    return changed;
  }

  /** Runs changes one after the other, so that each reads what the previous one wrote. */
  private serialise<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.changing.then(work);
    this.changing = done.catch(() => undefined);
    return done;
  }

  private find({ waiting }: StoredQueue, queueId: string) {
    const entry = waiting.find((other) => other.queueId === queueId);
    if (entry) return entry;
    throw new MessageError('run.notQueued');
  }
}
