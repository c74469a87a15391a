import { isComplex, partOf } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { zeros } from '../creation.ts';
import { dispatch } from '../dispatch.ts';
import { slice } from '../indexing/slice.ts';
import { concatenate } from '../ops/joins.ts';
import type { BatchRule, OpCall, OpSpec } from '../op.ts';
import type { TransformAttrs } from './call.ts';
import type { Transform } from './engine.ts';
import { oppositeNorm } from './options.ts';

/** A length along an axis, by leaving out what is too much or by zeros at the end: what a transform does with its input, and its adjoint too. */
function fitted(x: NDArray, axis: number, length: number): NDArray {
  const there = x.shape[axis]!;
  if (there === length) return x;
  if (there > length) return x.at(...x.shape.map((_, d) => (d === axis ? slice(0, length) : ':')));
  const shape = x.shape.map((n, d) => (d === axis ? length - there : n));
  return concatenate([x, zeros(shape, { dtype: x.dtype })], axis);
}

/** How often each of the first half of the frequencies stands in the whole of them. */
function multiplicities(g: NDArray, { axis, length }: Transform): NDArray {
  const count = Math.floor(length / 2) + 1;
  const weights = zeros(
    g.shape.map((_, d) => (d === axis ? count : 1)),
    { dtype: partOf(g.dtype) },
  );
  for (let k = 0; k < count; k++) weights.memory[k] = k === 0 || 2 * k === length ? 1 : 2;
  return weights;
}

type Run = (g: NDArray, step: Transform) => NDArray;

/** The adjoint of one step, for an input of `given` elements along its axis; what is real may come out complex. */
function pulled(run: Run, g: NDArray, step: Transform, given: number): NDArray {
  const { axis, length, inverse, real, norm, conjugate } = step;
  const turned = { axis, length, inverse: !inverse, norm: oppositeNorm(norm) };
  if (real === 'output') {
    const half = run(g, { ...turned, inverse: false, real: 'input' });
    const all = fitted(half.mul(multiplicities(half, step)), axis, given);
    return conjugate === 'input' ? all.conj() : all;
  }
  const whole = fitted(conjugate === 'result' ? g.conj() : g, axis, length);
  return fitted(run(whole, { ...turned, real: 'neither' }), axis, given);
}

/** The cotangent of a transform's input: transforms are linear, so it is the adjoint of each step, the last first. */
export function transformGradient(g: NDArray, { op, inputs, attrs }: OpCall<TransformAttrs>): readonly NDArray[] {
  const x = inputs[0]!;
  const run: Run = (y, step) =>
    dispatch(op as OpSpec<TransformAttrs>, [y], { where: op.name, steps: [step], out: undefined });
  const shape = [...x.shape];
  const given = attrs.steps.map(({ axis, length, real }) => {
    const before = shape[axis]!;
    shape[axis] = real === 'input' ? Math.floor(length / 2) + 1 : length;
    return before;
  });
  const y = attrs.steps.reduceRight((h, step, i) => pulled(run, h, step, given[i]!), g);
  return [isComplex(x.dtype) ? y : y.real];
}

/** Batching of transforms: their axes stand behind that of the examples. */
export const transformBatch: BatchRule<TransformAttrs> = ([x], { op, attrs }) =>
  dispatch(op, [x!], { ...attrs, steps: attrs.steps.map((step) => ({ ...step, axis: step.axis + 1 })) } as never);
