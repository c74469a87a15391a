import { dispatchSeveral, NDArray, type SeveralSpec, stack } from '@isograd/ndarray';

const spec: SeveralSpec<undefined> = {
  name: 'steps',
  family: 'view',
  several: ([x]) => {
    const { storage, dtype, shape, strides, offset } = x!;
    const rest = { shape: shape.slice(1), strides: strides.slice(1) };
    return Array.from(
      { length: shape[0]! },
      (_, t) => new NDArray(storage, dtype, { ...rest, offset: offset + t * strides[0]! }),
    );
  },
  vjp: (gs, { inputs: [x] }) => [stack(Array.from({ length: x!.shape[0]! }, (_, t) => gs[t] ?? x!.at(t).mul(0)))],
  domain: [-2, 2],
  samples: [],
  errors: [],
  parity: { numpy: null, torch: null, why: 'layers that are made of it are compared' },
};

/**
 * The arrays along axis 0 one by one, as views that nobody writes into. Their cotangents come back as one array at once: views made
 * by `at` would bring an array of the whole size back for each.
 */
export function stepsOf<T extends NDArray>(x: T): readonly T[] {
  if (x.interpreter !== undefined) return Array.from({ length: x.shape[0]! }, (_, t) => x.at(t) as T);
  return dispatchSeveral(spec, [x], undefined) as readonly T[];
}
