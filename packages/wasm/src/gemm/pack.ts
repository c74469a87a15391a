import type { FunctionBuilder, FunctionRef, Local } from '../asm/function-builder.ts';
import type { ModuleBuilder } from '../asm/module-builder.ts';
import { i32 } from '../asm/scalar.ts';
import { v128 } from '../asm/simd.ts';
import type { I32, Vec } from '../asm/value.ts';
import type { Width } from './tile.ts';

type Int = Local<'i32'>;

/** Writes the code that packs a matrix: items (rows of `a`, columns of `b`) by steps of k, into panels of some items side by side. */
class Packer {
  readonly #f: FunctionBuilder;
  readonly #width: Width;
  readonly #panel: number;
  readonly #count: Int;
  readonly #steps: Int;
  readonly #source: Int;
  readonly #itemStride: Int;
  readonly #stepStride: Int;
  readonly #out: Int;

  constructor(f: FunctionBuilder, width: Width, panel: number) {
    this.#f = f;
    this.#width = width;
    this.#panel = panel;
    this.#count = f.param(0, 'i32');
    this.#steps = f.param(1, 'i32');
    this.#source = f.param(2, 'i32');
    this.#itemStride = f.param(3, 'i32');
    this.#stepStride = f.param(4, 'i32');
    this.#out = f.param(5, 'i32');
  }

  /** Packs all panels, each in the way that suits how its items lie. */
  pack(): void {
    const f = this.#f;
    const [i, start, items] = [f.local('i32'), f.local('i32'), f.local('i32')];
    const inRow = i32.eq(this.#itemStride, this.#width.bytes);
    const inColumn = i32.eq(this.#stepStride, this.#width.bytes);
    const whole = (): void => {
      const scattered = (): void => this.#singly(this.#pointers(start), this.#steps, this.#stepStride);
      const transposed = (): void => f.if(inColumn, () => this.#transpose(start), scattered);
      f.if(inRow, () => this.#copy(start), transposed);
    };
    f.for(i, { from: 0, to: this.#count, step: this.#panel }, () => {
      f.set(start, i32.add(this.#source, i32.mul(i, this.#itemStride)));
      f.set(items, i32.sub(this.#count, i));
      f.if(i32.ltS(items, this.#panel), () => this.#fill(start, items), whole);
    });
  }

  /** Items lie next to one another: whole vectors are copied. */
  #copy(start: Int): void {
    const f = this.#f;
    const [p, q] = [f.let(start), f.local('i32')];
    f.for(q, { from: 0, to: this.#steps, step: 1 }, () => {
      for (let at = 0; at < this.#bytes; at += 16) f.storeVector(this.#out, v128.load(p, at), at);
      f.set(p, i32.add(p, this.#stepStride));
      f.set(this.#out, i32.add(this.#out, this.#bytes));
    });
  }

  /** Steps lie next to one another: vectors along k are loaded and their lanes spread over the panel. */
  #transpose(start: Int): void {
    const f = this.#f;
    const { lanes, bytes } = this.#width;
    const pointers = this.#pointers(start);
    const [q, x] = [f.local('i32'), f.local('v128')];
    f.for(q, { from: 0, to: i32.and(this.#steps, -lanes), step: lanes }, () => {
      pointers.forEach((p, i) => {
        f.set(x, v128.load(p));
        for (let lane = 0; lane < lanes; lane++) this.#store(this.#out, x, lane, (lane * this.#panel + i) * bytes);
        f.set(p, i32.add(p, 16));
      });
      f.set(this.#out, i32.add(this.#out, 16 * this.#panel));
    });
    this.#singly(pointers, i32.and(this.#steps, lanes - 1), bytes);
  }

  /** One element at a time. */
  #singly(pointers: readonly Int[], steps: I32, move: I32): void {
    const f = this.#f;
    const q = f.local('i32');
    f.for(q, { from: 0, to: steps, step: 1 }, () => {
      pointers.forEach((p, i) => {
        this.#store(this.#out, this.#element(p), 0, i * this.#width.bytes);
        f.set(p, i32.add(p, move));
      });
      f.set(this.#out, i32.add(this.#out, this.#bytes));
    });
  }

  /** The last panel when the items do not fill it: the rest is 0. */
  #fill(start: Int, items: Int): void {
    const f = this.#f;
    const zero = f.hoist('zero', v128.const(new Uint8Array(16)));
    const [q, i, p, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    f.for(q, { from: 0, to: this.#steps, step: 1 }, () => {
      for (let at = 0; at < this.#bytes; at += 16) f.storeVector(this.#out, zero, at);
      f.set(p, start);
      f.set(to, this.#out);
      f.for(i, { from: 0, to: items, step: 1 }, () => {
        this.#store(to, this.#element(p), 0, 0);
        f.set(p, i32.add(p, this.#itemStride));
        f.set(to, i32.add(to, this.#width.bytes));
      });
      f.set(start, i32.add(start, this.#stepStride));
      f.set(this.#out, i32.add(this.#out, this.#bytes));
    });
  }

  /** Bytes of one step of a panel. */
  get #bytes(): number {
    return this.#panel * this.#width.bytes;
  }

  #pointers(start: Int): Int[] {
    const pointers = Array.from({ length: this.#panel }, () => this.#f.local('i32'));
    pointers.forEach((p, i) => this.#f.set(p, i === 0 ? start : i32.add(pointers[i - 1]!, this.#itemStride)));
    return pointers;
  }

  #element(p: Int): Vec {
    return this.#width.bytes === 4 ? v128.load32Zero(p) : v128.load64Zero(p);
  }

  #store(address: Int, x: Vec, lane: number, offset: number): void {
    this.#f.storeLane(address, x, { bits: this.#width.bytes === 4 ? 32 : 64, lane, offset });
  }
}

/**
 * Adds a function that packs a matrix into panels: `panel` items side by side for each step of k, the last panel filled up with zeros.
 *
 * Parameters: number of items, steps, address, bytes from item to item and from step to step, address of the panels. Up to 15 bytes past the
 * end of the panels may be written.
 */
export function packFunction(module: ModuleBuilder, width: Width, panel: number): FunctionRef {
  const params = Array<'i32'>(6).fill('i32');
  return module.function({ params, results: [] }, (f) => new Packer(f, width, panel).pack());
}
