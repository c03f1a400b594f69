/**
 * Exports the metrics of a run: as CSV with a row for each training step and evaluation, and as a TensorBoard event file
 * (TFRecords of Event messages, with the field numbers of event.proto and summary.proto).
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { stringify } from 'csv-stringify/sync';
import type { Evaluation, StepMetrics } from '../../train/metrics';
import { sessionStartValue, type HyperParameters } from './hyper-parameters';

type StepLine = { readonly type: 'step' } & StepMetrics;
type EvaluatedLine = { readonly type: 'evaluated' } & Omit<Evaluation, 'isFinal'> &
  Partial<Pick<Evaluation, 'isFinal'>>;
type OtherLine = { readonly type: 'diverged' | 'sample'; readonly step: number };

/** A line of a run's metrics file, with the fields that are exported. */
export type ExportedLine = StepLine | EvaluatedLine | OtherLine;

/** Names as in metrics.jsonl; losses per example, seconds of training, shares from 0 to 1, and counts. */
export const metricsColumns = [
  'type',
  'step',
  'seconds',
  'lmLoss',
  'qHaltLoss',
  'steps',
  'learningRate',
  'gradientNorm',
  'accuracy',
  'exactAccuracy',
  'ruleAccuracy',
  'count',
  'intervalLow',
  'intervalHigh',
  'samples',
] as const;

/** The lines of a run, in order, some at a time. */
type Batches = AsyncIterable<readonly ExportedLine[]>;

/** Parts of a CSV file (RFC 4180) with a header; a cell without a value is empty. Lines of other types are omitted. */
export async function* metricsCsv(batches: Batches): AsyncGenerator<string> {
  yield csvRows([], { header: true });
  for await (const lines of batches) yield csvRows(lines, { header: false });
}

function csvRows(lines: readonly ExportedLine[], { header }: { readonly header: boolean }): string {
  const rows = lines.flatMap((line) => {
    if (line.type !== 'step' && line.type !== 'evaluated') return [];
    const [intervalLow, intervalHigh] = line.type === 'evaluated' ? line.interval : [];
    return [{ ...line, intervalLow, intervalHigh }];
  });
  return stringify(rows, { header, columns: [...metricsColumns], record_delimiter: 'windows' });
}

interface EventsOptions {
  /** Start of the run: TensorBoard shows absolute times. */
  readonly startedAt: Date;
  /** Settings of the run by name, for the tab HParams of TensorBoard; none by default. */
  readonly hyperParameters?: HyperParameters;
}

/** File name by which TensorBoard recognises event files, which it reads in the order of their names. */
export const eventFileName = ({ startedAt }: Pick<EventsOptions, 'startedAt'>): string =>
  `events.out.tfevents.${String(Math.floor(startedAt.getTime() / 1000)).padStart(10, '0')}.trm`;

/** Scalars of a line: tag of the chart and value. */
function* scalarsOf(line: ExportedLine): Generator<readonly [tag: string, value: number | null]> {
  if (line.type === 'step') {
    yield ['train/lm_loss', line.lmLoss];
    yield ['train/q_halt_loss', line.qHaltLoss];
    yield ['train/accuracy', line.accuracy];
    yield ['train/exact_accuracy', line.exactAccuracy];
    yield ['train/steps', line.steps];
    yield ['train/lr', line.learningRate];
    yield ['train/gradient_norm', line.gradientNorm];
    yield ['train/samples', line.samples];
  } else if (line.type === 'evaluated') {
    const group = line.isFinal ? 'held_out_full' : 'held_out';
    yield [`${group}/accuracy`, line.accuracy];
    yield [`${group}/exact_accuracy`, line.exactAccuracy];
    yield [`${group}/rule_accuracy`, line.ruleAccuracy];
  }
}

/** Encodes the file, in parts. Lines of other types and missing values are omitted. */
export async function* tensorboardEvents(
  batches: Batches,
  { startedAt, hyperParameters }: EventsOptions,
): AsyncGenerator<Uint8Array> {
  const started = startedAt.getTime() / 1000;
  yield record(versionEvent(started));
  if (hyperParameters) yield record(hyperParametersEvent(started, hyperParameters));
  for await (const lines of batches) yield scalarRecords(lines, started);
}

/** @param started seconds since 1970 */
function scalarRecords(lines: readonly ExportedLine[], started: number): Uint8Array {
  const records: Uint8Array[] = [];
  for (const line of lines) {
    const scalars = [...scalarsOf(line)].filter((scalar): scalar is readonly [string, number] => scalar[1] !== null);
    if ((line.type === 'step' || line.type === 'evaluated') && scalars.length > 0)
      records.push(record(scalarEvent({ time: started + line.seconds, step: line.step, scalars })));
  }
  return Buffer.concat(records);
}

/** Event: wall_time 1, step 2, file_version 3, summary 5. */
const event = (time: number): BinaryWriter => new BinaryWriter().tag(1, WireType.Bit64).double(time);

/** The first event of a file: its version. */
const versionEvent = (time: number): Uint8Array =>
  event(time).tag(3, WireType.LengthDelimited).string('brain.Event:2').finish();

/** An event with a summary of one value, whose content the plugin HParams reads. */
const hyperParametersEvent = (time: number, settings: HyperParameters): Uint8Array =>
  event(time)
    .tag(5, WireType.LengthDelimited)
    .fork()
    .tag(1, WireType.LengthDelimited)
    .bytes(sessionStartValue(settings, time))
    .join()
    .finish();

interface Scalars {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step: number;
  readonly scalars: readonly (readonly [tag: string, value: number])[];
}

/** Summary: value 1; of it tag 1, simple_value 2. */
function scalarEvent({ time, step, scalars }: Scalars): Uint8Array {
  const writer = event(time).tag(2, WireType.Varint).int64(step).tag(5, WireType.LengthDelimited).fork();
  for (const [tag, value] of scalars)
    writer
      .tag(1, WireType.LengthDelimited)
      .fork()
      .tag(1, WireType.LengthDelimited)
      .string(tag)
      .tag(2, WireType.Bit32)
      .float(value)
      .join();
  return writer.join().finish();
}

/** A TFRecord: length (8 bytes), its checksum, the bytes, their checksum. */
function record(bytes: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(bytes.length + 16);
  framed.writeBigUInt64LE(BigInt(bytes.length), 0);
  framed.writeUInt32LE(masked(framed.subarray(0, 8)), 8);
  framed.set(bytes, 12);
  framed.writeUInt32LE(masked(bytes), 12 + bytes.length);
  return framed;
}

/** The masked CRC of TFRecords: rotated and shifted, since a CRC of data that contains CRCs is weak. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Remainders of each byte for the Castagnoli polynomial, bits reflected. */
const castagnoli = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1;
  return remainder;
});

/** The 32-bit cyclic redundancy check of TFRecords (CRC-32C). */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = castagnoli[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
