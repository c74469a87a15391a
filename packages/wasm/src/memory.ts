import { DeviceError } from '@isograd/device';
import { MAX_PAGES } from './asm/module-builder.ts';

const PAGE = 65536;
/**
 * Bytes before the arena: the parameters of the kernel that runs. Large arrays of the host mostly start 16 bytes into a page, and x64 copies
 * ten times as slowly to a place up to 31 bytes further into its page than where it reads; so results do not stand at the start of one.
 */
const RESERVED = 4096 + 2048;
/** Vector loads and stores may run this far past the end of an operand. */
const PADDING = 64;

/** The linear memory of the device: parameters, then an arena that starts anew with each kernel run. */
export class DeviceMemory {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  // Views die when the memory grows, so they are taken from here at each use.
  u8!: Uint8Array;
  u16!: Uint16Array;
  u32!: Uint32Array;
  u64!: BigUint64Array;
  i8!: Int8Array;
  i16!: Int16Array;
  i32!: Int32Array;
  f32!: Float32Array;
  f64!: Float64Array;
  i64!: BigInt64Array;
  #top: number = RESERVED;
  #capacity: number = 0;

  constructor({ shared = false, pages = 64 }: { readonly shared?: boolean; readonly pages?: number } = {}) {
    this.shared = shared;
    this.memory = new WebAssembly.Memory(shared ? { initial: pages, maximum: MAX_PAGES, shared } : { initial: pages });
    this.#derive();
  }

  /** Frees everything that was allocated. */
  reset(): void {
    this.#top = RESERVED;
  }

  /**
   * Memory until the next {@link reset}, at a multiple of 64 bytes and with room for a vector past the end.
   *
   * @returns The address.
   * @throws DeviceError when the memory cannot grow far enough.
   */
  allocate(bytes: number): number {
    const address = this.#top;
    this.#top = Math.ceil((address + bytes + PADDING) / 64) * 64;
    if (this.#top > this.#capacity) this.#grow(this.#top);
    return address;
  }

  // Twice as much while it is small, so that a growing workload does not grow the memory at each step.
  #grow(bytes: number): void {
    const have = this.#capacity / PAGE;
    const need = Math.ceil(bytes / PAGE);
    const want = Math.min(Math.max(need, have < 1024 ? have * 2 : Math.ceil(have * 1.25)), MAX_PAGES);
    try {
      this.memory.grow(want - have);
    } catch (cause) {
      const parts = {
        where: 'wasm',
        what: 'linear memory cannot grow to hold the operands of one kernel',
        got: `${bytes} bytes`,
        expected: `less than ${MAX_PAGES * PAGE} bytes and enough free memory`,
      };
      throw new DeviceError({ ...parts, hint: "split the operation, or use setDevice('js')" }, { cause });
    }
    this.#derive();
  }

  #derive(): void {
    const { buffer } = this.memory;
    this.#capacity = buffer.byteLength;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
    this.i8 = new Int8Array(buffer);
    this.i16 = new Int16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.i64 = new BigInt64Array(buffer);
  }
}
