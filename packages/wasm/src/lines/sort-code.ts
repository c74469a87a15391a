import { callValue, type FunctionBuilder, type FunctionRef, type Local } from '../asm/function-builder.ts';
import { ModuleBuilder } from '../asm/module-builder.ts';
import { f64, i32, i64 } from '../asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from '../asm/simd.ts';
import type { I32, Value, Vec } from '../asm/value.ts';
import { FloatLanes } from '../lanes.ts';
import type { DeviceMemory } from '../memory.ts';
import { instanceOf } from '../runtime.ts';

/** What the elements are, which decides how they become unsigned integers of the same order. */
export interface SortType {
  /** Bytes of one key. */
  readonly bytes: 4 | 8;
  /** `half` is a float16 in the low bits of 32. */
  readonly kind: 'unsigned' | 'signed' | 'float' | 'half';
  /** Whether the order is asked for instead of the values. */
  readonly indices: boolean;
}

/** Where the rows to sort and the memory for it are; addresses. */
export interface SortPlaces {
  readonly rows: number;
  readonly columns: number;
  /** Keys of all rows; the values end there. */
  readonly keys: number;
  /** Keys of one row. */
  readonly spare: number;
  /** Positions of all rows, and of one, of four bytes. */
  readonly order: number;
  readonly spareOrder: number;
  /** {@link COUNTS} bytes. */
  readonly counts: number;
  /** Positions as int64, of all rows. */
  readonly out: number;
}

/** Sorts rows in linear memory; gives not 0 when there were negative zeros among the values, whose order with others is lost. */
export type Sort = (places: SortPlaces) => number;

/** Bits of one digit of the radix sort, and the bytes that its counts take. */
const DIGIT = 8;
const RADIX = 1 << DIGIT;
const DIGIT_COUNTS = RADIX * 4;
/** Bytes that the counts of all digits take. */
export const COUNTS: number = 8 * DIGIT_COUNTS;
/** Rows up to this length are sorted by insertion. */
const SHORT = 40;
/**
 * Longer ones by so many of their upper digits that the values of those could tell each key from all others this many times, and then by
 * insertion: keys that agree in all of those are few, unless they were made so. Then, after some moves an element, all digits are taken.
 */
const SURE = 16;
const MOVES = 8;

type Int = Local<'i32'>;
type Key = Value<'i32' | 'i64'>;

/** Instructions on keys of one width. */
interface Keys {
  readonly type: 'i32' | 'i64';
  load(address: I32): Key;
  above(a: Key, b: Key): Value<'i32'>;
  add(a: Key, b: Key): Key;
  sub(a: Key, b: Key): Key;
  or(a: Key, b: Key): Key;
  xor(a: Key, b: Key): Key;
  /** The digit that begins at a bit. */
  digit(key: Key, bit: Value<'i32'>): Value<'i32'>;
}

const KEYS: { readonly [B in SortType['bytes']]: Keys } = {
  4: {
    type: 'i32',
    load: i32.load,
    above: (a: Value<'i32'>, b: Value<'i32'>) => i32.gtU(a, b),
    add: (a: Value<'i32'>, b: Value<'i32'>) => i32.add(a, b),
    sub: (a: Value<'i32'>, b: Value<'i32'>) => i32.sub(a, b),
    or: (a: Value<'i32'>, b: Value<'i32'>) => i32.or(a, b),
    xor: (a: Value<'i32'>, b: Value<'i32'>) => i32.xor(a, b),
    digit: (key: Value<'i32'>, bit) => i32.and(i32.shrU(key, bit), RADIX - 1),
  },
  8: {
    type: 'i64',
    load: i64.load,
    above: (a: Value<'i64'>, b: Value<'i64'>) => i64.gtU(a, b),
    add: (a: Value<'i64'>, b: Value<'i64'>) => i64.add(a, b),
    sub: (a: Value<'i64'>, b: Value<'i64'>) => i64.sub(a, b),
    or: (a: Value<'i64'>, b: Value<'i64'>) => i64.or(a, b),
    xor: (a: Value<'i64'>, b: Value<'i64'>) => i64.xor(a, b),
    digit: (key: Value<'i64'>, bit) => i32.and(i32.wrap(i64.shrU(key, i64.extendU(bit))), RADIX - 1),
  },
};

