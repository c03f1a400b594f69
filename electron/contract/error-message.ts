/** Errors as one line of text. */

/** Descriptions of errors of the disk, by code. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'the folder is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'there is something else of this name',
  EISDIR: 'it is a folder',
  ENOENT: 'the folder above it does not exist',
};

/** The message of an error in one line; for errors of the disk the path and the reason. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || !Object.hasOwn(reasons, code)) return error.message.split('\n')[0]!;
  return path ? `cannot use ${path}: ${reasons[code]}` : reasons[code]!;
}
