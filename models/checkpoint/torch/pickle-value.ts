/** What a pickle can hold. */

/** A class or function that a pickle may name; `call` builds what Python's would, from already built arguments. */
export class Constructor {
  /** @param call absent where the pickle may only name it */
  constructor(
    readonly name: string,
    readonly call?: (args: readonly PickleValue[]) => PickleValue,
  ) {}
}

/** What a constructor of the reader's own has made. */
export abstract class Built {
  /** For messages: with its article. */
  abstract readonly what: string;
}

/** Lists and tuples are arrays, dictionaries are maps. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Constructor
  | Built
  | readonly PickleValue[]
  | ReadonlyMap<PickleValue, PickleValue>;

/** A call that fails says what it expected and what it was given. */
export class ArgumentError extends Error {
  constructor(
    readonly expected: string,
    readonly found: string,
  ) {
    super(`expected ${expected}, found ${found}`);
  }
}

/** For messages. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === null) return 'None';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a dictionary';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Constructor) return value.name;
  return value instanceof Built ? value.what : `the ${typeof value} ${String(value).slice(0, 40)}`;
}
