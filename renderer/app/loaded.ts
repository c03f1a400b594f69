/** A value that is read from compute: not there yet, there, or failed with a message. */
export type Loaded<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: Value }
  | { readonly state: 'failed'; readonly message: string };

export const loading: { readonly state: 'loading' } = { state: 'loading' };

export function ready<Value>(value: Value): Loaded<Value> {
  return { state: 'ready', value };
}

export function failed(reason: unknown): { readonly state: 'failed'; readonly message: string } {
  return { state: 'failed', message: rawErrorMessage(reason) };
}

/** Returns the value, or null while it is not there. */
export function loadedValue<Value>(loaded: Loaded<Value>): Value | null {
  return loaded.state === 'ready' ? loaded.value : null;
}

/** The message of whatever was thrown. */
export function rawErrorMessage(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
