/** Runs that wait for their turn: queue.json, so that the order outlives the process. One at a time computes. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeAtomically } from '../../../datasets/formats/atomic-write';
import type { Queue as QueueMessage, RunRequest } from '../../contract/contract';
import { queueSchema } from '../../contract/runs';
import { errorMessage } from '../../contract/format';

export interface QueueOptions {
  readonly file: string;
  /** @throws what says why it cannot be started */
  readonly start: (request: RunRequest) => Promise<unknown>;
  readonly isBusy: () => boolean;
  readonly onChange: (queue: QueueMessage) => void;
}

const empty: QueueMessage = { isPaused: false, waiting: [] };

export class Queue {
  private changing: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: QueueOptions) {}

  /** A file that cannot be read counts as an empty queue. */
  async read(): Promise<QueueMessage> {
    const text = await readFile(this.options.file, 'utf8').catch(() => '');
    try {
      return queueSchema.parse(JSON.parse(text));
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

  /** @param to place in the queue, from 0; beyond the end is the end */
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
      const gone = this.find(queue, queueId);
      return { ...queue, waiting: queue.waiting.filter((other) => other !== gone) };
    });
  }

  pause(isPaused: boolean): Promise<QueueMessage> {
    return this.change((queue) => ({ ...queue, isPaused }));
  }

  /** Starts the first that can be started; one that cannot stays, with the reason, and lets the next go before it. */
  next(): Promise<void> {
    return this.alone(async () => {
      const queue = await this.read();
      if (queue.isPaused || this.options.isBusy()) return;
      for (const entry of queue.waiting.filter(({ problem }) => problem === null)) {
        const problem = await this.options.start(entry.request).then(() => null, errorMessage);
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
    const changed = await this.alone(async () => this.write(make(await this.read())));
    void this.next();
    return changed;
  }

  private async write(queue: QueueMessage): Promise<QueueMessage> {
    await mkdir(dirname(this.options.file), { recursive: true });
    await writeAtomically(this.options.file, `${JSON.stringify(queue, null, 2)}\n`);
    this.options.onChange(queue);
    return queue;
  }

  /** One change after the other: none is made to what another is changing. */
  private alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.changing.then(work);
    this.changing = done.catch(() => undefined);
    return done;
  }

  private find({ waiting }: QueueMessage, queueId: string) {
    const entry = waiting.find((other) => other.queueId === queueId);
    if (entry) return entry;
    throw new RangeError('that run is not waiting any more');
  }
}
