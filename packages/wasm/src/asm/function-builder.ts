import { ByteWriter } from './bytes.ts';
import { emitI32, type I32, type Value, type ValueType, type Vec } from './value.ts';

/** Binary codes of the value types. */
export const TYPE_CODES: { readonly [T in ValueType]: number } = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

/** Parameters and results of a function. */
export interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A function of the module that can be called. */
export interface FunctionRef extends Signature {
  readonly index: number;
}

/** A local variable; reading it is an expression. */
export interface Local<T extends ValueType = ValueType> extends Value<T> {
  readonly index: number;
}

/** A block or loop that can be branched to. */
export interface Label {
  readonly depth: number;
}

const STORES = { i32: 0x36, i64: 0x37, f32: 0x38, f64: 0x39 } as const;
const EMPTY_BLOCK = 0x40;

/** Writes the body of one function, statement by statement. */
export class FunctionBuilder implements Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #code: ByteWriter = new ByteWriter();
  readonly #prologue: ByteWriter = new ByteWriter();
  readonly #hoisted: Map<string, Local<'v128'>> = new Map();
  #depth: number = 0;

  constructor({ params, results }: Signature) {
    this.params = params;
    this.results = results;
  }

  /** The parameter of a number, typed. */
  param<T extends ValueType>(index: number, type: T): Local<T> {
    return local(index, type);
  }

  /** A new local variable, 0 until it is set. */
  local<T extends ValueType>(type: T): Local<T> {
    return local(this.params.length + this.#locals.push(type) - 1, type);
  }

  /** Computes an expression now and keeps it in a new local. */
  let<T extends ValueType>(x: Value<T>): Local<T> {
    const variable = this.local(x.type);
    this.set(variable, x);
    return variable;
  }

  /** Assigns a local. */
  set<T extends ValueType>(variable: Local<T>, x: Value<T> | (T extends 'i32' ? number : never)): void {
    if (typeof x === 'number') emitI32(x, this.#code);
    else x.emit(this.#code);
    this.#code.raw(0x21).unsigned(variable.index);
  }

  /**
   * A vector that is the same in every iteration, computed once at the start of the function.
   *
   * V8 builds a vector constant anew wherever it stands; in a local it stays in a register.
   *
   * @param key - Equal keys share one local.
   */
  hoist(key: string, x: Vec): Local<'v128'> {
    let variable = this.#hoisted.get(key);
    if (!variable) {
      variable = this.local('v128');
      x.emit(this.#prologue);
      this.#prologue.raw(0x21).unsigned(variable.index);
      this.#hoisted.set(key, variable);
    }
    return variable;
  }

  /** Writes an element to memory. */
  store(address: I32, x: Value<'i32' | 'i64' | 'f32' | 'f64'>, offset = 0): void {
    emitI32(address, this.#code);
    x.emit(this.#code);
    this.#code.raw(STORES[x.type]).unsigned(0).unsigned(offset);
  }

  /** Writes the low byte, or the low two, of an integer to memory. */
  storeLow(address: I32, x: Value<'i32'>, bits: 8 | 16): void {
    emitI32(address, this.#code);
    x.emit(this.#code);
    this.#code
      .raw(bits === 8 ? 0x3a : 0x3b)
      .unsigned(0)
      .unsigned(0);
  }

  /** Writes a vector to memory. */
  storeVector(address: I32, x: Vec, offset = 0): void {
    emitI32(address, this.#code);
    x.emit(this.#code);
    this.#code.raw(0xfd, 11).unsigned(0).unsigned(offset);
  }

  /** Writes one lane of a vector to memory. */
  storeLane(
    address: I32,
    x: Vec,
    { bits, lane, offset = 0 }: { readonly bits: 32 | 64; readonly lane: number; readonly offset?: number },
  ): void {
    emitI32(address, this.#code);
    x.emit(this.#code);
    this.#code
      .raw(0xfd, bits === 32 ? 90 : 91)
      .unsigned(0)
      .unsigned(offset)
      .raw(lane);
  }

  /** Statements that `branch` can leave. */
  block(body: (end: Label) => void): void {
    this.#nest(0x02, body);
  }

  /** Statements that `branch` can repeat. */
  loop(body: (start: Label) => void): void {
    this.#nest(0x03, body);
  }

  /** Statements for a condition that is not 0, and for one that is. */
  if(condition: Value<'i32'>, then: () => void, otherwise?: () => void): void {
    condition.emit(this.#code);
    this.#nest(0x04, () => {
      then();
      if (otherwise) {
        this.#code.raw(0x05);
        otherwise();
      }
    });
  }

  /** Leaves a block or repeats a loop, when the condition is not 0. */
  branchIf(label: Label, condition: Value<'i32'>): void {
    condition.emit(this.#code);
    this.#code.raw(0x0d).unsigned(this.#depth - label.depth);
  }

  /** Repeats statements while `i` runs from `from` up to but excluding `to`. */
  for(
    i: Local<'i32'>,
    { from, to, step }: { readonly from: I32; readonly to: I32; readonly step: I32 },
    body: () => void,
  ): void {
    this.set<'i32'>(i, from);
    this.if(less(i, to), () =>
      this.loop((start) => {
        body();
        i.emit(this.#code);
        emitI32(step, this.#code);
        this.#code.raw(0x6a, 0x22).unsigned(i.index);
        emitI32(to, this.#code);
        this.#code.raw(0x48, 0x0d).unsigned(this.#depth - start.depth);
      }),
    );
  }

  /** Calls a function that gives nothing. */
  call(target: FunctionRef, ...args: readonly Value[]): void {
    for (const a of args) a.emit(this.#code);
    this.#code.raw(0x10).unsigned(target.index);
  }

  /** Leaves the function with its result. */
  return(...values: readonly Value[]): void {
    for (const v of values) v.emit(this.#code);
    this.#code.raw(0x0f);
  }

  /** Leaves a value as the result of the function; the last statement. */
  result(x: Value): void {
    x.emit(this.#code);
  }

  /** Encodes locals and code as an entry of the code section. */
  encode(): ByteWriter {
    const runs: [type: ValueType, count: number][] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.[0] === type) last[1]++;
      else runs.push([type, 1]);
    }
    const body = new ByteWriter().unsigned(runs.length);
    for (const [type, count] of runs) body.unsigned(count).raw(TYPE_CODES[type]);
    body.append(this.#prologue).append(this.#code).raw(0x0b);
    return new ByteWriter().unsigned(body.bytes.length).append(body);
  }

  #nest(opcode: number, body: (label: Label) => void): void {
    this.#code.raw(opcode, EMPTY_BLOCK);
    this.#depth++;
    body({ depth: this.#depth });
    this.#depth--;
    this.#code.raw(0x0b);
  }
}

function local<T extends ValueType>(index: number, type: T): Local<T> {
  return { index, type, emit: (code) => void code.raw(0x20).unsigned(index) };
}

function less(a: Local<'i32'>, b: I32): Value<'i32'> {
  return {
    type: 'i32',
    emit(code) {
      a.emit(code);
      emitI32(b, code);
      code.raw(0x48);
    },
  };
}

/** The single result of a call. */
export function callValue<T extends ValueType>(target: FunctionRef, type: T, args: readonly Value[]): Value<T> {
  return {
    type,
    emit(code) {
      for (const a of args) a.emit(code);
      code.raw(0x10).unsigned(target.index);
    },
  };
}
