/** Removes folders from texts that are given to others: they often contain the name of a user or a project. */

/** The last component of a path of any system; an id or a name stays as it is. */
export const lastComponent = (path: string): string => path.split(/[\\/]/u).filter(Boolean).at(-1) ?? path;

/** Characters of a component: an apostrophe only between letters, since others quote. */
const CHARACTER = String.raw`(?:[^\\/\s"'“”‘’<>|*?:]|(?<=\p{L})['’](?=\p{L}))`;
const COMPONENT = String.raw`${CHARACTER}+(?: +(?!--)${CHARACTER}+)*`;
const SEPARATOR = String.raw`[\\/]+`;
/** What comes before the first folder: a drive, a share, the home folder, one that is left out already, or nothing. Not the two slashes of an address. */
const START = String.raw`(?<![\p{L}\p{N}:/\\.~])(?:file://)?(?:[A-Za-z]:|[~…]|\.{1,2})?`;

/**
 * An absolute path, or one from a known folder: its folders, and its last component. A component may contain spaces, but not at its
 * ends; so words after a path without punctuation between them count as part of its last component.
 */
const paths = new RegExp(`(${START}${SEPARATOR})((?:${COMPONENT}${SEPARATOR})*)(${COMPONENT})?`, 'gu');

/** Endings by which a last component is known to be a file, of this project or of a program, and not a folder of the user. */
const isFile =
  /\.(?:bin|c?[jt]s|mjs|csv|ckpt|css|dll|dylib|exe|html|json|jsonl|lock|log|md|node|npy|npz|onnx|partial|pt|pth|py|safetensors|sh|so|svelte|txt|ya?ml|zip)(?:\.damaged)?$/iu;

/** What follows a path in a sentence. */
const AFTER = /[,;.!)\]]*$/u;

/**
 * Removes the folders of every path in a text: `/home/ada/My data/set.csv: not found` → `set.csv: not found`. A path whose last component is not
 * known to be a file becomes `…`, with the words after it up to the next punctuation, which may be part of its name. Addresses of web pages stay.
 */
export const withoutFolders = (text: string): string => text.replace(paths, shortenPath);

function shortenPath(path: string, start: string, folders: string, last = ''): string {
  // A slash, or a word behind one, as in `12 / 4` and `/help`, is no path of a computer.
  if (folders === '' && /^[\\/]$/u.test(start)) return path;
  const words = last.split(' ');
  const file = words.findIndex((word) => isFile.test(word.replace(AFTER, '')));
  if (file >= 0) return words.slice(file).join(' ');
  return `…${AFTER.exec(last)?.[0] ?? ''}`;
}

/** Changes every string in a value as JSON has it. */
export function mapStrings<Value>(value: Value, change: (text: string) => string): Value;
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((entry: unknown) => mapStrings(entry, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapStrings(entry as unknown, change)]));
}
