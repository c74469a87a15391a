import { ShapeError, sizeOf, type View } from '@isograd/device';
import {
  type BatchRule,
  broadcastTo,
  dispatch,
  kernelTable,
  type NDArray,
  type OpSpec,
  sameShape,
  type Shape,
  takeAlongAxis,
  type TangentRule,
  withExamples,
  zeros,
} from '@isograd/ndarray';

interface AxisAttrs {
  readonly axis: number;
}

/** Whether what is there is replaced or added to. */
export type WriteKind = 'put' | 'add';

const kernels: { readonly [K in WriteKind]: ReturnType<typeof kernelTable> } = {
  put: kernelTable((dtype) => ({ kind: 'scatter', dtype })),
  add: kernelTable((dtype) => ({ kind: 'scatterAdd', dtype })),
};

const dense = (x: NDArray): NDArray => (x.contiguous ? x : x.copy());

/** Whether positions are one for each element of the source; else one for each of its slices. */
const forElements = (positions: NDArray, x: NDArray): boolean => positions.ndim === x.ndim;

/** Positions of slices as positions of elements: examples of them differ, and so do their lines. */
function ofElements(positions: NDArray, shape: Shape, axis: number): NDArray {
  const lead = positions.shape.slice(0, -1);
  const line = shape.map((n, d) => (d === axis ? n : (lead[d] ?? 1)));
  return broadcastTo(positions.reshape(line), shape);
}

const batch: BatchRule<AxisAttrs> = ([x, source, positions], call) => {
  const { op, shapes, batched } = call;
  const axis = call.attrs.axis + 1;
  const [into, from] = [withExamples(x!, 0, call), withExamples(source!, 1, call)];
  const slices = shapes[2]!.length < shapes[0]!.length || shapes[0]!.length === 1;
  if (!batched(2) && slices) return dispatch(op, [into, from, positions!], { axis } as never);
  const at = batched(2) && slices ? ofElements(positions!, from.shape, axis) : withExamples(positions!, 2, call);
  return dispatch(op, [into, from, at], { axis } as never);
};

/** Linear in the array and the source together. */
const tangent: TangentRule<AxisAttrs> = (ts, { op, attrs, inputs: [x, source, positions] }) =>
  dispatch(op, [ts[0] ?? x!.mul(0), ts[1] ?? source!.mul(0), positions!], attrs as never);

const gathered = (g: NDArray, positions: NDArray, axis: number): NDArray =>
  forElements(positions, g) && g.ndim > 1 ? takeAlongAxis(g, positions, axis) : g.take(positions, axis);

function views([out, source, positions]: readonly [NDArray, NDArray, NDArray], axis: number): View[] {
  const inner = sizeOf(out.shape.slice(axis + 1));
  const lines = ({ memory, offset, shape }: NDArray): View => ({
    memory,
    offset,
    strides: [shape[axis]! * inner, inner, 1],
    contiguous: true,
  });
  const { memory, offset } = positions;
  const index = forElements(positions, out)
    ? lines(positions)
    : { memory, offset, strides: [0, 1, 0], contiguous: false };
  return [lines(out), lines(source), index];
}

/** Writes a source into an array without gaps, at int64 positions along an axis that are known to lie on it. */
export function writeAlongAxis(
  how: WriteKind,
  [out, source, positions]: readonly [NDArray, NDArray, NDArray],
  axis: number,
): void {
  const { shape } = out;
  kernels[how](out.dtype).run(
    views([out, dense(source), dense(positions)], axis),
    [sizeOf(shape.slice(0, axis)), source.shape[axis]!, sizeOf(shape.slice(axis + 1)), shape[axis]!],
    [],
  );
}

function specOf(name: string, how: WriteKind): OpSpec<AxisAttrs> {
  const spec: OpSpec<AxisAttrs> = {
    name,
    byParts: true,
    family: 'indexed',
    forward: ([x, source, positions], { axis }) => {
      const out = x!.copy();
      writeAlongAxis(how, [out, source!, positions!], axis);
      return out;
    },
    vjp: (g, { inputs: [, source, positions], needs, attrs }) => [
      !needs(0)
        ? undefined
        : how === 'add'
          ? g
          : dispatch(spec, [g, zeros(source!.shape, { dtype: g.dtype }), positions!], attrs),
      needs(1) ? gathered(g, positions!, attrs.axis) : undefined,
      undefined,
    ],
    jvp: tangent,
    batch,
    domain: [-2, 2],
    samples: [],
    errors: [],
    parity: { numpy: null, torch: null },
  };
  return spec;
}

/** A source in the dtype of the array that it is written to. @throws ShapeError unless it stretches to where it goes. */
export function fitted(source: NDArray, { dtype }: NDArray, into: Shape, where: string): NDArray {
  const from = source.shape;
  const lead = into.length - from.length;
  if (lead >= 0 && from.every((n, d) => n === 1 || n === into[lead + d]))
    return source.dtype === dtype ? source : source.astype(dtype);
  throw new ShapeError({
    where,
    what: 'the values do not have the shape of the places that they are written to',
    got: `[${from.join(', ')}]`,
    expected: `[${into.join(', ')}], or a shape that stretches to it`,
  });
}

/** Writes or adds a source along an axis of an array: slices at positions `[n]`, or its elements, each at a position of its own. */
export type AlongAxisWriter = (x: NDArray, axis: number, positions: NDArray, source: NDArray) => NDArray;

/** Makes what writes or adds in the order of the positions, with its gradient, as an op of a name. */
export function alongAxisWriter(name: string, how: WriteKind): AlongAxisWriter {
  const spec = specOf(name, how);
  return (x, axis, positions, source) => {
    const slices = x.shape.map((n, d) => (d === axis ? positions.size : n));
    const into = forElements(positions, x) ? positions.shape : slices;
    const cast = fitted(source, x, into, name);
    return dispatch(spec, [x, sameShape(cast.shape, into) ? cast : broadcastTo(cast, into), positions], { axis });
  };
}
