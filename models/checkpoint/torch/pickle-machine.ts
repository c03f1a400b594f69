/** The stack machine that a pickle is a program for: what it holds, and what its instructions may do with it. */
import { PickleBytes } from './pickle-bytes';
import type { PickleValue } from './pickle-value';
import { ArgumentError, Constructor, kindOf } from './pickle-value';

export interface PickleOptions {
  readonly bytes: Uint8Array;
  /** For messages: which file, and which part of it. */
  readonly file: string;
  /** Where the pickle starts. */
  readonly from?: number;
  /** By their full names, as `module.name`. */
  readonly constructors: ReadonlyMap<string, Constructor>;
  /** Makes what stands outside of the pickle from the name it has there. */
  readonly persistent?: (id: PickleValue) => PickleValue;
}

/** A checkpoint of a thousand tensors takes some ten thousand; one byte can make an object of two hundred. */
const MOST_INSTRUCTIONS = 2_000_000;

/** One instruction: what it takes from the bytes and the stack, and what it leaves there. */
export type Instruction = (machine: Machine) => void;

export class Machine {
  readonly bytes: PickleBytes;
  private readonly stack: PickleValue[] = [];
  /** Heights of the stack. */
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
      if (count >= MOST_INSTRUCTIONS) throw this.error(`at most ${MOST_INSTRUCTIONS} instructions`, 'more');
      if (!instruction) throw this.error('plain data and tensors', `instruction 0x${code.toString(16)}`);
      this.guarded(instruction);
    }
    return { value: this.pop(), end: this.bytes.position };
  }

  /** Constructors do not know where they are called. */
  private guarded(instruction: Instruction): void {
    try {
      instruction(this);
    } catch (reason) {
      if (reason instanceof ArgumentError) throw this.error(reason.expected, reason.found);
      throw reason;
    }
  }

  error(expected: string, found: string): Error {
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

  /** What lies below the last mark belongs to someone else. */
  top(): PickleValue {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw this.error('a value', 'an empty stack');
    return this.stack[this.stack.length - 1]!;
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  /** All since the last mark. */
  popToMark(): PickleValue[] {
    const height = this.marks.pop();
    if (height === undefined) throw this.error('a mark', 'none');
    return this.stack.splice(height);
  }

  /** The values on top, the last of them topmost. */
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
    if (value === undefined) throw this.error(`a value remembered as ${index}`, 'none');
    this.push(value);
  }

  /** Pushes a constructor. Naming any other is refused, whether it would be called or not. */
  name(module: PickleValue, name: PickleValue): void {
    if (typeof module !== 'string' || typeof name !== 'string')
      throw this.error('a module and a name in it', `${kindOf(module)} and ${kindOf(name)}`);
    const full = `${module}.${name}`;
    const constructor = this.options.constructors.get(full);
    if (!constructor)
      throw this.error('only tensors and plain data', `a call for ${full.slice(0, 100)}, which is not run`);
    this.push(constructor);
  }

  call(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!(callee instanceof Constructor && callee.call)) throw this.error('a constructor to call', kindOf(callee));
    if (!Array.isArray(args)) throw this.error(`arguments of ${callee.name}`, kindOf(args));
    this.push(callee.call(args as readonly PickleValue[]));
  }

  persistent(): void {
    const { persistent } = this.options;
    if (!persistent) throw this.error('plain data', 'a reference to something outside of it');
    this.push(persistent(this.pop()));
  }

  append(items: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.error('a list to append to', kindOf(list));
    for (const item of items) (list as PickleValue[]).push(item);
  }

  setItems(flat: readonly PickleValue[]): void {
    const dictionary = this.top();
    if (!(dictionary instanceof Map)) throw this.error('a dictionary to fill', kindOf(dictionary));
    if (flat.length % 2 !== 0) throw this.error('keys with values', `${flat.length} of them together`);
    for (let i = 0; i < flat.length; i += 2) dictionary.set(flat[i], flat[i + 1]);
  }

  /** Attributes given to a dictionary after it was made, such as a state dictionary's `_metadata`, say nothing of its tensors. */
  dropAttributes(): void {
    const attributes = this.pop();
    const owner = this.top();
    if (!(owner instanceof Map && attributes instanceof Map))
      throw this.error('attributes of a dictionary', `those of ${kindOf(owner)}`);
  }
}
