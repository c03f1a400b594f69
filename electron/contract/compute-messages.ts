/** Messages between the main process and the compute process. Requests of the window do not pass through main. */

/** A file or folder that the user has chosen, or a new file: the window names it by the token. */
export interface FileGrant {
  readonly type: 'file';
  readonly token: string;
  readonly path: string;
  readonly access: 'read' | 'write';
}

/** From main to compute. */
export type MainMessage =
  /** With the port of a window. */
  | { readonly type: 'port' }
  /** Cores to use, from the next calculation on; null: the default. Sent before the first port. */
  | { readonly type: 'cores'; readonly cores: number | null }
  | FileGrant
  /** The computer was asleep until now. */
  | { readonly type: 'wake' }
  /** End, with a checkpoint of the active run. */
  | { readonly type: 'quit' }
  /** Answered at once, with `alive`. */
  | { readonly type: 'ping' };

/** From compute to main. */
export type ComputeMessage =
  /** Whether a run trains or an evaluation is in progress. Sent when it changes. */
  | { readonly type: 'busy'; readonly isBusy: boolean }
  | { readonly type: 'alive' }
  /** A run has paused itself, e.g. since the disk is full. */
  | { readonly type: 'paused' };
