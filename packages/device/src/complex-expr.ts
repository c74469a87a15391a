import { type DType, isComplex, partOf } from './dtype.ts';
import { DTypeError } from './errors.ts';
import * as e from './expr.ts';
import type { Compound, Expr } from './expr.ts';
import { type Pair, PAIR_OPS, pairOf } from './complex-functions.ts';

type Value = Expr | Pair;

const isPair = (x: Value): x is Pair => 're' in x;

/** Expressions over real operands that compute complex ones part by part. */
export interface Lowered {
  readonly inputs: readonly DType[];
  readonly outputs: readonly Expr[];
}

function castPair(x: Value, to: DType): Value {
  if (isComplex(to)) {
    const pair = isPair(x) ? x : pairOf(x);
    return { re: e.cast(pair.re, partOf(to)), im: e.cast(pair.im, partOf(to)) };
  }
  if (!isPair(x)) return e.cast(x, to);
  if (to === 'bool') return e.or(e.ne(x.re, 0), e.ne(x.im, 0));
  return e.cast(x.re, to);
}

function withArgs(x: Compound, args: readonly Value[]): Expr {
  return { op: x.op, dtype: x.dtype, args: args as readonly Expr[] };
}

/** Lowers one step whose arguments were lowered. */
function lowerStep(x: Compound, args: readonly Value[]): Value {
  const pairs = args.map((a) => (isPair(a) ? a : pairOf(a)));
  switch (x.op) {
    case 'cast':
      return castPair(args[0]!, x.dtype);
    case 'real':
      return isPair(args[0]!) ? args[0].re : args[0]!;
    case 'imag':
      return isPair(args[0]!) ? args[0].im : e.constant(0, x.dtype);
    case 'complex':
      return { re: args[0] as Expr, im: args[1] as Expr };
    case 'where': {
      const [condition, a, b] = [args[0] as Expr, pairs[1]!, pairs[2]!];
      if (!isComplex(x.dtype)) return withArgs(x, args);
      return { re: e.where(condition, a.re, b.re), im: e.where(condition, a.im, b.im) };
    }
    default: {
      if (!args.some(isPair)) return withArgs(x, args);
      const rule = PAIR_OPS[x.op];
      if (rule) return rule(...pairs);
      throw new DTypeError({
        where: x.op,
        what: 'not defined for complex numbers',
        got: x.args.map((a) => a.dtype).join(', '),
        expected: 'real numbers',
        hint: 'take real(x), imag(x) or absolute(x)',
      });
    }
  }
}

/**
 * Turns expressions with complex operands into expressions of their parts, which every device computes: each complex input and
 * output becomes two, the real part first.
 *
 * @throws DTypeError when an operation has no meaning for complex numbers.
 * @example
 * const z = expr.input(0, 'complex64');
 * lowerComplex(['complex64'], [expr.add(z, z)]).outputs.map((x) => x.op) // => [ 'add', 'add' ]
 */
export function lowerComplex(inputs: readonly DType[], outputs: readonly Expr[]): Lowered {
  const first: number[] = [];
  const parts: DType[] = [];
  for (const dtype of inputs) {
    first.push(parts.length);
    parts.push(partOf(dtype));
    if (isComplex(dtype)) parts.push(partOf(dtype));
  }
  const known = new Map<Expr, Value>();
  const lower = (x: Expr): Value => {
    let value = known.get(x);
    if (value === undefined) known.set(x, (value = lowerOne(x)));
    return value;
  };
  const lowerOne = (x: Expr): Value => {
    if ('args' in x) return lowerStep(x, x.args.map(lower));
    if (x.op === 'input') {
      const at = first[x.index]!;
      const re = e.input(at, parts[at]!);
      return isComplex(x.dtype) ? { re, im: e.input(at + 1, parts[at]!) } : re;
    }
    if (x.op === 'const' && isComplex(x.dtype)) return pairOf(e.constant(x.value, partOf(x.dtype)));
    return x;
  };
  return {
    inputs: parts,
    outputs: outputs.map(lower).flatMap((v) => (isPair(v) ? [v.re, v.im] : [v])),
  };
}
