import { type DType, numberToHalf, partOf } from '@isograd/device';
import { type Layout, memoryOrder, NDArray } from '@isograd/ndarray';
import { noteWriter } from '../saved.ts';
import type { Tensor } from '../tensor.ts';
import type { FloatArray, Generator, NumberArray } from './generator.ts';
import { checkSharedDraw } from './levels.ts';

/** Writes values into the memory it is given, one after the other. */
export type Fill = (out: NumberArray) => void;

/** Fills memory of a floating-point or complex dtype through float32 or float64: float16 is drawn in float32 and rounded. */
export function inFloats(dtype: DType, fill: (out: FloatArray) => void): Fill {
  if (dtype !== 'float16') return (out) => fill(out as FloatArray);
  return (out) => {
    const wide = new Float32Array(out.length);
    fill(wide);
    for (let i = 0; i < wide.length; i++) out[i] = numberToHalf(wide[i]!);
  };
}

/** Uniform values. Like PyTorch, what is rounded up to `high` becomes `low`. */
export function uniformFill(generator: Generator, dtype: DType, low: number, high: number): Fill {
  const fill = inFloats(dtype, (out) => generator.fillUniform(out, low, high));
  if (dtype !== 'float16') return fill;
  const [first, last] = [numberToHalf(low), numberToHalf(high)];
  return (out) => {
    fill(out);
    for (let i = 0; i < out.length; i++) if (out[i] === last) out[i] = first;
  };
}

/** Mean and standard deviation. */
export interface Moments {
  readonly mean: number;
  readonly std: number;
}

/**
 * Normal values; the variance of complex ones is shared by their parts.
 *
 * @param blocks Whether 16 and more may be drawn in blocks, as PyTorch does for contiguous tensors.
 */
export function normalFill(generator: Generator, dtype: DType, { mean, std }: Moments, blocks: boolean): Fill {
  if (dtype !== 'float16') {
    const spread = partOf(dtype) === dtype ? std : std / Math.SQRT2;
    return (out) => generator.fillNormal(out as FloatArray, mean, spread, blocks);
  }
  return inFloats(dtype, (out) => {
    const rest = out.length % 16;
    if (out.length < 16 || !blocks || rest === 0) return generator.fillNormal(out, mean, std, blocks);
    // PyTorch draws float16 block by block, so the uniform values of a broken last block are never drawn.
    generator.fillNormal(out.subarray(0, out.length - rest), mean, std);
    generator.fillNormal(out.subarray(out.length - 16), mean, std);
  });
}

/** A layout with its axes in another order. */
export function reordered(x: Layout, axes: readonly number[]): Layout {
  return { shape: axes.map((axis) => x.shape[axis]!), strides: axes.map((axis) => x.strides[axis]!), offset: x.offset };
}

/** The numbers of a tensor in the order of memory: of a complex one its parts, on an axis of their own. */
function numbersOf(x: Tensor): NDArray {
  const { shape, strides, offset } = reordered(x, memoryOrder(x));
  const part = partOf(x.dtype);
  if (part === x.dtype) return new NDArray(x.storage, part, { shape, strides, offset });
  const doubled = { shape: [...shape, 2], strides: [...strides.map((s) => 2 * s), 1], offset: 2 * offset };
  return new NDArray(x.storage, part, doubled);
}

/** Fills a tensor in the order in which its elements lie in memory, as PyTorch does: for a transposed one that is not the order of its indices. */
export function overwrite(x: Tensor, where: string, fill: Fill): Tensor {
  x.checkWritable(where);
  checkSharedDraw(where);
  if (x.contiguous) fill(x.data);
  else {
    const ordered = numbersOf(x);
    const out = ordered.data.slice();
    fill(out);
    const memory = x.memory as { [place: number]: number | bigint };
    let i = 0;
    ordered.forEachPlace((place) => (memory[place] = out[i++]!));
  }
  x.touch();
  noteWriter(x.storage, where);
  return x;
}
