/** A run as it is given to others: without the paths of this computer. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { lastComponent, mapStrings, withoutFolders } from '../../../../datasets/private-paths';
import { quoteArgument } from '../../../contract/command-line';
import { createLine, openLine, MAX_LINE_BYTES } from '../metrics/line-checksum';
import { RunFolderError, type RunRecord } from '../run-record';

/**
 * A dataset or model that is named by its path keeps the last component; the hash of the dataset is in the record. The lines of the metrics are
 * others then, see `anonymousMetrics`.
 */
export function anonymiseRecord({ run, setup, log, ...rest }: RunRecord): RunRecord {
  const paths = [run.dataset, run.model, run.parent?.id].flatMap((path) => path ?? []);
  const anonymous = {
    ...mapStrings(run, createCleaner(paths)),
    // The characters of its puzzles are in the id of a custom kind.
    kind: run.kind,
    dataset: lastComponent(run.dataset),
    model: run.model && lastComponent(run.model),
    parent: run.parent && { ...run.parent, id: lastComponent(run.parent.id) },
  };
  const isSameLog = lastComponent(run.dataset) === run.dataset;
  return {
    ...rest,
    run: anonymous,
    setup: mapStrings(setup, createCleaner(paths)),
    ...(log && isSameLog && { log }),
  };
}

/** Reduces the given paths, which may be relative, and all others to their last components. */
export function createCleaner(paths: readonly string[]): (text: string) => string {
  const known = paths.filter((path) => lastComponent(path) !== path).sort((a, b) => b.length - a.length);
  return (text) =>
    withoutFolders(
      known.reduce(
        (shortened, path) =>
          shortened
            .replaceAll(quoteArgument(path), quoteArgument(lastComponent(path)))
            .replaceAll(path, lastComponent(path)),
        text,
      ),
    );
}

const CHUNK_BYTES = 2 ** 18;
const NEWLINE = 0x0a;

/**
 * The metrics of a run as far as they are written now. Addresses of its puzzles begin with its dataset: where that is a path, the lines with
 * addresses are written anew.
 * @throws RunFolderError for a folder in its place
 */
export async function* anonymousMetrics(file: string, dataset: string): AsyncGenerator<Buffer> {
  const found = await stat(file).catch(() => null);
  if (found === null || found.size === 0) return;
  if (!found.isFile()) throw new RunFolderError('run.metrics.notRegular', { file: basename(file) });
  const { size } = found;
  const bytes = createReadStream(file, { end: size - 1, highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  if (lastComponent(dataset) === dataset) return yield* bytes;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const all = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const end = all.lastIndexOf(NEWLINE) + 1;
    // A line that is too long is damaged. Its part that was read is left out, its end stays as a damaged line.
    rest = all.length - end > MAX_LINE_BYTES ? Buffer.alloc(0) : all.subarray(end);
    if (end > 0) yield anonymiseLines(all.subarray(0, end), dataset);
  }
  // Its last line is incomplete, and would be dropped anyway.
}

function anonymiseLines(lines: Buffer, dataset: string): Buffer {
  const path = JSON.stringify(dataset).slice(1, -1);
  if (!lines.includes(path)) return lines;
  const name = JSON.stringify(lastComponent(dataset)).slice(1, -1);
  const change = (line: string): string => {
    if (!line.includes(path)) return line;
    const content = openLine(Buffer.from(line));
    // A damaged line stays damaged.
    if (content === null) return line.replaceAll(path, name);
    const changed = content.replaceAll(path, name);
    return line === content ? changed : createLine(JSON.parse(changed) as object).text;
  };
  return Buffer.from(lines.toString().split('\n').map(change).join('\n'));
}
