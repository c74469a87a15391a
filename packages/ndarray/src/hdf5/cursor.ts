import { DataError } from '@isograd/device';

/** Refuses a file that is not what it says. */
export function badHdf5(what: string, got: string, expected = 'an HDF5 file as h5py writes it'): never {
  throw new DataError({ where: 'HDF5', what, got, expected, hint: 'was the file cut or changed on its way?' });
}

/** An address that stands for nothing. */
export const UNDEFINED: number = 2 ** 64;

/** Reads little-endian numbers one after another; what lies beyond the end is refused. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  at: number;

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    if (!(at >= 0 && at <= end && end <= bytes.length)) badHdf5('an address lies outside the file', String(at));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
    this.#end = end;
  }

  /** Bytes up to the end. */
  get left(): number {
    return this.#end - this.at;
  }

  #take(n: number): number {
    const at = this.at;
    if (!(n >= 0 && n <= this.left)) badHdf5('the file ends too early', `${n} bytes at ${at}, ${this.left} are left`);
    this.at += n;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** A size or an address of 8 bytes; all ones is {@link UNDEFINED}. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#take(8), true);
    if (value === 0xffffffffffffffffn) return UNDEFINED;
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) badHdf5('a size or an address is out of range', String(value));
    return Number(value);
  }

  /** An unsigned number of 1, 2, 4 or 8 bytes. */
  uint(width: number): number {
    if (width === 1) return this.u8();
    if (width === 2) return this.u16();
    return width === 4 ? this.u32() : this.u64();
  }

  bytes(n: number): Uint8Array {
    const at = this.#take(n);
    return this.#bytes.subarray(at, at + n);
  }

  skip(n: number): void {
    this.#take(n);
  }

  /** Skips to a multiple of 8 bytes from a start. */
  align(start: number): void {
    const over = (this.at - start) % 8;
    if (over > 0) this.#take(Math.min(8 - over, this.left));
  }

  /** Text up to a zero byte, which is passed. */
  text(): string {
    const start = this.at;
    while (this.u8() !== 0);
    return new TextDecoder().decode(this.#bytes.subarray(start, this.at - 1));
  }

  /** Refuses anything but a signature of four letters. */
  signature(letters: string): void {
    const got = String.fromCharCode(...this.bytes(4));
    if (got !== letters) badHdf5('a block is not what it should be', JSON.stringify(got), letters);
  }
}
