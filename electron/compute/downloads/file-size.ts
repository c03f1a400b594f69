/** How long a file will be, asked before a byte of it is fetched. */
import { ask, lengthOf, type Connection } from './connection';
import type { FileSpec } from './download-specs';
import { refusedBy } from './network-failure';

/**
 * What is known here, else what the server says; null where it does not.
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function sizeOf(file: FileSpec, connection: Connection): Promise<number | null> {
  if (file.bytes !== null) return file.bytes;
  const { host, status, headers, announced, body } = await ask(file.url, { ...connection, method: 'HEAD' });
  body.destroy();
  if (announced.bytes !== null) return announced.bytes;
  if (status !== 200) throw refusedBy(host, status);
  return lengthOf(headers['content-length']);
}
