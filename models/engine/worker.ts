/** Entry point of a worker thread: opens programs as sessions with one thread each; runs them and computes tasks one after another. */
import { parentPort } from 'node:worker_threads';
import type { Session, TensorData } from '../runtime/session';
import { createSession } from './program';
import type { OpenedProgram, ProgramRequest, ReleaseRequest, WorkerRequest, WorkerResponse } from './protocol';
import { computeTask } from './tasks';

const sessions = new Map<number, Promise<Session>>();

function openSession({ programId, program, provider }: OpenedProgram): Promise<Session> {
  const known = sessions.get(programId);
  if (known) return known;
  const opening = createSession(program, { provider, threads: 1 });
  // A failed attempt can be repeated.
  opening.catch(() => sessions.delete(programId));
  sessions.set(programId, opening);
  return opening;
}

async function handleProgram(request: ProgramRequest): Promise<Record<string, TensorData>> {
  const session = await openSession(request);
  switch (request.type) {
    case 'open':
      return {};
    case 'run':
      return session.run(request.feeds, request.targets);
    case 'read':
      return session.read(request.tensors);
  }
}

async function release(programId: number): Promise<void> {
  const session = sessions.get(programId);
  sessions.delete(programId);
  await (await session?.catch(() => undefined))?.release();
}

async function respond(request: WorkerRequest): Promise<void> {
  try {
    if (request.type === 'task') {
      post({ type: 'done', result: await computeTask(request.task, request.input as never) });
    } else {
      const outputs = await handleProgram(request);
      // The memory of the outputs moves to the other thread instead of being copied.
      post({ type: 'done', result: outputs }, [...new Set(Object.values(outputs).map(({ buffer }) => buffer))]);
    }
  } catch (error) {
    post({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

const post = (response: WorkerResponse, transfer: readonly ArrayBufferLike[] = []): void =>
  parentPort!.postMessage(response, transfer as ArrayBuffer[]);

parentPort!.on('message', (request: WorkerRequest | ReleaseRequest) => {
  void (request.type === 'release' ? release(request.programId) : respond(request));
});
