import {
  f64,
  f64x2,
  type FunctionBuilder,
  i32,
  i64x2,
  type Local,
  ModuleBuilder,
  v128,
  type Vec,
} from '@isograd/wasm/asm';

/** Radices for which there is vector code. */
export const VECTOR_RADICES = [8, 4, 2, 3, 5, 7, 11] as const;

type Int = Local<'i32'>;

// Bytes of a complex number, which is one vector.
const PAIR = 16;

/** Sign bits of the given lanes. */
function signs(f: FunctionBuilder, key: string, lanes: readonly (0 | 1)[]): Vec {
  const bytes = new Uint8Array(16);
  for (const lane of lanes) bytes[8 * lane + 7] = 0x80;
  return f.hoist(key, v128.const(bytes));
}

const swapped = (x: Vec): Vec => i64x2.shuffle(x, x, [1, 0]);

/** `-i x`: a quarter of a turn. */
const quarter = (f: FunctionBuilder, x: Vec): Vec => v128.xor(swapped(x), signs(f, 'imaginary', [1]));

const constant = (f: FunctionBuilder, x: number): Vec => f.hoist(`constant ${x}`, f64x2.splat(f64.const(x)));

function four(f: FunctionBuilder, [x0, x1, x2, x3]: readonly Vec[]): Vec[] {
  const a = f.let(f64x2.add(x0!, x2!));
  const b = f.let(f64x2.sub(x0!, x2!));
  const c = f.let(f64x2.add(x1!, x3!));
  const d = f.let(quarter(f, f.let(f64x2.sub(x1!, x3!))));
  return [f64x2.add(a, c), f64x2.add(b, d), f64x2.sub(a, c), f64x2.sub(b, d)];
}

function eight(f: FunctionBuilder, x: readonly Vec[]): Vec[] {
  const even = four(f, [x[0]!, x[2]!, x[4]!, x[6]!]).map((y) => f.let(y));
  const [o0, o1, o2, o3] = four(f, [x[1]!, x[3]!, x[5]!, x[7]!]).map((y): Vec => f.let(y)) as [Vec, Vec, Vec, Vec];
  const root = constant(f, Math.SQRT1_2);
  const odd = [
    o0,
    f.let(f64x2.mul(root, f64x2.add(o1, quarter(f, o1)))),
    f.let(quarter(f, o2)),
    f.let(f64x2.mul(root, f64x2.sub(quarter(f, o3), o3))),
  ];
  return [...even.map((e, i) => f64x2.add(e, odd[i]!)), ...even.map((e, i) => f64x2.sub(e, odd[i]!))];
}

/** Any odd radix: sums and differences of opposite inputs. */
function odd(f: FunctionBuilder, x: readonly Vec[]): Vec[] {
  const radix = x.length;
  const half = (radix - 1) / 2;
  const sums: Vec[] = [];
  const differences: Vec[] = [];
  for (let r = 1; r <= half; r++) {
    sums.push(f.let(f64x2.add(x[r]!, x[radix - r]!)));
    differences.push(f.let(quarter(f, f.let(f64x2.sub(x[r]!, x[radix - r]!)))));
  }
  const out: Vec[] = [sums.reduce((total, s) => f64x2.add(total, s), x[0]!)];
  for (let q = 1; q <= half; q++) {
    const angle = (r: number): number => (2 * Math.PI * ((q * (r + 1)) % radix)) / radix;
    const weighted = (list: readonly Vec[], of: (angle: number) => number): Vec[] =>
      list.map((v, r) => f64x2.mul(constant(f, of(angle(r))), v));
    const a = f.let(weighted(sums, Math.cos).reduce((total, v) => f64x2.add(total, v), x[0]!));
    const b = f.let(weighted(differences, Math.sin).reduce((total, v) => f64x2.add(total, v)));
    out[q] = f64x2.add(a, b);
    out[radix - q] = f64x2.sub(a, b);
  }
  return out;
}

