/** Files and folders that may not exist. What exists but cannot be read is an error, so that it never counts as empty. */
import { readdir } from 'node:fs/promises';

/** Whether an error of the disk says that there is no such file or folder. */
export const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** The result of an operation on a file; null where it does not exist. @throws other errors of the disk */
export const ifExists = <Result>(operation: Promise<Result>): Promise<Result | null> =>
  operation.catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });

/** Names in a folder; none where there is no folder. @throws other errors of the disk */
export const readdirIfExists = async (folder: string): Promise<string[]> => (await ifExists(readdir(folder))) ?? [];
