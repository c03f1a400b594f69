/** Failures to allocate memory, in onnxruntime, in V8 and in worker threads. */
import { MessageError, type MessageId } from '../../renderer/messages/message';

/** Memory ran out; the text says how much is needed and what would fit. */
export class OutOfMemoryError<Id extends MessageId = MessageId> extends MessageError<Id> {
  override readonly name = 'OutOfMemoryError';
}

// Errors of a worker arrive as texts. In order: the arena of onnxruntime, its C++ allocations (`std::bad_alloc`), arrays of
// V8, messages between threads, and the heap of a worker (ERR_WORKER_OUT_OF_MEMORY).
const patterns = [
  /failed to allocate memory/iu,
  /bad_alloc|bad allocation/u,
  /array buffer allocation failed/iu,
  /data ?clone.*out of memory/iu,
  /reaching memory limit|heap out of memory/iu,
];

/** Whether the error reports a failed allocation. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof MessageError) return false;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_WORKER_OUT_OF_MEMORY' || code === 'ENOMEM' || patterns.some((pattern) => pattern.test(message));
}
