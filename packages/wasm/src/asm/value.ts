import type { ByteWriter } from './bytes.ts';

/** Value types of WebAssembly. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** An expression: code that leaves one value on the stack. Emitting it twice computes it twice; keep it in a local to share it. */
export interface Value<T extends ValueType = ValueType> {
  readonly type: T;
  emit(code: ByteWriter): void;
}

/** A 32-bit integer expression; plain numbers stand for constants. */
export type I32 = Value<'i32'> | number;
/** A SIMD expression. */
export type Vec = Value<'v128'>;

/** An expression of a type with the given code. */
export function value<T extends ValueType>(type: T, emit: (code: ByteWriter) => void): Value<T> {
  return { type, emit };
}

/** Writes the code of an i32, constants included. */
export function emitI32(x: I32, code: ByteWriter): void {
  if (typeof x === 'number') code.raw(0x41).signed(x);
  else x.emit(code);
}

/** One function for each entry of a table of opcodes. */
export type Family<Opcodes, F> = { readonly [K in keyof Opcodes]: F };

/** Makes one function for each entry of a table of opcodes. */
export function family<Opcodes extends object, F>(opcodes: Opcodes, make: (opcode: number) => F): Family<Opcodes, F> {
  return Object.fromEntries(Object.entries(opcodes).map(([name, opcode]) => [name, make(opcode)])) as Family<
    Opcodes,
    F
  >;
}