function butterfly(f: FunctionBuilder, x: readonly Vec[]): Vec[] {
  if (x.length === 2) return [f64x2.add(x[0]!, x[1]!), f64x2.sub(x[0]!, x[1]!)];
  return x.length === 4 ? four(f, x) : x.length === 8 ? eight(f, x) : odd(f, x);
}

/** A factor as the two vectors of a complex product. */
interface Turn {
  readonly re: Vec;
  readonly im: Vec;
}

/** The factor at an address, or its conjugate. */
function turnAt(f: FunctionBuilder, factors: Int, offset: number, conjugated = false): Turn {
  const flip = conjugated ? signs(f, 'imaginary', [1]) : signs(f, 'real', [0]);
  return {
    re: f.let(v128.load64Splat(factors, offset)),
    im: f.let(v128.xor(v128.load64Splat(factors, offset + 8), flip)),
  };
}

const turned = (x: Vec, { re, im }: Turn): Vec => f64x2.add(f64x2.mul(x, re), f64x2.mul(swapped(x), im));

/** Addresses of one frequency: inputs `step` apart; the first output, and where the others are counted from. */
interface Place {
  readonly radix: number;
  readonly step: Int;
  readonly input: Int;
  readonly first: Int;
  readonly base: Int;
  readonly jump: Int;
}

/** One frequency of all sequences. */
function eachSequence(f: FunctionBuilder, place: Place, turns: readonly Turn[]): void {
  const i = f.local('i32');
  const { radix, step } = place;
  f.for(i, { from: 0, to: step, step: PAIR }, () => {
    let address = f.let(i32.add(place.input, i));
    const x: Vec[] = [f.let(v128.load(address))];
    for (let r = 1; r < radix; r++) {
      address = f.let(i32.add(address, step));
      const loaded = f.let(v128.load(address));
      x.push(turns.length === 0 ? loaded : f.let(turned(loaded, turns[r - 1]!)));
    }
    const y = butterfly(f, x);
    f.storeVector(i32.add(place.first, i), y[0]!);
    let target = f.let(i32.add(place.base, i));
    for (let q = 1; q < radix; q++) {
      target = f.let(i32.add(target, place.jump));
      f.storeVector(target, y[q]!);
    }
  });
}

/** The stage of a radix: (from, to, count, before, twiddles, backwards), addresses and numbers as a `Walk` and a `Stage` have them. */
function emitStage(f: FunctionBuilder, radix: number): void {
  const p = (index: number): Int => f.param(index, 'i32');
  const [from, to, count, before, twiddles, backwards] = [p(0), p(1), p(2), p(3), p(4), p(5)];
  const step = f.let(i32.mul(count, PAIR));
  const whole = f.let(i32.mul(before, step));
  const jump = f.let(i32.select(i32.sub(0, whole), whole, backwards));
  const base = f.let(i32.select(i32.add(to, i32.mul(whole, radix)), to, backwards));
  eachSequence(f, { radix, step, input: from, first: to, base, jump }, []);
  const next = f.let(i32.select(i32.sub(0, step), step, backwards));
  const k = f.local('i32');
  const input = f.let(i32.add(from, 0));
  const factors = f.let(i32.add(twiddles, 0));
  f.for(k, { from: 1, to: before, step: 1 }, () => {
    f.set(input, i32.add(input, i32.mul(step, radix)));
    f.set(base, i32.add(base, next));
    const turns = Array.from({ length: radix - 1 }, (_, r) => turnAt(f, factors, PAIR * r));
    eachSequence(f, { radix, step, input, first: base, base, jump }, turns);
    f.set(factors, i32.add(factors, PAIR * (radix - 1)));
  });
}

