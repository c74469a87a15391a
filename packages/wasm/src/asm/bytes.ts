const scratch = new DataView(new ArrayBuffer(16));

/** Collects bytes in the encodings of the WebAssembly binary format. */
export class ByteWriter {
  readonly bytes: number[] = [];

  /** Appends bytes as they are. */
  raw(...bytes: readonly number[]): this {
    for (const b of bytes) this.bytes.push(b);
    return this;
  }

  /** Appends what another writer holds. */
  append(other: ByteWriter): this {
    for (const b of other.bytes) this.bytes.push(b);
    return this;
  }

  /** Unsigned LEB128 of an integer in [0, 2^32). */
  unsigned(value: number): this {
    let rest = value >>> 0;
    while (rest > 127) {
      this.bytes.push((rest & 127) | 128);
      rest >>>= 7;
    }
    this.bytes.push(rest);
    return this;
  }

  /** Signed LEB128 of a 32-bit integer. */
  signed(value: number): this {
    let rest = value | 0;
    for (;;) {
      const low = rest & 127;
      rest >>= 7;
      if ((rest === 0 && low < 64) || (rest === -1 && low >= 64)) return this.raw(low);
      this.bytes.push(low | 128);
    }
  }

  /** Signed LEB128 of a 64-bit integer. */
  signed64(value: bigint): this {
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(rest & 127n);
      rest >>= 7n;
      if ((rest === 0n && low < 64) || (rest === -1n && low >= 64)) return this.raw(low);
      this.bytes.push(low | 128);
    }
  }

  /** Four bytes of a float32. */
  float32(value: number): this {
    scratch.setFloat32(0, value, true);
    return this.#scratch(4);
  }

  /** Eight bytes of a float64. */
  float64(value: number): this {
    scratch.setFloat64(0, value, true);
    return this.#scratch(8);
  }

  /** Length-prefixed UTF-8 of an ASCII name. */
  name(text: string): this {
    this.unsigned(text.length);
    for (let i = 0; i < text.length; i++) this.bytes.push(text.charCodeAt(i));
    return this;
  }

  #scratch(count: number): this {
    for (let i = 0; i < count; i++) this.bytes.push(scratch.getUint8(i));
    return this;
  }
}
