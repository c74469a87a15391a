import { DataError } from '@isograd/device';

/** What a pickle names: a function or a class of Python. */
export class PythonName {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** What the reader of a pickle asks its owner. Nothing else is ever done: no code of the file is run. */
export interface PickleHost {
  /** What calling a name of Python with arguments gives. @throws DataError for names that are not known. */
  call(name: PythonName, args: readonly unknown[]): unknown;
  /** What lies outside of the pickle under some key. */
  persistent(key: unknown): unknown;
}

/** Refuses a pickle. */
export function badPickle(what: string, got: string, expected = 'a file that torch.save wrote'): never {
  throw new DataError({
    where: 'loadTorch',
    what,
    got,
    expected,
    hint: 'state dicts are read, objects of own classes are not; was the file cut or changed?',
  });
}

const MARK = Symbol('mark');

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(n: number): number {
    const at = this.at;
    if (!(n >= 0 && at + n <= this.#bytes.length)) badPickle('the pickle ends too early', `${n} bytes at ${at}`);
    this.at += n;
    return at;
  }

  u8 = (): number => this.#view.getUint8(this.take(1));
  u16 = (): number => this.#view.getUint16(this.take(2), true);
  i32 = (): number => this.#view.getInt32(this.take(4), true);
  u32 = (): number => this.#view.getUint32(this.take(4), true);
  f64 = (): number => this.#view.getFloat64(this.take(8), false);

  bytes(n: number): Uint8Array {
    const at = this.take(n);
    return this.#bytes.subarray(at, at + n);
  }

  text(n: number): string {
    return new TextDecoder().decode(this.bytes(n));
  }

  line(): string {
    const start = this.at;
    while (this.u8() !== 10);
    return new TextDecoder().decode(this.#bytes.subarray(start, this.at - 1));
  }

  /** A whole number of any size, low byte first, in two's complement. */
  long(n: number): number | bigint {
    const bytes = this.bytes(n);
    let value = 0n;
    for (let i = n - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    if (n > 0 && bytes[n - 1]! > 127) value -= 1n << BigInt(8 * n);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
}

/** The stack machine that a pickle is a program for. */
class Machine {
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #host: PickleHost;
  readonly #read: Reader;

  constructor(bytes: Uint8Array, host: PickleHost) {
    this.#read = new Reader(bytes);
    this.#host = host;
  }

  #pop(): unknown {
    if (this.#stack.length === 0) badPickle('the pickle takes from an empty stack', `at byte ${this.#read.at}`);
    return this.#stack.pop();
  }

  /** What was pushed since the last mark. */
  #marked(): unknown[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at === -1) badPickle('the pickle has no mark', `at byte ${this.#read.at}`);
    const items = this.#stack.splice(at + 1);
    this.#stack.pop();
    return items;
  }

  #top<T>(kind: new () => T, name: string): T {
    const top = this.#stack.at(-1);
    return top instanceof kind ? top : badPickle(`the pickle has no ${name} where it needs one`, typeof top);
  }

  #set(items: readonly unknown[]): void {
    const map = this.#top<Map<unknown, unknown>>(Map, 'dict');
    for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  #append(items: readonly unknown[]): void {
    const list = this.#stack.at(-1);
    if (!Array.isArray(list)) badPickle('the pickle has no list where it needs one', typeof list);
    for (const item of items) (list as unknown[]).push(item);
  }

  #call(): unknown {
    const args = this.#pop();
    const name = this.#pop();
    if (!(name instanceof PythonName) || !Array.isArray(args))
      return badPickle('the pickle calls what is no function', typeof name);
    return this.#host.call(name, args);
  }

  #remember(index: number): void {
    if (this.#stack.length === 0) badPickle('the pickle remembers nothing', `at byte ${this.#read.at}`);
    this.#memo.set(index, this.#stack.at(-1));
  }

  #recall(index: number): unknown {
    if (!this.#memo.has(index)) badPickle('the pickle recalls what it never kept', String(index));
    return this.#memo.get(index);
  }

  /** A value that an instruction pushes; `undefined` when the instruction is no such one. */
  #pushed(code: number): { readonly value: unknown } | undefined {
    const read = this.#read;
    switch (code) {
      case 0x28:
        return { value: MARK };
      case 0x7d:
        return { value: new Map() };
      case 0x5d:
      case 0x29:
        return { value: [] };
      case 0x4e:
        return { value: null };
      case 0x88:
        return { value: true };
      case 0x89:
        return { value: false };
      case 0x4a:
        return { value: read.i32() };
      case 0x4b:
        return { value: read.u8() };
      case 0x4d:
        return { value: read.u16() };
      case 0x8a:
        return { value: read.long(read.u8()) };
      case 0x47:
        return { value: read.f64() };
      case 0x58:
        return { value: read.text(read.u32()) };
      case 0x8c:
        return { value: read.text(read.u8()) };
      case 0x42:
        return { value: read.bytes(read.u32()) };
      case 0x43:
        return { value: read.bytes(read.u8()) };
      case 0x68:
        return { value: this.#recall(read.u8()) };
      case 0x6a:
        return { value: this.#recall(read.u32()) };
      case 0x63:
        return { value: new PythonName(`${read.line()}.${read.line()}`) };
      case 0x74:
        return { value: this.#marked() };
      case 0x52:
      case 0x81:
        return { value: this.#call() };
      case 0x51:
        return { value: this.#host.persistent(this.#pop()) };
      case 0x85:
      case 0x86:
      case 0x87: {
        const items = Array.from({ length: code - 0x84 }, () => this.#pop());
        return { value: items.reverse() };
      }
      case 0x93: {
        const name = this.#pop();
        return { value: new PythonName(`${String(this.#pop())}.${String(name)}`) };
      }
      default:
        return undefined;
    }
  }

  /** An instruction that changes what is there. */
  #changed(code: number): void {
    const read = this.#read;
    switch (code) {
      case 0x80:
        return void read.u8();
      case 0x95:
        return void read.bytes(8);
      case 0x71:
        return this.#remember(read.u8());
      case 0x72:
        return this.#remember(read.u32());
      case 0x94:
        return this.#remember(this.#memo.size);
      case 0x73: {
        const value = this.#pop();
        return this.#set([this.#pop(), value]);
      }
      case 0x75:
        return this.#set(this.#marked());
      case 0x61:
        return this.#append([this.#pop()]);
      case 0x65:
        return this.#append(this.#marked());
      // The state of an object, as `_metadata` of a state dict: nothing that we keep.
      case 0x62:
        return void this.#pop();
      default:
        return badPickle('an instruction that is not known', `0x${code.toString(16)} at byte ${read.at - 1}`);
    }
  }

  run(): unknown {
    for (;;) {
      const code = this.#read.u8();
      if (code === 0x2e) return this.#pop();
      const pushed = this.#pushed(code);
      if (pushed) this.#stack.push(pushed.value);
      else this.#changed(code);
    }
  }
}

/**
 * Reads a pickle: dicts as maps, lists and tuples as lists. Names of Python are handed to the host and never looked up.
 *
 * Source: Python documentation, pickletools; protocols 2 to 4.
 */
export function readPickle(bytes: Uint8Array, host: PickleHost): unknown {
  return new Machine(bytes, host).run();
}
