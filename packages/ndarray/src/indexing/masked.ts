import { DTYPES, evaluate, type TypedArray } from '@isograd/device';
import { NDArray } from '../array.ts';
import { countTrue } from '../functions/truth.ts';
import { allocate } from '../storage.ts';

type Pick = (from: TypedArray, mask: Uint8Array, to: TypedArray) => void;

// One function for each kind of memory: shared, the loop would see them all and become slow.
const picks = new Map<unknown, Pick>();

function pickFor(memory: TypedArray): Pick {
  let pick = picks.get(memory.constructor);
  if (pick === undefined) {
    // Without a branch: what is not picked is overwritten by the next element.
    pick = evaluate<Pick>(
      '(from, mask, to) => { let k = 0; const n = mask.length, m = to.length; for (let i = 0; k < m && i < n; i++) { to[k] = from[i]; k += mask[i]; } }',
    );
    picks.set(memory.constructor, pick);
  }
  return pick;
}

/** The elements of a plain array in C order where a mask of its shape is true. */
export function pickMasked(x: NDArray, mask: NDArray): NDArray {
  const bools = mask.data as Uint8Array;
  const count = countTrue(bools);
  const out = new NDArray(allocate(x.dtype, count), x.dtype, [count]);
  const { lanes } = DTYPES[x.dtype];
  const from = x.data;
  if (lanes === 1) pickFor(from)(from, bools, out.memory);
  else {
    const [parts, to] = [from as Float64Array, out.memory as Float64Array];
    for (let i = 0, k = 0; i < bools.length; i++) {
      if (bools[i] === 0) continue;
      to[k++] = parts[2 * i]!;
      to[k++] = parts[2 * i + 1]!;
    }
  }
  return out;
}