/** Each of `rows` rows of `count` numbers times its factor: (from, to, factors, rows, count, backwards); backwards, row k goes to place -k. */
function emitTimes(f: FunctionBuilder): void {
  const p = (index: number): Int => f.param(index, 'i32');
  const [from, to, factors, rows, count, backwards] = [p(0), p(1), p(2), p(3), p(4), p(5)];
  const step = f.let(i32.mul(count, PAIR));
  const next = f.let(i32.select(i32.sub(0, step), step, backwards));
  const [k, i] = [f.local('i32'), f.local('i32')];
  const row = f.let(i32.add(to, 0));
  f.for(k, { from: 0, to: rows, step: 1 }, () => {
    const turn = turnAt(f, factors, 0);
    f.for(i, { from: 0, to: step, step: PAIR }, () => {
      const x = f.let(v128.load(i32.add(from, i)));
      f.storeVector(i32.add(row, i), turned(x, turn));
    });
    f.set(from, i32.add(from, step));
    f.set(factors, i32.add(factors, PAIR));
    // From the first row on to the one behind the last, when it goes backwards.
    f.if(i32.and(backwards, i32.eqz(k)), () => f.set(row, i32.add(to, i32.mul(rows, step))));
    f.set(row, i32.add(row, next));
  });
}

const conjugate = (f: FunctionBuilder, x: Vec): Vec => v128.xor(x, signs(f, 'imaginary', [1]));

type Pairing = (f: FunctionBuilder, a: Vec, b: Vec, turn: Turn) => readonly [Vec, Vec];

/** From the transform of (even places) + i (odd places) to that of all places, for the frequencies k and half - k. */
const separated: Pairing = (f, a, b, turn) => {
  const half = constant(f, 0.5);
  const mirror = f.let(conjugate(f, b));
  const even = f.let(f64x2.mul(half, f64x2.add(a, mirror)));
  const other = f.let(f64x2.mul(half, quarter(f, f.let(f64x2.sub(a, mirror)))));
  const t = f.let(turned(other, turn));
  return [f64x2.add(even, t), conjugate(f, f64x2.sub(even, t))];
};

/** What `separated` undoes, times 2; the factor is the conjugate one. */
const united: Pairing = (f, a, b, turn) => {
  const mirror = f.let(conjugate(f, b));
  const even = f.let(f64x2.add(a, mirror));
  const t = f.let(quarter(f, f.let(turned(f.let(f64x2.sub(a, mirror)), turn))));
  return [f64x2.sub(even, t), conjugate(f, f64x2.add(even, t))];
};

/** Runs over pairs of frequencies: (from, to, factors, half, count, inverse), where `half` is that of the transform, frequency 0 apart. */
function emitPairs(f: FunctionBuilder, pairing: Pairing, inverse: boolean): void {
  const p = (index: number): Int => f.param(index, 'i32');
  const [from, to, factors, half, count] = [p(0), p(1), p(2), p(3), p(4)];
  const step = f.let(i32.mul(count, PAIR));
  const last = f.let(i32.mul(half, step));
  const [k, i, low, high] = [f.local('i32'), f.local('i32'), f.let(i32.add(step, 0)), f.let(i32.sub(last, step))];
  f.for(k, { from: 1, to: i32.add(i32.shrU(half, 1), 1), step: 1 }, () => {
    f.set(factors, i32.add(factors, PAIR));
    const turn = turnAt(f, factors, 0, inverse);
    f.for(i, { from: 0, to: step, step: PAIR }, () => {
      const [at, mirror] = [f.let(i32.add(low, i)), f.let(i32.add(high, i))];
      const a = f.let(v128.load(i32.add(from, at)));
      const b = f.let(v128.load(i32.add(from, mirror)));
      const [x, y] = pairing(f, a, b, turn).map((v): Vec => f.let(v)) as [Vec, Vec];
      f.storeVector(i32.add(to, mirror), y);
      f.storeVector(i32.add(to, at), x);
    });
    f.set(low, i32.add(low, step));
    f.set(high, i32.sub(high, step));
  });
}

/** The binary of a module with a function `stage<radix>` for each radix, `times`, `separate` and `unite`. */
export function vectorModule(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  const signature = { params: Array.from({ length: 6 }, () => 'i32' as const), results: [] };
  for (const radix of VECTOR_RADICES) module.function(signature, (f) => emitStage(f, radix), `stage${radix}`);
  module.function(signature, emitTimes, 'times');
  module.function(signature, (f) => emitPairs(f, separated, false), 'separate');
  module.function(signature, (f) => emitPairs(f, united, true), 'unite');
  return module.toBytes();
}
