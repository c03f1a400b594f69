/** Something read from compute: not there yet, there, or failed with a line for people. */
export type Loaded<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: Value }
  | { readonly state: 'failed'; readonly message: string };

export const loading: { readonly state: 'loading' } = { state: 'loading' };

export function ready<Value>(value: Value): Loaded<Value> {
  return { state: 'ready', value };
}

export function failed(reason: unknown): { readonly state: 'failed'; readonly message: string } {
  return { state: 'failed', message: messageOf(reason) };
}

/** The value, once there is one. */
export function valueOf<Value>(loaded: Loaded<Value>): Value | null {
  return loaded.state === 'ready' ? loaded.value : null;
}

/** The line to show for whatever was thrown. */
export function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
