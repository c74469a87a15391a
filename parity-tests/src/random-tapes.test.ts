import { noGrad, type Tensor, tensor } from '@isograd/autograd';
import { IsogradError } from '@isograd/device';
import { arange, maximum, type NDArray } from '@isograd/ndarray';
import { compareArrays, fromJson, type JsonArray } from '@isograd/parity';
import { expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';

type Step = readonly [name: string, operand: number, ...rest: readonly number[]];

interface TapeCase {
  readonly id: string;
  readonly steps: readonly Step[];
  /** Positions of the steps that PyTorch refuses. */
  readonly refused: readonly number[];
  readonly used: readonly number[];
  readonly raises?: string;
  readonly loss?: JsonArray;
  /** By the position of the tensor. */
  readonly grads?: Readonly<Record<string, JsonArray>>;
}

const SHAPES = [[3, 4], [4], [2, 3, 2]];

/** The numbers of `fill` in golden.py. */
function leaf(shape: readonly number[], k: number): Tensor {
  const n = arange(shape.reduce((a, b) => a * b)).astype('float64');
  const values = n
    .mul(1.3)
    .add(1 + 0.7 * k)
    .sin()
    .add(n.square().mul(0.37).cos().mul(0.1));
  return tensor(values.reshape(shape), { requiresGrad: true });
}

const others = (x: Tensor): number[] => x.shape.map((_, d) => x.ndim - 1 - d);
const RUN: Readonly<Record<string, (x: Tensor, ...rest: readonly number[]) => Tensor | void>> = {
  cumsum: (x) => x.cumsum(0),
  sum: (x) => x.sum(-1),
  softmax: (x) => x.softmax(-1),
  transpose: (x) => x.swapaxes(0, 1),
  select: (x, axis, i) => x.select(axis!, i!),
  narrow: (x, axis, start, length) => x.narrow(axis!, start!, length!),
  step: (x) => x.at('::2'),
  unsqueeze: (x) => x.unsqueeze(0),
  diagonal: (x) => x.diagonal(),
  expand: (x) => x.expand(2, ...x.shape),
  permute: (x) => x.permute(...others(x)),
  halve_: (x) => void x.mul_(0.5),
  fill_: (x) => void x.fill_(0.25),
  masked_fill_: (x) => void x.maskedFill_(x.detach().gt(0), 0.125),
  retain_grad: (x) => x.retainGrad(),
  unrecorded_zero_: (x) => noGrad(() => void x.zero_()),
};

function run(tensors: readonly Tensor[], [name, i, ...rest]: Step): Tensor | void {
  const x = tensors[i]!;
  const own = RUN[name];
  if (own) return own(x, ...rest);
  const operands = rest.map((j) => tensors[j]!);
  if (name === 'maximum') return maximum(x, operands[0]!) as Tensor;
  const methods = x as unknown as Readonly<Record<string, (...args: readonly Tensor[]) => Tensor>>;
  const made = methods[name]!(...operands);
  return name.endsWith('_') ? undefined : made;
}

/** The largest number that took part: no tensor has one above 5 (see torch_random_tapes.py), gradients have. */
function scaleOf(grads: Readonly<Record<string, JsonArray>>): number {
  return Math.max(5, ...Object.values(grads).flatMap((g) => Array.from(fromJson(g).values as Float64Array, Math.abs)));
}

function agree(got: NDArray, expected: JsonArray, what: string, scale: number): void {
  const { dtype, shape, data } = got.copy();
  const judged = compareArrays({ dtype, shape, values: data }, fromJson(expected), { kind: 'gradient', scale });
  expect(judged, what).toMatchObject({ agree: true });
}

const { cases } = readGolden<TapeCase>('torch-random-tapes');

test.each(cases.map((item) => [item.id, item] as const))('the tape as PyTorch has it: %s', (_id, golden) => {
  const tensors = SHAPES.map(leaf);
  const refused = golden.steps.flatMap((step, at) => {
    try {
      const made = run(tensors, step);
      if (made) tensors.push(made);
      return [];
    } catch (error) {
      expect(error).toBeInstanceOf(IsogradError);
      return [at];
    }
  });
  expect(refused).toEqual(golden.refused);
  const terms = golden.used.map((i, k) =>
    tensors[i]!.mul(k + 1)
      .sin()
      .sum(),
  );
  const loss = terms.reduce((a, b) => a.add(b));
  if (golden.raises !== undefined) {
    expect(() => loss.backward()).toThrow('backward: ');
    return;
  }
  loss.backward();
  const scale = scaleOf(golden.grads!);
  agree(loss.detach(), golden.loss!, 'loss', scale);
  const kept = tensors.flatMap((x, i) => (x.grad === null ? [] : [String(i)]));
  expect(kept).toEqual(Object.keys(golden.grads!));
  for (const [i, expected] of Object.entries(golden.grads!))
    agree(tensors[Number(i)]!.grad!, expected, `tensor ${i}`, scale);
});
