import { asTensor, gradients, type Tensor } from '@isograd/autograd';
import { gradientProblems, type GradientProblem, tensorTable } from '@isograd/autograd/testing';
import { array, type NDArray } from '@isograd/ndarray';
import { opTable } from '@isograd/ndarray/testing';
import { compareArrays, type RefArray } from '@isograd/parity';
import { describe, expect, test } from 'vitest';

const read = ({ dtype, shape, data }: NDArray): RefArray => ({ dtype, shape, values: data.slice() });
const isFloating = (x: NDArray): boolean => /float|complex/.test(x.dtype);

/** The gradients of the inputs of a problem, with cotangents that are no simple multiples of each other. */
function gradientsOf({ f }: GradientProblem, xs: readonly NDArray[]): readonly Tensor[] {
  const leaves = xs.map((x) => asTensor(x.copy()).requiresGrad_());
  const ys = [f(...leaves)].flat().filter((y) => isFloating(y) && y.requiresGrad);
  const gradOutputs = ys.map((y) =>
    array(Float64Array.from({ length: y.size }, (_, i) => Math.fround(Math.sin(1 + 2.3 * i) + 0.25)))
      .reshape(y.shape)
      .astype(y.dtype),
  );
  return gradients(ys, leaves, { gradOutputs, allowUnused: true });
}

const table = [...opTable(), ...tensorTable()].filter((op) => op.nonDifferentiable === undefined);
const problems = table.flatMap((op) =>
  gradientProblems(op, 'complex128').map((problem) => [problem.label, problem] as const),
);

// The same problem in single precision, on numbers that both have: what differs is rounding alone.
describe('gradients in complex64 are those in complex128', () => {
  test.each(problems)('%s', (_label, problem) => {
    const narrow = problem.xs.map((x) => x.astype('complex64'));
    const got = gradientsOf(problem, narrow);
    const expected = gradientsOf(
      problem,
      narrow.map((x) => x.astype('complex128')),
    );
    got.forEach((g, i) => {
      const scale = Math.max(
        ...expected.map((e) =>
          Number(
            e
              .abs()
              .max({ initial: 0 } as never)
              .item(),
          ),
        ),
        1,
      );
      const judged = compareArrays(read(g), read(expected[i]!), { kind: 'gradient', scale });
      expect(judged, `input ${i}`).toMatchObject({ agree: true });
    });
  });
});
