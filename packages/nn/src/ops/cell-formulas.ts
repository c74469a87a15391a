import { expr as e, type Expr } from '@isograd/device';
import { type NDArray, where } from '@isograd/ndarray';
import { sigmoid } from './scalar-derivative.ts';

/** What formulas of cells are written with: expressions of one unit for kernels, ops on arrays where derivatives are asked for. */
export interface Algebra<T> {
  readonly add: (a: T, b: T) => T;
  readonly sub: (a: T, b: T) => T;
  readonly mul: (a: T, b: T) => T;
  /** `1 - a`. */
  readonly rest: (a: T) => T;
  readonly sigmoid: (a: T) => T;
  readonly tanh: (a: T) => T;
  readonly relu: (a: T) => T;
  /** `g` where `a` is not 0 or less. */
  readonly reluGrad: (g: T, a: T) => T;
}

/** On expressions of one unit, for kernels. */
export const EXPRESSIONS: Algebra<Expr> = {
  add: e.add,
  sub: e.sub,
  mul: e.mul,
  rest: (a) => e.sub(1, a),
  sigmoid,
  tanh: e.tanh,
  relu: (a) => e.max(a, 0),
  reluGrad: (g, a) => e.where(e.le(a, 0), 0, g),
};

/** On arrays, with history. */
export const OPS: Algebra<NDArray> = {
  add: (a, b) => a.add(b),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b),
  rest: (a) => a.rsub(1),
  sigmoid: (a) => a.sigmoid(),
  tanh: (a) => a.tanh(),
  relu: (a) => a.relu(),
  reluGrad: (g, a) => where(a.lessEqual(0), 0, g),
};

/** A value and its tangent. */
export type Moving = readonly [value: NDArray, tangent: NDArray];

/** On arrays with their tangents. */
export const MOVING: Algebra<Moving> = {
  add: ([a, s], [b, t]) => [a.add(b), s.add(t)],
  sub: ([a, s], [b, t]) => [a.sub(b), s.sub(t)],
  mul: ([a, s], [b, t]) => [a.mul(b), s.mul(b).add(a.mul(t))],
  rest: ([a, s]) => [a.rsub(1), s.neg()],
  sigmoid: ([a, s]) => {
    const y = a.sigmoid();
    return [y, s.mul(slope(OPS, y))];
  },
  tanh: ([a, s]) => {
    const y = a.tanh();
    return [y, s.mul(bend(OPS, y))];
  },
  relu: ([a, s]) => [a.relu(), OPS.reluGrad(s, a)],
  reluGrad: ([g, s], [a]) => [OPS.reluGrad(g, a), OPS.reluGrad(s, a)],
};

/** What a step gives: its results, and what else of it the cotangents are made of. */
export interface Stepped<T> {
  readonly results: readonly T[];
  readonly kept: readonly T[];
}

/** Cotangents of the input's and the state's parts of the gates, the same list where they are equal, and of the state where it is more than a factor. */
export interface Pulled<T> {
  readonly x: readonly T[];
  readonly r: readonly T[];
  readonly state?: T;
}

/** A cell behind its matrix products: `x` and `r` are the input's and the state's parts of the gates. */
export interface Cell {
  readonly gates: number;
  /** Number of results, which are what is carried from step to step; the last of them is the state of a step. */
  readonly results: 1 | 2;
  /** Number of the kept. */
  readonly keeps: number;
  /** Whether the cotangents of both parts differ. */
  readonly apart: boolean;
  /** The results in PyTorch, of `x1`, `x2` and `x3`. */
  readonly torch: string;
  forward<T>(of: Algebra<T>, x: readonly T[], r: readonly T[], state: T): Stepped<T>;
  /** From the state before the step and what the step gave to the cotangents, for those of the results. */
  backward<T>(of: Algebra<T>, state: T, given: Stepped<T>, gs: readonly T[]): Pulled<T>;
}

const slope = <T>({ mul, rest }: Algebra<T>, s: T): T => mul(s, rest(s));
const bend = <T>({ mul, rest }: Algebra<T>, t: T): T => rest(mul(t, t));

