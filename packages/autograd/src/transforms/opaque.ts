import { dispatchSeveral, type SeveralSpec } from '@isograd/ndarray';
import { asTensor, type Tensor } from '../tensor.ts';
import { pullInputs, recordCall } from './record.ts';
import { isDifferentiable } from './trace.ts';

/** A function of tensors to a list of tensors. */
export type ListFunction = (...xs: Tensor[]) => readonly Tensor[];

/** A function as an op of its own: one node on the tape, and one call for every transform. Its derivatives are those of what it calls. */
export function opaqueOp(name: string, f: ListFunction): SeveralSpec<undefined> {
  return {
    name,
    family: 'composed',
    several: (inputs) => f(...inputs.map(asTensor)),
    conjugates: true,
    vjp: (gs, { inputs }) => {
      const n = inputs.length;
      const argnums = inputs.flatMap((x, i) => (isDifferentiable(x) ? [i] : []));
      const known = gs.flatMap((g) => (g ? [g] : []));
      const back = opaqueOp(`${name}Grad`, (...all) => {
        const call = recordCall(f as never, all.slice(0, n), { argnums }, name);
        let used = n;
        return pullInputs(
          call,
          gs.map((g) => (g ? all[used++] : undefined)),
          true,
        );
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
