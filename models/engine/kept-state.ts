/** State that a session keeps on its device from run to run, so that it does not pass through the processor. */
import type { Feed } from './column-slice';

/** A tensor of the last run of a session: its input of this name, or its output `next_<name>`. */
export interface KeptTensor {
  readonly kept: 'input' | 'output';
}

export const keptInput: KeptTensor = { kept: 'input' };
export const keptOutput: KeptTensor = { kept: 'output' };

export const isKept = (feed: Feed | KeptTensor): feed is KeptTensor => 'kept' in feed;

/** The state that a session kept is gone: its device has failed. What needs it has to start over. */
export class StateLostError extends Error {
  override readonly name = 'StateLostError';
}
