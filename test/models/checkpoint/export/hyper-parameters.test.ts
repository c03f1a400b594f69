import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { flattenSettings, sessionStartValue } from '../../../../models/checkpoint/export/hyper-parameters';

/** The fields of a message: bytes, or numbers. */
function fields(bytes: Uint8Array): [field: number, value: Uint8Array | number | boolean][] {
  const reader = new BinaryReader(bytes);
  const found: [number, Uint8Array | number | boolean][] = [];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) found.push([field, reader.bytes()]);
    else found.push([field, type === WireType.Bit64 ? reader.double() : reader.bool()]);
  }
  return found;
}

const inner = (bytes: Uint8Array, field: number): Uint8Array =>
  fields(bytes).find(([number]) => number === field)![1] as Uint8Array;
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('settings of all levels have names with dots', () => {
  const settings = { seed: 1, ema: null, model: { mlpT: true, family: 'trm' }, curriculum: [{ steps: 4 }] };
  expect(flattenSettings(settings)).toEqual({
    seed: 1,
    'model.mlpT': true,
    'model.family': 'trm',
    curriculum: '[{"steps":4}]',
  });
});

test('the summary has the tag and the plugin of HParams, every setting and the start', () => {
  const value = sessionStartValue({ seed: 1.5, family: 'trm', mlpT: true }, 1234.5);
  expect(text(inner(value, 1))).toBe('_hparams_/session_start_info');
  const plugin = inner(inner(value, 9), 1);
  expect(text(inner(plugin, 1))).toBe('hparams');
  const session = fields(inner(inner(plugin, 2), 3));
  const settings = session
    .filter(([field]) => field === 1)
    .map(([, entry]) => {
      const [[kind, content] = []] = fields(inner(entry as Uint8Array, 2));
      return [text(inner(entry as Uint8Array, 1)), kind, kind === 3 ? text(content as Uint8Array) : content];
    });
  expect(settings).toEqual([
    ['seed', 2, 1.5],
    ['family', 3, 'trm'],
    ['mlpT', 4, true],
  ]);
  expect(session.at(-1)).toEqual([5, 1234.5]);
});
