import type { ErrorSample, OpRecord, Sample } from '@isograd/ndarray';

/** What of a cell says how its op over sequences is called. */
interface Called {
  readonly gates: number;
  readonly results: number;
  /** Whether there is a bias behind the weight. */
  readonly apart: boolean;
}

type Shape = readonly number[];

/** A row that skips a step in the middle, and one that ends early. */
const MASK = [
  [true, true],
  [false, true],
  [true, false],
];

/** Several of everything, and one, both ways. */
export function sequenceSamples({ gates, results, apart }: Called): Pick<OpRecord, 'samples' | 'errors'> {
  const inputs = (steps: number, batch: number, units: number): Shape[] => [
    [steps, batch, gates * units],
    ...Array.from({ length: results }, () => [batch, units]),
    [units, gates * units],
    ...(apart ? [[gates * units]] : []),
  ];
  const call = (shapes: readonly Shape[], reverse: boolean): Sample => ({
    inputs: shapes,
    args: [{ reverse }],
    attrs: { reverse },
  });
  const masked = (reverse: boolean): Sample => ({
    inputs: inputs(3, 2, 2),
    args: [{ reverse, mask: MASK }],
    attrs: { reverse, mask: MASK },
    without: { torch: 'its layers take no masks' },
  });
  const refused = (
    change: (shape: Shape, i: number) => ErrorSample['inputs'][number],
    throws: string,
  ): ErrorSample => ({
    inputs: inputs(2, 2, 3).map(change),
    throws,
  });
  const misfit = 'do not fit each other';
  return {
    samples: [
      call(inputs(2, 3, 2), false),
      call(inputs(3, 2, 1), true),
      call(inputs(1, 1, 2), false),
      masked(false),
      masked(true),
    ],
    errors: [
      refused((shape, i) => (i === 0 ? [0, ...shape.slice(1)] : shape), misfit),
      refused((shape, i) => (i === 1 ? [3, 3] : shape), misfit),
      refused((shape, i) => (i === results + 1 ? [3, gates * 2] : shape), misfit),
      refused((shape) => ({ shape, dtype: 'int64' }), 'takes floats only'),
      { inputs: inputs(3, 3, 2), args: [{ mask: MASK }], throws: 'the mask does not fit' },
    ],
  };
}

/** PyTorch's layer as an expression: the input's product is one with the identity. `order` are the places of its gates. */
export function torchSpelling(layer: string, { gates, results, apart }: Called, order?: readonly number[]): string {
  const turn = (x: string): string =>
    order ? `torch.cat([${x}.chunk(${gates}, -1)[k] for k in [${order.join(', ')}]], -1)` : x;
  const [weight, bias] = [`x${results + 2}`, `x${results + 3}`];
  const states = Array.from({ length: results }, (_, k) => `x${k + 2}[None]`).join(', ');
  const weights = ['torch.eye(x1.shape[-1], dtype=x1.dtype)', `${turn(weight)}.T`];
  if (apart) weights.push(`torch.zeros_like(${bias})`, turn(bias));
  const flip = '(lambda v: v.flip(0) if reverse else v)';
  const run = `torch.${layer}(${flip}(${turn('x1')}), ${results === 1 ? states : `[${states}]`}, [${weights.join(', ')}], ${apart ? 'True' : 'False'}, 1, 0.0, False, False, False)`;
  return `(lambda y: [${flip}(y[0]), *[h[0] for h in y[1:]]])(${run})`;
}
