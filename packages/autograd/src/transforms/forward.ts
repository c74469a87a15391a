import { isComplex } from '@isograd/device';
import {
  dispatch,
  dispatchSeveral,
  type NDArray,
  type OpCall,
  type OpSpec,
  type RecordedCall,
  type SeveralCall,
  type SeveralSpec,
  tangentOf,
  tangentsOf,
  type Tangents,
  tangentWay,
} from '@isograd/ndarray';
import { gradients } from '../gradients.ts';
import { zeros } from '../creation.ts';
import { isGradEnabled, withGradMode } from '../grad-mode.ts';
import { cotangentsOf, type RuleCall } from '../node.ts';
import { asTensor, Tensor } from '../tensor.ts';
import { countFallback } from './fallbacks.ts';
import { isDifferentiable, Trace, TracedTensor } from './trace.ts';

/** A value with its tangent: where it is, and in which direction it moves. */
export class Dual extends TracedTensor {
  readonly #trace: ForwardTrace;
  readonly primal: Tensor;
  readonly tangent: Tensor;

  constructor(trace: ForwardTrace, primal: Tensor, tangent: Tensor) {
    super(primal.storage, primal.dtype, primal);
    this.#trace = trace;
    this.primal = primal;
    this.tangent = tangent;
  }

  override get interpreter(): ForwardTrace {
    return this.#trace;
  }

  override get below(): readonly Tensor[] {
    return [this.primal, this.tangent];
  }

  override get readable(): boolean {
    return this.primal.readable;
  }

  override plain(): NDArray {
    return this.primal.plain();
  }

  override detach(): Tensor {
    return this.primal.detach();
  }

  override unrecorded(): Tensor {
    return new Dual(this.#trace, this.primal, this.tangent);
  }
}

/** Whether a tensor has a tangent on some level. */
export function isMoving(x: Tensor): boolean {
  return x instanceof Dual || (x instanceof TracedTensor && x.below.some(isMoving));
}

const zerosLike = (x: NDArray): Tensor => zeros(x.shape, { dtype: x.dtype });

/** An op whose forward rule gives values and tangents at once. */
export interface DualSpec extends SeveralSpec {
  readonly dual?: (xs: readonly NDArray[], ts: Tangents) => { readonly ys: readonly NDArray[]; readonly ts: Tangents };
}

/** Forward mode: every op on values is followed by what it does to their tangents. */
export class ForwardTrace extends Trace {
  constructor() {
    super('jvp');
  }

  /** The value of a tensor of any kind, without the tangent of this transform. */
  primalOf(x: NDArray): NDArray {
    return x instanceof Dual && x.interpreter === this ? x.primal : x;
  }

  /** The tangent of a tensor, or `undefined` where it does not move. */
  tangentOf(x: NDArray): Tensor | undefined {
    return x instanceof Dual && x.interpreter === this ? x.tangent : undefined;
  }

  protected override apply({ op, inputs, attrs }: RecordedCall): NDArray {
    const spec = op as OpSpec;
    const primals = inputs.map((x) => this.primalOf(x));
    const output = asTensor(dispatch(spec, primals, attrs));
    if (tangentWay(spec) === 'none' || !isDifferentiable(output)) return output;
    const call: OpCall = { op: spec, inputs: primals, attrs, output, needs: () => true };
    return this.#dual(output, tangent(this.#tangents(inputs), call));
  }

  protected override applySeveral({ op, inputs, attrs }: RecordedCall): readonly NDArray[] {
    const spec = op as DualSpec;
    const primals = inputs.map((x) => this.primalOf(x));
    if (spec.dual) {
      const { ys, ts } = spec.dual(primals, this.#tangents(inputs));
      return ys.map((y, i) => (isDifferentiable(y) ? this.#dual(asTensor(y), ts[i]) : y));
    }
    const outputs = dispatchSeveral(spec, primals, attrs).map(asTensor);
    if ('nonDifferentiable' in spec.vjp) return outputs;
    const call: SeveralCall = { op: spec, inputs: primals, attrs, outputs, needs: () => true };
    const ts = this.#tangents(inputs);
    const along = tangentsOf(ts, call) ?? transposed(ts, call);
    return outputs.map((y, i) => (isDifferentiable(y) ? this.#dual(y, along[i]) : y));
  }

  #tangents(inputs: readonly NDArray[]): Tangents {
    return inputs.map((x) => this.tangentOf(x));
  }

  #dual(y: Tensor, t: NDArray | undefined): Dual {
    if (t === undefined) return new Dual(this, y, zerosLike(y));
    const cast = t.dtype === y.dtype ? t : t.astype(y.dtype);
    const whole = cast.shape.join() === y.shape.join() ? cast : cast.broadcastTo(y.shape);
    return new Dual(this, y, asTensor(whole));
  }
}

// Forward rules are right for complex numbers, but for those of reductions, which are made of the reverse rule.
const isForComplex = ({ linear, jvp, family }: OpSpec): boolean =>
  linear !== undefined || (jvp !== undefined && family !== 'reduction');

// Reverse rules that conjugate are transposed as they are; all others are those of real numbers, in both directions.
const needsTransposing = ({ op, inputs, output }: OpCall): boolean =>
  tangentWay(op) === 'transposed' ||
  (op.conjugates === true && !isForComplex(op) && [...inputs, output].some((x) => isComplex(x.dtype)));

const tangent = (ts: Tangents, call: OpCall): NDArray | undefined =>
  needsTransposing(call) ? transposed(ts, { ...call, outputs: [call.output] })[0] : tangentOf(ts, call);

/**
 * Tangents by the rule of the cotangents: it is linear in them, so pulling the tangent back through it pushes it forward.
 *
 * Right wherever the rule is written with ops.
 */
function transposed(ts: Tangents, call: RuleCall): Tangents {
  countFallback(call.op.name, 'transposed');
  const createGraph = isGradEnabled();
  return withGradMode(true, () => {
    const gs = call.outputs.map((y) => (isDifferentiable(y) ? zerosLike(y).requiresGrad_() : undefined));
    const pulled = cotangentsOf(gs, { ...call, needs: (i) => ts[i] !== undefined });
    const moving = pulled.flatMap((gx, i) => {
      const t = ts[i];
      if (!gx || !t) return [];
      const own = gx.dtype === t.dtype ? gx : gx.astype(t.dtype);
      return own instanceof Tensor && own.node ? [{ own, t }] : [];
    });
    if (moving.length === 0) return call.outputs.map(() => undefined);
    const leaves = gs.filter((g) => g !== undefined);
    const found = gradients(
      moving.map(({ own }) => own),
      leaves,
      { gradOutputs: moving.map(({ t }) => t), createGraph, allowUnused: true },
    );
    return gs.map((g) => g && found[leaves.indexOf(g)]);
  });
}
