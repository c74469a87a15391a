/** An address that stands for nothing, as bytes. */
export const UNDEFINED_ADDRESS: Uint8Array = new Uint8Array(8).fill(0xff);

/** Bytes that grow, little-endian. */
export class ByteWriter {
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  #room(n: number): number {
    const at = this.length;
    if (at + n > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(at + n, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.length = at + n;
    return at;
  }

  u8(value: number): this {
    // Room first: it may replace the memory.
    const at = this.#room(1);
    this.#bytes[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  u64(value: number): this {
    const at = this.#room(8);
    this.#view.setBigUint64(at, BigInt(value), true);
    return this;
  }

  /** Writes a size or an address over bytes that are there. */
  patch64(at: number, value: number): this {
    this.#view.setBigUint64(at, BigInt(value), true);
    return this;
  }

  bytes(data: Uint8Array): this {
    const at = this.#room(data.length);
    this.#bytes.set(data, at);
    return this;
  }

  zeros(n: number): this {
    this.#room(n);
    return this;
  }

  /** Fills up to a multiple of 8 bytes. */
  align(): this {
    return this.zeros((8 - (this.length % 8)) % 8);
  }

  /** All bytes so far. */
  done(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }
}
