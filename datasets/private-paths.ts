/** Removes what tells where files are on a computer, and by that who uses it, from texts that are given to others. */

/** The last component of a path of any system; an id or a name stays as it is. */
export const lastComponent = (path: string): string => path.split(/[\\/]/u).filter(Boolean).at(-1) ?? path;

const COMPONENT = String.raw`[^\\/\s"'“”‘’<>|*?:]+(?: +[^\\/\s"'“”‘’<>|*?:]+)*`;
const SEPARATOR = String.raw`[\\/]+`;
/** What comes before the first folder: a drive, a share, the home folder, one that is left out already, or nothing. Not the two slashes of an address. */
const START = String.raw`(?<![\p{L}\p{N}:/\\.~])(?:file://)?(?:[A-Za-z]:|[~…]|\.{1,2})?`;

/** The folders of an absolute path, or of one from a known folder; a component may contain spaces, but not at its ends. */
const folders = new RegExp(`${START}${SEPARATOR}(?:${COMPONENT}${SEPARATOR})+`, 'gu');

/** A home folder with nothing behind it, and the folder of all home folders. */
const homeFolder = new RegExp(String.raw`${START}[\\/](?:home|Users)[\\/][^\\/\s"'“”‘’<>|*?:,;()]+`, 'gu');
const homeParent = /^(?:file:\/\/)?(?:[A-Za-z]:)?[\\/](?:home|Users)[\\/]$/u;

/** Reduces every path in a text to its last component: `/home/ada/My data/set: not found` → `set: not found`. Addresses of web pages stay. */
export const withoutFolders = (text: string): string =>
  text.replace(folders, (path) => (homeParent.test(path) ? path : '')).replace(homeFolder, '~');

/** Changes every string in a value as JSON has it. */
export function mapStrings<Value>(value: Value, change: (text: string) => string): Value;
export function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((entry: unknown) => mapStrings(entry, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapStrings(entry as unknown, change)]));
}
