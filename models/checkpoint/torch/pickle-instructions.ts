/** The instructions of a pickle that build plain data, as in CPython's pickletools, protocols 2 to 5. */
import type { PickleBytes } from './pickle-bytes';
import type { Instruction, Machine } from './pickle-machine';
import type { PickleValue } from './pickle-value';

const pushText =
  (length: (bytes: PickleBytes) => number): Instruction =>
  (m) =>
    m.push(m.bytes.text(length(m.bytes)));
const pushBytes =
  (length: (bytes: PickleBytes) => number): Instruction =>
  (m) =>
    m.push(m.bytes.take(length(m.bytes)));

const [oneByte, fourBytes, eightBytes] = [
  (bytes: PickleBytes) => bytes.byte(),
  (bytes: PickleBytes) => bytes.uint32(),
  (bytes: PickleBytes) => bytes.uint64(),
];

const NEWEST_PROTOCOL = 5;

function expectProtocol(m: Machine): void {
  const protocol = m.bytes.byte();
  if (protocol > NEWEST_PROTOCOL) throw m.error(`pickle protocol ${NEWEST_PROTOCOL} or older`, String(protocol));
}

/** Whole numbers of Python can be of any length; a longer one than this counts nothing in a file. */
const MOST_LONG_BYTES = 32;

function pushLong(m: Machine): void {
  const size = m.bytes.byte();
  if (size > MOST_LONG_BYTES) throw m.error(`a whole number of at most ${MOST_LONG_BYTES} bytes`, `${size}`);
  m.push(m.bytes.long(size));
}

/** By opcode; the comments are their names in pickletools. */
export const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  [0x80, expectProtocol], // PROTO
  [0x95, (m) => void m.bytes.uint64()], // FRAME
  [0x2e, (m) => m.stop()], // STOP
  [0x28, (m) => m.mark()], // MARK
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popToMark()], // POP_MARK
  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.bytes.int32())], // BININT
  [0x4b, (m) => m.push(m.bytes.byte())], // BININT1
  [0x4d, (m) => m.push(m.bytes.uint16())], // BININT2
  [0x8a, pushLong], // LONG1
  [0x47, (m) => m.push(m.bytes.float64())], // BINFLOAT
  [0x58, pushText(fourBytes)], // BINUNICODE
  [0x8c, pushText(oneByte)], // SHORT_BINUNICODE
  [0x8d, pushText(eightBytes)], // BINUNICODE8
  [0x54, pushText(fourBytes)], // BINSTRING, Python 2's text
  [0x55, pushText(oneByte)], // SHORT_BINSTRING
  [0x42, pushBytes(fourBytes)], // BINBYTES
  [0x43, pushBytes(oneByte)], // SHORT_BINBYTES
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x61, (m) => m.append([m.pop()])], // APPEND
  [0x65, (m) => m.append(m.popToMark())], // APPENDS
  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x85, (m) => m.push(m.popMany(1))], // TUPLE1
  [0x86, (m) => m.push(m.popMany(2))], // TUPLE2
  [0x87, (m) => m.push(m.popMany(3))], // TUPLE3
  [0x74, (m) => m.push(m.popToMark())], // TUPLE
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x73, (m) => m.setItems(m.popMany(2))], // SETITEM
  [0x75, (m) => m.setItems(m.popToMark())], // SETITEMS
  [0x71, (m) => m.remember(m.bytes.byte())], // BINPUT
  [0x72, (m) => m.remember(m.bytes.uint32())], // LONG_BINPUT
  [0x94, (m) => m.rememberNext()], // MEMOIZE
  [0x68, (m) => m.recall(m.bytes.byte())], // BINGET
  [0x6a, (m) => m.recall(m.bytes.uint32())], // LONG_BINGET
  [0x63, (m) => m.name(m.bytes.line(), m.bytes.line())], // GLOBAL
  [0x93, (m) => m.name(...(m.popMany(2) as [PickleValue, PickleValue]))], // STACK_GLOBAL
  [0x52, (m) => m.call()], // REDUCE
  [0x62, (m) => m.dropAttributes()], // BUILD
  [0x51, (m) => m.persistent()], // BINPERSID
]);
