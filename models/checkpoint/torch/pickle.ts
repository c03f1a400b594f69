/**
 * Reads a pickle without executing code. A pickle is a program for a small stack machine; this machine supports the
 * instructions that build plain data (as in CPython's pickletools, protocols 2 to 5), and programs may name only the given
 * constructors; objects of other classes are passed over where `foreign` allows it.
 */
import { message, type Text } from '../../../renderer/messages/message';
import type { PickleValue } from './pickle-bytes';
import { ForeignObject } from './foreign-objects';
import { ArgumentError, PickleConstructor, describeValue, PickleBytes } from './pickle-bytes';

interface PickleOptions {
  readonly bytes: Uint8Array;
  /** Name for errors: the file, and the part of it. */
  readonly file: string;
  /** Where the pickle starts. */
  readonly from?: number;
  /** By their full names, e.g. `torch.FloatStorage`. */
  readonly constructors: ReadonlyMap<string, PickleConstructor>;
  /** Finds a constructor of objects that are passed over, by its full name. */
  readonly foreign?: (name: string) => PickleConstructor | undefined;
  /** Loads an external object by its persistent id. */
  readonly persistent?: (id: PickleValue) => PickleValue;
}

/** A checkpoint of a thousand tensors takes about ten thousand; one byte can create an object of two hundred bytes. */
const MAX_INSTRUCTIONS = 2_000_000;

/** One instruction, which reads bytes and changes the stack. */
type Instruction = (machine: Machine) => void;

class Machine {
  readonly bytes: PickleBytes;
  private readonly stack: PickleValue[] = [];
  /** Heights of the stack at each mark. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private instructionAt = 0;
  private isOver = false;

  /** @param instructions by their code */
  constructor(
    private readonly options: PickleOptions,
    private readonly instructions: ReadonlyMap<number, Instruction>,
  ) {
    this.bytes = new PickleBytes(options.bytes, options.file, options.from);
  }

  run(): { readonly value: PickleValue; readonly end: number } {
    for (let count = 0; !this.isOver; count++) {
      this.instructionAt = this.bytes.position;
      const code = this.bytes.byte();
      const instruction = this.instructions.get(code);
      if (count >= MAX_INSTRUCTIONS)
        throw this.error(
          message('checkpoint.pickle.maxInstructions', { count: MAX_INSTRUCTIONS }),
          message('checkpoint.pickle.more'),
        );
      if (!instruction)
        throw this.error(
          message('checkpoint.pickle.plainDataAndTensors'),
          message('checkpoint.pickle.instruction', { code: `0x${code.toString(16)}` }),
        );
      this.guarded(instruction);
    }
    return { value: this.pop(), end: this.bytes.position };
  }

  /** Adds the position of the instruction to errors of constructors. */
  private guarded(instruction: Instruction): void {
    try {
      instruction(this);
    } catch (reason) {
      if (reason instanceof ArgumentError) throw this.error(reason.expected, reason.found);
      throw reason;
    }
  }

  error(expected: Text, found: Text): Error {
    return this.bytes.error(expected, found, this.instructionAt);
  }

