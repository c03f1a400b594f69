/** Extensions of the files that puzzles are imported from, in lower case with their dot. */
import { kindFamilies } from './kinds/registry';

export const tableExtensions = ['.csv', '.tsv', '.tab'];

/** JSON with a puzzle in each line. */
export const jsonLineExtensions = ['.jsonl', '.ndjson'];

export const jsonExtensions = ['.json', ...jsonLineExtensions];

/** Text of no kind in particular. */
export const TEXT_EXTENSION = '.txt';

/** Text of one kind of puzzles only. */
const kindExtensions = kindFamilies.flatMap(({ extensions = [] }) => extensions);

/** Every extension of files of puzzles. */
export const puzzleExtensions: readonly string[] = [
  ...tableExtensions,
  TEXT_EXTENSION,
  ...kindExtensions,
  ...jsonExtensions,
];

/** Of files that have a puzzle in each line: collections, from which none is opened by itself. */
export const collectionExtensions: readonly string[] = [...tableExtensions, '.sdm', ...jsonLineExtensions];
