/** Queued runs, stored in queue.json so that the order survives a restart. One run trains at a time. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import { MessageError } from '../../../renderer/messages/message';
import type { Queue as QueueMessage, RunRequest } from '../../contract/contract';
import { queuedSchema, queueSchema, runRequestSchema } from '../../contract/runs';
import { errorText } from '../../contract/error-message';

export interface QueueOptions {
  readonly file: string;
  /** @throws Error with the reason why the run cannot be started */
  readonly start: (request: RunRequest) => Promise<unknown>;
  readonly isBusy: () => boolean;
  readonly onChange: (queue: QueueMessage) => void;
}

const empty: QueueMessage = { isPaused: false, waiting: [] };

const previousTrainable = { everything: 'all', 'puzzle embeddings': 'puzzleEmbeddings' } as const;

/** Requests in queue.json of earlier versions have `learns` instead of `trainable`. */
const previousRequestSchema = z.looseObject({ learns: z.enum(['everything', 'puzzle embeddings']) });

function upgradeRequest(stored: unknown): unknown {
  const { data } = previousRequestSchema.safeParse(stored);
  if (!data) return stored;
  const { learns, ...request } = data;
  return { ...request, trainable: previousTrainable[learns] };
}

const storedQueueSchema = queueSchema.extend({
  waiting: z.array(queuedSchema.extend({ request: z.preprocess(upgradeRequest, runRequestSchema) })),
});

export class Queue {
  private changing: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: QueueOptions) {}

  /** Returns an empty queue where the file cannot be read. */
  async read(): Promise<QueueMessage> {
    const text = await readFile(this.options.file, 'utf8').catch(() => '');
    try {
      return storedQueueSchema.parse(JSON.parse(text));
    } catch {
      return empty;
    }
  }

  add(request: RunRequest): Promise<QueueMessage> {
    return this.change((queue) => ({
      ...queue,
      waiting: [...queue.waiting, { queueId: randomUUID(), request, problem: null }],
    }));
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

  /** Starts the first run that can be started. A run that cannot keeps its position, with the reason, and is skipped. */
  next(): Promise<void> {
    return this.serialise(async () => {
      const queue = await this.read();
      if (queue.isPaused || this.options.isBusy()) return;
      for (const entry of queue.waiting.filter(({ problem }) => problem === null)) {
        const problem = await this.options.start(entry.request).then(() => null, errorText);
        const { waiting, ...rest } = await this.read();
        const others = waiting.filter(({ queueId }) => queueId !== entry.queueId);
        await this.write({
          ...rest,
          waiting:
            problem === null
              ? others
              : waiting.map((other) => (other.queueId === entry.queueId ? { ...other, problem } : other)),
        });
        if (problem === null) return;
      }
    });
  }

  private async change(make: (queue: QueueMessage) => QueueMessage): Promise<QueueMessage> {
    const changed = await this.serialise(async () => this.write(make(await this.read())));
    void this.next();
    return changed;
  }

  private async write(queue: QueueMessage): Promise<QueueMessage> {
    await mkdir(dirname(this.options.file), { recursive: true });
    await writeAtomically(this.options.file, `${JSON.stringify(queue, null, 2)}\n`);
    this.options.onChange(queue);
    return queue;
  }

  /** Runs changes one after the other, so that each reads what the previous one wrote. */
  private serialise<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.changing.then(work);
    this.changing = done.catch(() => undefined);
    return done;
  }

  private find({ waiting }: QueueMessage, queueId: string) {
    const entry = waiting.find((other) => other.queueId === queueId);
    if (entry) return entry;
    throw new MessageError('run.notQueued');
  }
}