/** Gates in PyTorch's order: input, forget, cell, output (Hochreiter & Schmidhuber 1997; Gers et al. 2000). */
export const LSTM: Cell = {
  gates: 4,
  results: 2,
  keeps: 4,
  apart: false,
  torch:
    '(lambda z: (lambda c: [z[3].sigmoid() * c.tanh(), c])(z[1].sigmoid() * x3 + z[0].sigmoid() * z[2].tanh()))((x1 + x2).chunk(4, -1))',
  forward(of, x, r, c) {
    const [zi, zf, zg, zo] = x.map((part, k) => of.add(part, r[k]!));
    const [i, f, g, o] = [of.sigmoid(zi!), of.sigmoid(zf!), of.tanh(zg!), of.sigmoid(zo!)];
    const cell = of.add(of.mul(f, c), of.mul(i, g));
    return { results: [of.mul(o, of.tanh(cell)), cell], kept: [i, f, g, o] };
  },
  backward(of, c, { results: [, cell], kept }, [gh, gc]) {
    const [i, f, g, o] = kept as readonly [i: typeof c, f: typeof c, g: typeof c, o: typeof c];
    const bent = of.tanh(cell!);
    const along = of.add(gc!, of.mul(of.mul(gh!, o), bend(of, bent)));
    const gates = [
      of.mul(of.mul(along, g), slope(of, i)),
      of.mul(of.mul(along, c), slope(of, f)),
      of.mul(of.mul(along, i), bend(of, g)),
      of.mul(of.mul(gh!, bent), slope(of, o)),
    ];
    return { x: gates, r: gates, state: of.mul(along, f) };
  },
};

/** What gated recurrent units differ in: at which place their first two gates stand, and how new and old state are put together. */
interface Unit {
  readonly reset: 0 | 1;
  /** `n + z (h - n)`, in the way that rounds as the library at hand does. */
  blend<T>(of: Algebra<T>, z: T, h: T, n: T): T;
  readonly torch: string;
}

/** A gated recurrent unit whose reset gate is applied behind the product (Cho et al. 2014). */
function gru({ reset: place, blend, torch }: Unit): Cell {
  return {
    gates: 3,
    results: 1,
    keeps: 4,
    apart: true,
    torch: `(lambda r, z, xn, rn: (lambda n: [${torch}])((xn + r.sigmoid() * rn).tanh()))(*[(x1 + x2).chunk(3, -1)[k] for k in (${place}, ${1 - place})], x1.chunk(3, -1)[2], x2.chunk(3, -1)[2])`,
    forward(of, x, r, h) {
      const reset = of.sigmoid(of.add(x[place]!, r[place]!));
      const z = of.sigmoid(of.add(x[1 - place]!, r[1 - place]!));
      const n = of.tanh(of.add(x[2]!, of.mul(reset, r[2]!)));
      return { results: [blend(of, z, h, n)], kept: [reset, z, n, r[2]!] };
    },
    backward(of, h, { kept }, [g]) {
      const [reset, z, n, inner] = kept as readonly [r: typeof h, z: typeof h, n: typeof h, inner: typeof h];
      const dn = of.mul(of.mul(g!, of.rest(z)), bend(of, n));
      const dr = of.mul(of.mul(dn, inner), slope(of, reset));
      const dz = of.mul(of.mul(g!, of.sub(h, n)), slope(of, z));
      const first = place === 0 ? [dr, dz] : [dz, dr];
      return { x: [...first, dn], r: [...first, of.mul(dn, reset)], state: of.mul(g!, z) };
    },
  };
}

/** With the gates in PyTorch's order: reset, update, new. */
export const GRU: Cell = gru({
  reset: 0,
  blend: (of, z, h, n) => of.add(n, of.mul(z, of.sub(h, n))),
  torch: 'n + z.sigmoid() * (x3 - n)',
});

/** With the gates in Keras's order: update, reset, candidate. */
export const UPDATE_FIRST: Cell = gru({
  reset: 1,
  blend: (of, z, h, n) => of.add(of.mul(z, h), of.mul(of.rest(z), n)),
  torch: 'z.sigmoid() * x3 + (1 - z.sigmoid()) * n',
});

/** A cell without gates, of a function and its slope in terms of what it gives (Elman 1990). */
const elman = (name: 'tanh' | 'relu', pull: <T>(of: Algebra<T>, g: T, y: T) => T): Cell => ({
  gates: 1,
  results: 1,
  keeps: 0,
  apart: false,
  torch: `[torch.${name}(x1 + x2)]`,
  forward: (of, x, r) => ({ results: [of[name](of.add(x[0]!, r[0]!))], kept: [] }),
  backward(of, _, { results: [y] }, [g]) {
    const x = [pull(of, g!, y!)];
    return { x, r: x };
  },
});

/** `tanh(x + r)`. */
export const TANH: Cell = elman('tanh', (of, g, y) => of.mul(g, bend(of, y)));
/** `relu(x + r)`. */
export const RELU: Cell = elman('relu', (of, g, y) => of.reluGrad(g, y));
