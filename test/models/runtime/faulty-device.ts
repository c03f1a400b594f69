/**
 * A device that computes on the CPU until it fails: sessions of onnxruntime with another provider than the CPU
 * run on the CPU, and their outputs pass through `fault`.
 */
import { InferenceSession } from 'onnxruntime-node';
import { onTestFinished, vi } from 'vitest';

type Outputs = Awaited<ReturnType<InferenceSession['run']>>;

/** `run` counts from 1 over all sessions of the device. */
export type Fault = (run: number, outputs: Outputs) => void;

export function injectFault(fault: Fault): void {
  const create = InferenceSession.create.bind(InferenceSession) as (
    bytes: Uint8Array,
    options: InferenceSession.SessionOptions,
  ) => Promise<InferenceSession>;
  let runs = 0;
  const spy = vi.spyOn(InferenceSession, 'create').mockImplementation((async (
    bytes: Uint8Array,
    options: InferenceSession.SessionOptions,
  ) => {
    const session = await create(bytes, { ...options, executionProviders: ['cpu'] });
    if (options.executionProviders?.[0] === 'cpu') return session;
    const run = session.run.bind(session);
    session.run = (async (feeds: InferenceSession.FeedsType) => {
      const outputs = await run(feeds);
      fault(++runs, outputs);
      return outputs;
    }) as InferenceSession['run'];
    return session;
  }) as typeof InferenceSession.create);
  onTestFinished(() => spy.mockRestore());
}
