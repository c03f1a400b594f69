/** What went wrong, as a text for people: one line, in the language of whoever reads it. */
import { formatEnglish } from '../../renderer/messages/english';
import { message, MessageError, type Message, type Text } from '../../renderer/messages/message';

/** Errors of the disk, by code. */
const diskReasons: Readonly<Record<string, () => Message>> = {
  EACCES: () => message('error.disk.noPermission'),
  EPERM: () => message('error.disk.noPermission'),
  EROFS: () => message('error.disk.readOnly'),
  ENOSPC: () => message('error.disk.full'),
  ENOTDIR: () => message('error.disk.notFolder'),
  EEXIST: () => message('error.disk.exists'),
  EISDIR: () => message('error.disk.isFolder'),
  ENOENT: () => message('error.disk.missing'),
  ELOOP: () => message('error.disk.loop'),
};

/** The text of an error; for errors of the disk the path and the reason, for others without a message their first line. */
export function errorText(error: unknown): Text {
  if (error instanceof MessageError) return error.text;
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === 'ENAMETOOLONG') return describeTooLong(path ?? '');
  if (code === undefined || !Object.hasOwn(diskReasons, code)) return error.message.split('\n')[0]!;
  const reason = diskReasons[code]!();
  return path ? message('error.cannotUsePath', { path, reason }) : reason;
}

/** Bytes that most file systems allow in a name. */
const MAX_NAME_BYTES = 255;
/** Characters of a name that is too long which are shown. */
const SHOWN = 40;

/** Names the longest part of a path, unless only the whole path is too long. */
function describeTooLong(path: string): Text {
  const bytes = (name: string) => new TextEncoder().encode(name).length;
  const [name = ''] = path.split(/[\\/]/u).sort((a, b) => bytes(b) - bytes(a));
  if (bytes(name) <= MAX_NAME_BYTES) return message('error.disk.pathTooLong');
  return message('error.disk.nameTooLong', {
    name: `${Array.from(name).slice(0, SHOWN).join('')}…`,
    bytes: bytes(name),
  });
}

/** The text of an error in English, for the command line, records on disk and logs. */
export function errorMessage(error: unknown): string {
  return formatEnglish(errorText(error));
}
