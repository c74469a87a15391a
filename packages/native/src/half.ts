import { type Expr, expr as e, SCALAR_OPS, type ScalarOp } from '@isograd/device';

/**
 * The same expressions without operations on float16: those are done in float32 and rounded.
 *
 * Of `+ - * /` and `sqrt` that is the same as rounding once, because float32 has more than twice the digits. What depends on
 * the width itself stays and finds no operation.
 */
export function widenHalves(outputs: readonly Expr[]): readonly Expr[] {
  const known = new Map<Expr, Expr>();
  const widen = (x: Expr): Expr => {
    let wide = known.get(x);
    if (wide === undefined) known.set(x, (wide = widenOne(x, widen)));
    return wide;
  };
  return outputs.map(widen);
}

function widenOne(x: Expr, widen: (x: Expr) => Expr): Expr {
  if (!('args' in x)) return x;
  const args = x.args.map(widen);
  if (!Object.hasOwn(SCALAR_OPS, x.op) || x.op === 'nextafter' || args[0]!.dtype !== 'float16') return { ...x, args };
  const compares = SCALAR_OPS[x.op as ScalarOp].takes === 'compare';
  const wide: Expr = { op: x.op, dtype: compares ? 'bool' : 'float32', args: args.map((a) => e.cast(a, 'float32')) };
  return compares ? wide : e.cast(wide, 'float16');
}