const at = (base: I32, index: I32, bytes: number): Value<'i32'> => i32.add(base, i32.mul(index, bytes));

/** Generates the functions of one module. */
class SortModule {
  readonly module: ModuleBuilder;
  readonly #type: SortType;
  readonly #keys: Keys;

  constructor(module: ModuleBuilder, type: SortType) {
    this.module = module;
    this.#type = type;
    this.#keys = KEYS[type.bytes];
  }

  /** Turns values into keys. Parameters: address and its end; gives whether there was a negative zero. */
  encode(): FunctionRef {
    const { bytes, kind, indices } = this.#type;
    return this.module.function({ params: ['i32', 'i32'], results: ['i32'] }, (f) => {
      const v = new FloatLanes(f, bytes === 4 ? 32 : 64, false);
      const zeros = f.local('v128');
      this.#eachVector(f, (x) => {
        if (kind === 'signed') return v128.xor(x, this.#sign(v));
        const value = f.let(kind === 'half' ? i32x4.shl(x, 16) : x);
        if (!indices) f.set(zeros, v128.or(zeros, v.int.eq(value, this.#sign(v))));
        const number = this.#plain(v, value);
        return v128.xor(number, v128.or(v.int.shrS(number, v.bits - 1), this.#sign(v)));
      });
      f.result(v128.anyTrue(zeros));
    });
  }

  /** A float with one NaN, positive so that it comes last, and for positions with one zero. */
  #plain(v: FloatLanes, value: Local<'v128'>): Local<'v128'> {
    const { bytes, kind, indices } = this.#type;
    if (kind === 'half') {
      const above = i32x4.gt(v128.and(value, v.integer(0x7fffffff)), v.integer(0x7c000000));
      const one = v.select(i32x4.eq(value, this.#sign(v)), v.integer(0), value);
      return v.let(v.select(above, v.integer(0x7e000000), indices ? one : value));
    }
    const lanes = bytes === 4 ? f32x4 : f64x2;
    return v.let(v.select(lanes.eq(value, value), indices ? lanes.add(value, v.number(0)) : value, v.number(NaN)));
  }

  /** Turns keys back into values. */
  decode(): FunctionRef {
    const { bytes, kind } = this.#type;
    return this.module.function({ params: ['i32', 'i32'], results: [] }, (f) => {
      const v = new FloatLanes(f, bytes === 4 ? 32 : 64, false);
      this.#eachVector(f, (x) => {
        if (kind === 'signed') return v128.xor(x, this.#sign(v));
        const value = v128.xor(x, v128.or(v128.not(v.int.shrS(x, v.bits - 1)), this.#sign(v)));
        return kind === 'half' ? i32x4.shrU(value, 16) : value;
      });
    });
  }

  #sign(v: FloatLanes): Vec {
    return v.integer(1n << BigInt(v.bits - 1));
  }

  #eachVector(f: FunctionBuilder, change: (x: Local<'v128'>) => Vec): void {
    const [from, end, p] = [f.param(0, 'i32'), f.param(1, 'i32'), f.local('i32')];
    f.for(p, { from, to: end, step: 16 }, () => f.storeVector(p, change(f.let(v128.load(p)))));
  }

  /** Sorts a row in place by insertion. Parameters: number, keys, positions, moves allowed; gives 1 when it stopped after those. */
  insertion(): FunctionRef {
    const { bytes, indices } = this.#type;
    const { load, above } = this.#keys;
    return this.module.function({ params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] }, (f) => {
      const [n, keys, order, moves] = [f.param(0, 'i32'), f.param(1, 'i32'), f.param(2, 'i32'), f.param(3, 'i32')];
      const [i, j, position] = [f.local('i32'), f.local('i32'), f.local('i32')];
      f.for(i, { from: 1, to: n, step: 1 }, () => {
        const key = f.let(load(at(keys, i, bytes)));
        f.if(above(load(at(keys, i32.sub(i, 1), bytes)), key), () => {
          if (indices) f.set(position, i32.load(at(order, i, 4)));
          f.set(j, i);
          f.block((end) =>
            f.loop((again) => {
              const before = f.let(load(at(keys, i32.sub(j, 1), bytes)));
              f.branchIf(end, i32.eqz(above(before, key)));
              f.store(at(keys, j, bytes), before);
              if (indices) f.store(at(order, j, 4), i32.load(at(order, i32.sub(j, 1), 4)));
              f.set(j, i32.sub(j, 1));
              f.branchIf(again, j);
            }),
          );
          f.store(at(keys, j, bytes), key);
          if (indices) f.store(at(order, j, 4), position);
          f.set(moves, i32.sub(moves, i32.sub(i, j)));
          f.if(i32.ltS(moves, 0), () => f.return(i32.const(1)));
        });
      });
      f.result(i32.const(0));
    });
  }

  /** Counts the keys by one digit. Parameters: number, first bit, counts, keys; gives how many values of the digit there are. */
  count(): FunctionRef {
    const { bytes } = this.#type;
    const { load, digit } = this.#keys;
    return this.module.function({ params: Array<'i32'>(4).fill('i32'), results: ['i32'] }, (f) => {
      const [n, bit, counts, keys] = [f.param(0, 'i32'), f.param(1, 'i32'), f.param(2, 'i32'), f.param(3, 'i32')];
      const [i, slot, values] = [f.local('i32'), f.local('i32'), f.local('i32')];
      const zero = f.hoist('zero', v128.const(new Uint8Array(16)));
      const end = f.let(i32.add(counts, DIGIT_COUNTS));
      f.for(i, { from: counts, to: end, step: 16 }, () => f.storeVector(i, zero));
      f.for(i, { from: keys, to: at(keys, n, bytes), step: bytes }, () => {
        f.set(slot, at(counts, digit(load(i), bit), 4));
        f.store(slot, i32.add(i32.load(slot), 1));
      });
      f.for(i, { from: counts, to: end, step: 4 }, () => f.set(values, i32.add(values, i32.ne(i32.load(i), 0))));
      f.result(values);
    });
  }

  /** Moves keys into the order of one digit. Parameters: number, first bit, its counts, keys and positions from and to. */
  pass(): FunctionRef {
    const { bytes, indices } = this.#type;
    const { load, digit } = this.#keys;
    return this.module.function({ params: Array<'i32'>(7).fill('i32'), results: [] }, (f) => {
      const p = (index: number): Int => f.param(index, 'i32');
      const [n, bit, counts, from, to, order, toOrder] = [p(0), p(1), p(2), p(3), p(4), p(5), p(6)];
      const [i, sum, place, slot] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
      const end = f.let(at(from, n, bytes));
      f.for(i, { from: counts, to: i32.add(counts, DIGIT_COUNTS), step: 4 }, () => {
        f.set(place, i32.load(i));
        f.store(i, sum);
        f.set(sum, i32.add(sum, place));
      });
      f.for(i, { from, to: end, step: bytes }, () => {
        const key = f.let(load(i));
        f.set(slot, at(counts, digit(key, bit), 4));
        f.set(place, i32.load(slot));
        f.store(slot, i32.add(place, 1));
        f.store(at(to, place, bytes), key);
        if (indices) {
          f.store(at(toOrder, place, 4), i32.load(order));
          f.set(order, i32.add(order, 4));
        }
      });
    });
  }

  /** The bits in which the keys of a row differ. */
  #difference(f: FunctionBuilder, n: Int, keys: Int): Local<'i32' | 'i64'> {
    const { load, or, xor } = this.#keys;
    const first = f.let(load(keys));
    const difference = f.let(xor(first, first));
    this.#eachKey(f, n, keys, (i) => f.set(difference, or(difference, xor(load(i), first))));
    return difference;
  }

  /** The least key of a row; it is taken from all, so that small integers of both signs differ in few digits. */
  #toZero(f: FunctionBuilder, n: Int, keys: Int): Local<'i32' | 'i64'> {
    const { load, above, sub } = this.#keys;
    const [least, key] = [f.let(load(keys)), f.local(this.#keys.type)];
    this.#eachKey(f, n, keys, (i) => {
      f.set(key, load(i));
      f.if(above(least, key), () => f.set(least, key));
    });
    this.#eachKey(f, n, keys, (i) => f.store(i, sub(load(i), least)));
    return least;
  }

  #eachKey(f: FunctionBuilder, n: Int, keys: Int, body: (address: Int) => void): void {
    const i = f.local('i32');
    f.for(i, { from: keys, to: at(keys, n, this.#type.bytes), step: this.#type.bytes }, () => body(i));
  }

  /** Sorts one row in place: by the lowest digit first; digits that are equal everywhere are left out. */
  row(): FunctionRef {
    const { bytes, indices, kind } = this.#type;
    const { add, digit, load } = this.#keys;
    const [insertion, count, pass] = [this.insertion(), this.count(), this.pass()];
    return this.module.function({ params: Array<'i32'>(6).fill('i32'), results: [] }, (f) => {
      const p = (index: number): Int => f.param(index, 'i32');
      const [n, keys, spare, order, spareOrder, counts] = [p(0), p(1), p(2), p(3), p(4), p(5)];
      const [bit, i, first] = [f.local('i32'), f.local('i32'), f.local('i32')];
      if (indices) f.for(i, { from: 0, to: n, step: 1 }, () => f.store(at(order, i, 4), i));
      const insert = (moves: I32): Value<'i32'> =>
        callValue(insertion, 'i32', [n, keys, order, typeof moves === 'number' ? i32.const(moves) : moves]);
      f.if(i32.leS(n, SHORT), () => {
        f.set(i, insert(SHORT * SHORT));
        f.return();
      });
      const whole = kind === 'signed' || kind === 'unsigned';
      const least = whole ? this.#toZero(f, n, keys) : undefined;
      const difference = this.#difference(f, n, keys);
      const [a, b, c, d] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
      const swap = (x: Int, y: Int): void => {
        f.set(i, x);
        f.set(x, y);
        f.set(y, i);
      };
      const [told, enough] = [f.local('f64'), f.let(f64.mul(f64.const(SURE), f64.fromI32(n)))];
      const countsOf = (): Value<'i32'> => i32.add(counts, i32.mul(bit, DIGIT_COUNTS / DIGIT));
      // From the top digit down, until enough of them are counted; `first` is the lowest of those.
      const countDigits = (): void => {
        f.set(told, f64.const(1));
        f.set(first, i32.const(bytes * 8));
        f.block((end) =>
          f.loop((again) => {
            f.branchIf(end, i32.eqz(first));
            f.branchIf(end, f64.ge(told, enough));
            f.set(first, i32.sub(first, DIGIT));
            f.set(bit, first);
            f.if(digit(difference, bit), () =>
              f.set(told, f64.mul(told, f64.fromI32(callValue(count, 'i32', [n, bit, countsOf(), keys])))),
            );
            f.branchIf(again, i32.const(1));
          }),
        );
      };
      f.loop((again) => {
        countDigits();
        f.set(a, keys);
        f.set(b, spare);
        f.set(c, order);
        f.set(d, spareOrder);
        f.for(bit, { from: first, to: bytes * 8, step: DIGIT }, () =>
          f.if(digit(difference, bit), () => {
            f.call(pass, n, bit, countsOf(), a, b, c, d);
            swap(a, b);
            swap(c, d);
          }),
        );
        f.if(i32.ne(a, keys), () => {
          this.#copy(f, keys, a, i32.mul(n, bytes));
          if (indices) this.#copy(f, order, c, i32.mul(n, 4));
        });
        f.if(first, () => {
          f.set(enough, f64.const(Infinity));
          f.branchIf(again, insert(i32.mul(n, MOVES)));
        });
      });
      if (least && !indices) this.#eachKey(f, n, keys, (address) => f.store(address, add(load(address), least)));
    });
  }

  // What follows the row may be the next one, so the last elements are copied one by one.
  #copy(f: FunctionBuilder, to: Int, from: Int, length: Value<'i32'>): void {
    const [i, bytes] = [f.local('i32'), f.let(length)];
    f.for(i, { from: 0, to: i32.and(bytes, -16), step: 16 }, () =>
      f.storeVector(i32.add(to, i), v128.load(i32.add(from, i))),
    );
    f.for(i, { from: i32.and(bytes, -16), to: bytes, step: 4 }, () =>
      f.store(i32.add(to, i), i32.load(i32.add(from, i))),
    );
  }

  /** Sorts all rows: rows, columns, keys, spare, order, spare order, counts, out. */
  run(): void {
    const { bytes, kind, indices } = this.#type;
    const plain = kind === 'unsigned';
    const encode = plain ? undefined : this.encode();
    const decode = plain || indices ? undefined : this.decode();
    const row = this.row();
    const body = (f: FunctionBuilder): void => {
      const p = (index: number): Int => f.param(index, 'i32');
      const [rows, columns, keys, spare, order, spareOrder, counts, out] = [
        p(0),
        p(1),
        p(2),
        p(3),
        p(4),
        p(5),
        p(6),
        p(7),
      ];
      const [r, zeros, key, position] = [f.local('i32'), f.local('i32'), f.let(keys), f.let(order)];
      const size = f.let(i32.mul(rows, columns));
      const end = f.let(at(keys, size, bytes));
      if (encode) f.set(zeros, callValue(encode, 'i32', [keys, end]));
      f.for(r, { from: 0, to: rows, step: 1 }, () => {
        f.call(row, columns, key, spare, position, spareOrder, counts);
        f.set(key, at(key, columns, bytes));
        f.set(position, at(position, columns, 4));
      });
      if (decode) f.call(decode, keys, end);
      if (indices) this.#widen(f, order, out, size);
      f.result(zeros);
    };
    this.module.function({ params: Array<'i32'>(8).fill('i32'), results: ['i32'] }, body, 'run');
  }

  #widen(f: FunctionBuilder, from: Int, to: Int, n: Int): void {
    const i = f.local('i32');
    f.for(i, { from: 0, to: n, step: 4 }, () => {
      const four = f.let(v128.load(at(from, i, 4)));
      const target = f.let(at(to, i, 8));
      f.storeVector(target, i64x2.extendLowU(four));
      f.storeVector(target, i64x2.extendHighU(four), 16);
    });
  }
}

/** Generates a stable radix sort; the result makes one that works in a memory. */
export function compileSorter(shared: boolean, type: SortType): (memory: DeviceMemory) => Sort {
  const sorts = new SortModule(new ModuleBuilder({ shared }), type);
  sorts.run();
  const module = new WebAssembly.Module(sorts.module.toBytes());
  return (memory) => {
    const { run } = instanceOf({ memory }, module) as { run: (...places: number[]) => number };
    return ({ rows, columns, keys, spare, order, spareOrder, counts, out }) =>
      run(rows, columns, keys, spare, order, spareOrder, counts, out);
  };
}
