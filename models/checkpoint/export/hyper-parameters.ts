/**
 * The settings of a run as TensorBoard's plugin HParams shows them: a summary value without data, whose metadata have the settings
 * (field numbers of summary.proto, and of api.proto and plugin_data.proto of the plugin).
 */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export type HyperParameters = Readonly<Record<string, string | number | boolean>>;

/** Settings of all levels under names with dots, such as `model.hiddenSize`; texts for lists, and none for null. */
export const flattenSettings = (settings: object, prefix = ''): HyperParameters =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([key, value]: [string, unknown]) => {
      const name = `${prefix}${key}`;
      if (value === null || value === undefined) return [];
      if (Array.isArray(value)) return [[name, JSON.stringify(value)]];
      return typeof value === 'object' ? Object.entries(flattenSettings(value, `${name}.`)) : [[name, value]];
    }),
  ) as HyperParameters;

/** Value of a summary: tag 1, metadata 9. @param started start of the run in seconds since 1970 */
export function sessionStartValue(settings: HyperParameters, started: number): Uint8Array {
  const metadata = message(1, join(text(1, 'hparams'), message(2, pluginData(settings, started))));
  return join(text(1, '_hparams_/session_start_info'), message(9, metadata));
}

/** HParamsPluginData: session_start_info 3, of it hparams 1 (a map) and start_time_secs 5. */
function pluginData(settings: HyperParameters, started: number): Uint8Array {
  const entries = Object.entries(settings).map(([name, value]) =>
    message(1, join(text(1, name), message(2, valueBytes(value)))),
  );
  const start = new BinaryWriter().tag(5, WireType.Bit64).double(started).finish();
  return message(3, join(...entries, start));
}

/** google.protobuf.Value: number_value 2, string_value 3, bool_value 4. */
function valueBytes(value: string | number | boolean): Uint8Array {
  if (typeof value === 'string') return text(3, value);
  const writer = new BinaryWriter();
  return typeof value === 'number'
    ? writer.tag(2, WireType.Bit64).double(value).finish()
    : writer.tag(4, WireType.Varint).bool(value).finish();
}

const text = (field: number, value: string): Uint8Array =>
  new BinaryWriter().tag(field, WireType.LengthDelimited).string(value).finish();

const message = (field: number, content: Uint8Array): Uint8Array =>
  new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(content).finish();

const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts);