  stop(): void {
    this.isOver = true;
  }

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    this.top();
    return this.stack.pop() as PickleValue;
  }

  /** Values below the last mark cannot be reached. */
  top(): PickleValue {
    if (this.stack.length <= (this.marks.at(-1) ?? 0))
      throw this.error(message('checkpoint.pickle.stackValue'), message('checkpoint.pickle.emptyStack'));
    return this.stack[this.stack.length - 1]!;
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  /** Pops all values above the last mark, and the mark. */
  popToMark(): PickleValue[] {
    const height = this.marks.pop();
    if (height === undefined) throw this.error(message('checkpoint.pickle.mark'), message('checkpoint.pickle.noMark'));
    return this.stack.splice(height);
  }

  /** Pops the topmost values; the last one was on top. */
  popMany(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  remember(index: number): void {
    this.memo.set(index, this.top());
  }

  rememberNext(): void {
    this.remember(this.memo.size);
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined)
      throw this.error(message('checkpoint.pickle.memoSlot', { index }), message('checkpoint.pickle.emptySlot'));
    this.push(value);
  }

  /** Pushes a constructor. Any other name is refused, even if it is never called. */
  name(module: PickleValue, name: PickleValue): void {
    if (typeof module !== 'string' || typeof name !== 'string')
      throw this.error(message('checkpoint.pickle.moduleAndName'), [describeValue(module), describeValue(name)]);
    const full = `${module}.${name}`;
    const constructor = this.options.constructors.get(full) ?? this.options.foreign?.(full);
    if (!constructor)
      throw this.error(
        message('checkpoint.pickle.plainDataAndTensors'),
        message('checkpoint.pickle.call', { name: full.slice(0, 100) }),
      );
    this.push(constructor);
  }

  call(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!(callee instanceof PickleConstructor && callee.call))
      throw this.error(message('checkpoint.pickle.constructor'), describeValue(callee));
    if (!Array.isArray(args))
      throw this.error(message('checkpoint.pickle.arguments', { name: callee.name }), describeValue(args));
    this.push(callee.call(args as readonly PickleValue[]));
  }

  /** Creates an object without calling its class; known constructors are functions. @param count of the values after the class */
  create(code: number, count: number): void {
    const args = this.popMany(count);
    const made =
      this.top() instanceof PickleConstructor ? this.callForeign(this.pop() as PickleConstructor, args) : null;
    if (!made)
      throw this.error(
        message('checkpoint.pickle.plainDataAndTensors'),
        message('checkpoint.pickle.instruction', { code: `0x${code.toString(16)}` }),
      );
    this.push(made);
  }

  private callForeign({ name, call }: PickleConstructor, args: readonly PickleValue[]): ForeignObject | null {
    if (!this.options.foreign || this.options.constructors.has(name)) return null;
    const made = call?.(args);
    return made instanceof ForeignObject ? made : null;
  }

  persistent(): void {
    const { persistent } = this.options;
    if (!persistent) throw this.error(message('checkpoint.pickle.plainData'), message('checkpoint.pickle.external'));
    this.push(persistent(this.pop()));
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (list instanceof ForeignObject) return;
    if (!Array.isArray(list)) throw this.error(message('checkpoint.pickle.list'), describeValue(list));
    for (const item of items) (list as PickleValue[]).push(item);
  }

  setItems(flat: readonly PickleValue[]): void {
    const dictionary = this.top();
    if (dictionary instanceof ForeignObject) return;
    if (!(dictionary instanceof Map))
      throw this.error(message('checkpoint.pickle.dictionary'), describeValue(dictionary));
    if (flat.length % 2 !== 0)
      throw this.error(message('checkpoint.pickle.pairs'), message('checkpoint.pickle.items', { count: flat.length }));
    for (let i = 0; i < flat.length; i += 2) dictionary.set(flat[i], flat[i + 1]);
  }

  /** Ignores attributes of a dictionary, e.g. `_metadata` of a state dictionary: they do not concern its tensors. */
  dropAttributes(): void {
    const attributes = this.pop();
    const owner = this.top();
    if (owner instanceof ForeignObject) return;
    if (!(owner instanceof Map && attributes instanceof Map))
      throw this.error(
        message('checkpoint.pickle.attributes'),
        message('checkpoint.pickle.attributesOf', { owner: describeValue(owner) }),
      );
  }
}

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
  if (protocol > NEWEST_PROTOCOL)
    throw m.error(message('checkpoint.pickle.protocol', { max: NEWEST_PROTOCOL }), String(protocol));
}

/** Python's integers can have any length; no count in a file is longer than this. */
const MAX_LONG_BYTES = 32;

function pushLong(m: Machine): void {
  const size = m.bytes.byte();
  if (size > MAX_LONG_BYTES)
    throw m.error(
      message('checkpoint.pickle.longInteger', { count: MAX_LONG_BYTES }),
      message('checkpoint.bytes', { count: size }),
    );
  m.push(m.bytes.long(size));
}

/** Instructions by opcode; the comments are their names in pickletools. */
const instructions: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
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
  [0x8f, (m) => m.push([])], // EMPTY_SET
  [0x90, (m) => m.append(m.popToMark())], // ADDITEMS
  [0x91, (m) => m.push(m.popToMark())], // FROZENSET
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
  [0x81, (m) => m.create(0x81, 1)], // NEWOBJ
  [0x92, (m) => m.create(0x92, 2)], // NEWOBJ_EX
  [0x62, (m) => m.dropAttributes()], // BUILD
  [0x51, (m) => m.persistent()], // BINPERSID
]);

/** Returns the value, and where the pickle ends. @throws FormatError for anything except plain data and objects of the given constructors */
export function readPickle(options: PickleOptions): { readonly value: PickleValue; readonly end: number } {
  return new Machine(options, instructions).run();
}
