import { type BatchCall, dispatchSeveral, type SeveralSpec, withExamples } from '@isograd/ndarray';
import { asTensor, type Tensor } from '../tensor.ts';
import { pullInputs, recordCall } from './record.ts';
import { isDifferentiable } from './trace.ts';

/** A function of tensors to a list of tensors. */
export type ListFunction = (...xs: Tensor[]) => readonly Tensor[];

/** The same function of the examples of its arguments, which all have some; `undefined` where there is none. */
type WholeFunction = (call: Pick<BatchCall, 'batched' | 'size'>) => ListFunction | undefined;

const ALL = { batched: () => true };

/** A function as an op of its own: one node on the tape, and one call for every transform. Its derivatives are those of what it calls. */
export function opaqueOp(name: string, f: ListFunction, whole?: WholeFunction): SeveralSpec<undefined> {
  return {
    name,
    family: 'composed',
    several: (inputs) => f(...inputs.map(asTensor)),
    ...(whole && { batch: (inputs, call) => whole(call)?.(...inputs.map(asTensor)) }),
    conjugates: true,
    vjp: (gs, { inputs }) => {
      const n = inputs.length;
      const argnums = inputs.flatMap((x, i) => (isDifferentiable(x) ? [i] : []));
      const known = gs.flatMap((g) => (g ? [g] : []));
      const backOf =
        (run: ListFunction): ListFunction =>
        (...all) => {
          const call = recordCall(run as never, all.slice(0, n), { argnums }, name);
          let used = n;
          return pullInputs(
            call,
            gs.map((g) => (g ? all[used++] : undefined)),
            true,
          );
        };
      const back = opaqueOp(`${name}Grad`, backOf(f), (call) => {
        // Cotangents of what examples share are those of each.
        const run = whole?.({ ...call, ...ALL });
        return run && ((...all) => backOf(run)(...all.map((x, i) => asTensor(withExamples(x, i, call)))));
      });
      const found = dispatchSeveral(back, [...inputs, ...known], undefined);
      return inputs.map((_, i) => found[argnums.indexOf(i)]);
    },
    domain: [-2, 2],
    samples: [],
    errors: [],
    parity: { numpy: null, torch: null },
  };
}
