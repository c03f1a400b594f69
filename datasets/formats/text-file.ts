/** Text files of any size: their beginning, and their lines one by one. */
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { message } from '../../renderer/messages/message';
import { SAMPLE_CHARACTERS } from '../kinds/puzzle-text';
import { FormatError, numberText } from './format-error';

/** A file to read. */
export interface NamedFile {
  readonly path: string;
  /** For errors: its name, or its path inside the folder that is read. */
  readonly name: string;
}

/** Maximum bytes of a line, far more than any puzzle has. */
export const MAX_LINE = 1 << 20;

/** The beginning of a file as text. @throws FormatError for what is not a file */
export async function readSample(path: string): Promise<string> {
  const file = basename(path);
  if (!(await stat(path)).isFile()) throw new FormatError(file, message('formats.file'), message('formats.notFile'));
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(SAMPLE_CHARACTERS), 0, SAMPLE_CHARACTERS, 0);
    const bytes = buffer.subarray(0, bytesRead);
    return createDecoder(bytes).decode(bytes);
  } finally {
    await handle.close();
  }
}

/** The whole of a file as text. @throws FormatError for what is not a file or has more than `max` bytes */
export async function readTextFile({ path, name }: NamedFile, max: number): Promise<string> {
  const found = await stat(path);
  if (!found.isFile() || found.size > max)
    throw new FormatError(
      name,
      message('formats.maxFileBytes', { max }),
      found.isFile() ? numberText(found.size) : message('formats.notFile'),
    );
  const bytes = await readFile(path);
  return createDecoder(bytes).decode(bytes);
}

/** For the bytes at the start of a file: UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it. */
function createDecoder([first, second]: Uint8Array): TextDecoder {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  return new TextDecoder(first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8');
}

/** The lines of a file, without their ends. @throws FormatError at a line that is too long */
export async function* readLines({ path, name }: NamedFile): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  let rest = '';
  for await (const chunk of limitLines(createReadStream(path), name)) {
    decoder ??= createDecoder(chunk);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/u);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  // A file of old Macs has no line feeds.
  yield* rest.split('\r');
}

/** Passes chunks on. @throws FormatError at a line that is too long */
export async function* limitLines(chunks: AsyncIterable<Buffer>, file: string): AsyncGenerator<Buffer> {
  /** Bytes since the last line feed. */
  let open = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      requireLine(open + end - from, file);
      from = end + 1;
      open = 0;
    }
    open += chunk.length - from;
    requireLine(open, file);
    yield chunk;
  }
}

const LINE_FEED = 10;

function requireLine(bytes: number, file: string): void {
  if (bytes > MAX_LINE)
    throw new FormatError(file, message('formats.csv.maxLine', { max: MAX_LINE }), message('formats.csv.longerLine'));
}
