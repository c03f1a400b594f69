/** A solve in compute whose supervision steps arrive while they are computed. */
import type { ComputeEvent, Input, Output, Step } from '../../../electron/contract/contract';
import type { Compute } from '../../app/compute.svelte';

/** Takes new steps of an attempt, in their order; a single solve is attempt 0. */
export type OnSteps = (attempt: number, steps: readonly Step[]) => void;

let jobs = 0;

export const newJob = (): string => `solve-${++jobs}`;

/** Sends a request whose steps are streamed, and passes them on until it is settled or aborted. */
export async function streamSteps<Name extends 'traceSolve' | 'solveRollouts'>(
  compute: Compute,
  request: { readonly name: Name; readonly input: Omit<Input<Name>, 'job' | 'stream'>; readonly job: string },
  { onSteps, signal }: { readonly onSteps: OnSteps; readonly signal: AbortSignal },
): Promise<Output<Name>> {
  const { name, input, job } = request;
  const stop = compute.onEvent((event: ComputeEvent) => {
    if (event.type !== 'solve/steps' || event.job !== job || signal.aborted) return;
    for (const { attempt, steps } of event.attempts) onSteps(attempt, steps);
  });
  try {
    return await compute.request(name, { ...input, job, stream: true } as Input<Name>, signal);
  } finally {
    stop();
  }
}
