import { joinedBytes } from './bytes.ts';

const UTF8 = new TextEncoder();

/** A whole number of up to 64 bits, seven bits a byte, the lowest first; negative ones as two's complement. */
function varint(value: number | bigint): Uint8Array {
  let left = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (left > 0x7fn) {
    bytes.push(Number(left & 0x7fn) | 0x80);
    left >>= 7n;
  }
  bytes.push(Number(left));
  return Uint8Array.from(bytes);
}

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Writes a message of Protocol Buffers, field after field by its number.
 *
 * Source: Protocol Buffers documentation, "Encoding".
 */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];

  #field(number: number, wire: keyof typeof WIRE, ...content: readonly Uint8Array[]): this {
    this.#parts.push(varint((number << 3) | WIRE[wire]), ...content);
    return this;
  }

  #fixed(number: number, value: number, width: 4 | 8): this {
    const view = new DataView(new ArrayBuffer(width));
    if (width === 4) view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
    return this.#field(number, width === 4 ? 'fixed32' : 'fixed64', new Uint8Array(view.buffer));
  }

  /** A whole number: int32, int64, uint64, bool, enum. */
  int(number: number, value: number | bigint): this {
    return this.#field(number, 'varint', varint(value));
  }

  /** A float. */
  float(number: number, value: number): this {
    return this.#fixed(number, value, 4);
  }

  /** A double. */
  double(number: number, value: number): this {
    return this.#fixed(number, value, 8);
  }

  /** Bytes, or a message that is encoded already. */
  bytes(number: number, value: Uint8Array): this {
    return this.#field(number, 'bytes', varint(value.length), value);
  }

  /** A text. */
  text(number: number, value: string): this {
    return this.bytes(number, UTF8.encode(value));
  }

  /** A message in this one. */
  message(number: number, value: ProtobufWriter): this {
    return this.bytes(number, value.finish());
  }

  /** Whole numbers of one repeated field. */
  ints(number: number, values: readonly (number | bigint)[]): this {
    return values.length === 0 ? this : this.bytes(number, joinedBytes(values.map(varint)));
  }

  /** Doubles of one repeated field. */
  doubles(number: number, values: readonly number[]): this {
    const view = new DataView(new ArrayBuffer(8 * values.length));
    values.forEach((value, i) => view.setFloat64(8 * i, value, true));
    return values.length === 0 ? this : this.bytes(number, new Uint8Array(view.buffer));
  }

  /** The bytes so far. */
  finish(): Uint8Array {
    return joinedBytes(this.#parts);
  }
}
