import type { DType } from '../dtype.ts';
import { ParityError } from '../errors.ts';
import * as e from '../expr.ts';
import { sizeOf } from '../geometry.ts';
import { forEachIndex } from '../js/reduce.ts';
import { type DescOf, type Device, type Kernel, kernelKey, type View } from '../kernel.ts';
import { addRows } from '../rows.ts';
import type { DeviceCase } from './device-case.ts';
import { type Draw, type Layout, LAYOUTS, layOut, seeded } from './samples.ts';
import { dotBound } from './tolerances.ts';

type Expr = e.Expr;
type Float = 'float32' | 'float64';
type Stages = Pick<DescOf<'rows'>, 'folds' | 'outputs' | 'written'>;

/** How an operand varies: like the elements, one number a row, one a place in a row, or one for each step of a row's first axis. */
type Spread = 'element' | 'row' | 'place' | 'line';

/** A kernel to check, with the same written for absolute values: what errors are measured against. */
interface Subject {
  readonly name: string;
  readonly inputs: readonly Spread[];
  readonly scalars?: readonly number[];
  /** Expressions of operands, the numbers of stages behind them; `n` is the scalar that holds the length of a row. */
  readonly stages: (at: (i: number) => Expr, n: Expr) => Stages;
  readonly magnitude: (at: (i: number) => Expr, n: Expr) => Stages;
}

const square = (x: Expr): Expr => e.mul(x, x);
const inverse = (variance: Expr): Expr => e.div(1, e.sqrt(e.add(variance, 1e-3)));

/** Mean, variance and factor of a row, then the elements with factors and shifts. */
const NORMALISATION: Pick<Subject, 'stages' | 'magnitude'> = {
  stages: (at, n) => {
    const away = e.sub(at(0), at(4));
    return {
      folds: ['sum', 'value', 'sum', 'value', 'value'],
      outputs: [
        at(0),
        e.div(at(3), n),
        square(away),
        e.div(at(5), n),
        inverse(at(6)),
        e.add(e.mul(e.mul(away, at(7)), at(1)), at(2)),
      ],
      written: [1, 3, 4],
    };
  },
  magnitude: (at, n) => {
    const reach = e.add(e.abs(at(0)), at(4));
    return {
      folds: ['sum', 'value', 'sum', 'value', 'value'],
      outputs: [
        e.abs(at(0)),
        e.div(at(3), n),
        square(reach),
        e.div(at(5), n),
        // 1 / √(v + 1e-3) is 32 at most, and moves by 16000 times what v does.
        e.mul(16000, e.add(1, at(6))),
        e.add(e.mul(e.mul(reach, at(7)), e.abs(at(1))), e.abs(at(2))),
      ],
      written: [1, 3, 4],
    };
  },
};

/** Row sums of |g w| and |g w x|, then what becomes of them. */
const SUBJECTS: readonly Subject[] = [
  {
    name: 'softmax',
    inputs: ['element'],
    stages: (at) => {
      const power = e.exp(e.sub(at(0), at(1)));
      return { folds: ['max', 'sum'], outputs: [at(0), power, e.div(power, at(2))], written: [] };
    },
    magnitude: (at) => {
      const away = e.sub(at(0), at(1));
      const power = e.exp(away);
      return {
        folds: ['max', 'sum'],
        outputs: [at(0), power, e.mul(e.div(power, at(2)), e.sub(2, away))],
        written: [],
      };
    },
  },
  {
    name: 'log-softmax and what it takes out',
    inputs: ['element'],
    stages: (at) => {
      const away = e.sub(at(0), at(1));
      return {
        folds: ['max', 'sum', 'value'],
        outputs: [at(0), e.exp(away), e.log(at(2)), e.sub(away, at(3))],
        written: [0, 2],
      };
    },
    magnitude: (at) => {
      const away = e.sub(at(0), at(1));
      return {
        folds: ['max', 'sum', 'value'],
        outputs: [e.abs(at(0)), e.exp(away), e.constant(8, 'float64'), e.add(e.abs(away), 8)],
        written: [0, 2],
      };
    },
  },
  {
    name: 'cross-entropy',
    inputs: ['element', 'element'],
    stages: (at) => {
      const away = e.sub(at(0), at(2));
      return {
        folds: ['max', 'sum', 'value', 'sum'],
        outputs: [
          at(0),
          e.exp(away),
          e.log(at(3)),
          e.where(e.lt(at(1), 0.25), 0, e.neg(e.mul(at(1), e.sub(away, at(4))))),
        ],
        written: [0, 2, 3],
      };
    },
    magnitude: (at) => ({
      folds: ['max', 'sum', 'value', 'sum'],
      outputs: [
        e.abs(at(0)),
        e.exp(e.sub(at(0), at(2))),
        e.constant(8, 'float64'),
        e.mul(e.abs(at(1)), e.add(e.abs(at(0)), 12)),
      ],
      written: [0, 2, 3],
    }),
  },
  { name: 'normalisation with factors by place', inputs: ['element', 'place', 'place'], ...NORMALISATION },
  { name: 'normalisation with factors by line', inputs: ['element', 'line', 'line'], ...NORMALISATION },
  {
    name: 'gradient of a normalisation',
    inputs: ['element', 'element', 'row', 'row', 'row'],
    stages: (at, n) => {
      const y = e.mul(e.sub(at(1), at(2)), at(3));
      const rest = e.sub(e.sub(at(0), at(7)), e.mul(y, at(8)));
      return {
        folds: ['sum', 'sum', 'value', 'value'],
        outputs: [at(0), e.mul(at(0), y), e.div(at(5), n), e.div(at(6), n), e.mul(e.mul(at(3), at(4)), rest)],
        written: [0, 1],
      };
    },
    magnitude: (at, n) => {
      const y = e.mul(e.add(e.abs(at(1)), e.abs(at(2))), e.abs(at(3)));
      const g = e.abs(at(0));
      const rest = e.add(e.add(g, at(7)), e.mul(y, at(8)));
      return {
        folds: ['sum', 'sum', 'value', 'value'],
        outputs: [g, e.mul(g, y), e.div(at(5), n), e.div(at(6), n), e.mul(e.abs(e.mul(at(3), at(4))), rest)],
        written: [0, 1],
      };
    },
  },
  {
    name: 'two sums and two outputs',
    inputs: ['element', 'row', 'place'],
    scalars: [0.5],
    stages: (at) => ({
      folds: ['sum', 'sum'],
      outputs: [
        e.mul(at(0), at(1)),
        e.mul(at(0), at(2)),
        e.sub(at(0), e.mul(at(3), e.scalar(0, at(0).dtype))),
        e.max(at(0), at(4)),
      ],
      written: [1, 0],
    }),
    magnitude: (at) => ({
      folds: ['sum', 'sum'],
      outputs: [
        e.abs(e.mul(at(0), at(1))),
        e.abs(e.mul(at(0), at(2))),
        e.add(e.abs(at(0)), at(3)),
        e.add(e.abs(at(0)), at(4)),
      ],
      written: [1, 0],
    }),
  },
  {
    name: 'sums alone',
    inputs: ['element', 'element'],
    stages: (at) => ({ folds: ['sum', 'sum'], outputs: [at(0), e.mul(at(0), at(1))], written: [0, 1] }),
    magnitude: (at) => ({
      folds: ['sum', 'sum'],
      outputs: [e.abs(at(0)), e.abs(e.mul(at(0), at(1)))],
      written: [0, 1],
    }),
  },
];

/** Kept axes, then those of a row. */
type Shape = readonly [kept: readonly number[], row: readonly number[]];

/** Around vectors, blocks of sums, tiles, and what is staged or given to a thread at once. */
const SHAPES: readonly Shape[] = [
  ...[1, 2, 3, 4, 5, 7, 8, 9, 15, 17, 33, 100, 131, 257, 2049, 9001].map((n) => [[2], [n]] as const),
  [[], [70]],
  [[1], [1]],
  [[7], [3]],
  [[130], [5]],
  [[3], [4, 9]],
  [[3], [2, 300]],
  [
    [2, 3],
    [2, 5],
  ],
  [
    [3, 2],
    [1, 7],
  ],
  [[20], [40, 30]],
  [[2], [150, 6]],
  [[0], [4]],
];

type Ordered = Layout | 'outer' | 'between';

/** Axes in the order [kept, row] that lie in another one: rows outside (a reduction of the first axes), or around the kept ones. */
function reordered(dtype: DType, [kept, row]: Shape, order: Ordered, value: () => number): View {
  const shape = [...kept, ...row];
  if (order !== 'outer' && order !== 'between') return layOut(dtype, shape, order, value);
  const places = shape.map((_, d) => d);
  const [front, back] = [places.slice(0, kept.length), places.slice(kept.length)];
  const axes = order === 'outer' ? [...back, ...front] : [...back.slice(0, 1), ...front, ...back.slice(1)];
  const view = layOut(
    dtype,
    axes.map((d) => shape[d]!),
    'contiguous',
    value,
  );
  return { ...view, strides: shape.map((_, d) => view.strides[axes.indexOf(d)]!), contiguous: false };
}

interface Problem {
  readonly desc: DescOf<'rows'>;
  readonly views: readonly View[];
  readonly outputs: readonly View[];
  readonly shape: readonly number[];
  readonly kept: number;
  readonly scalars: readonly number[];
}

function describe({ inputs, scalars = [] }: Subject, stages: Subject['stages'], dtype: Float): DescOf<'rows'> {
  const length = e.scalar(scalars.length, dtype);
  return {
    kind: 'rows',
    inputs: inputs.map(() => dtype),
    scalars: [...scalars, 0].map(() => dtype),
    ...stages((i) => e.input(i, dtype), length),
  };
}

interface Draft {
  readonly dtype: Float;
  readonly sizes: Shape;
  readonly order: Ordered;
  readonly draw: Draw;
}

function draft(subject: Subject, { dtype, sizes: [kept, row], order, draw }: Draft): Problem {
  const shape = [...kept, ...row];
  const desc = describe(subject, subject.stages, dtype);
  const value = (): number => draw() * 4 - 2;
  const ones = kept.map(() => 1);
  const views = subject.inputs.map((spread, i): View => {
    if (spread === 'element') {
      const own = i > 0 && (order === 'scalar' || order === 'row' || order === 'column') ? 'contiguous' : order;
      return reordered(dtype, [kept, row], own, value);
    }
    const inRow = row.map((size, d) => (spread === 'place' || (spread === 'line' && d === 0) ? size : 1));
    const sizes = [...(spread === 'row' ? kept : ones), ...inRow];
    const view = layOut(dtype, sizes, 'strided', value);
    return { ...view, strides: view.strides.map((s, d) => (sizes[d] === shape[d] && shape[d]! > 1 ? s : 0)) };
  });
  const plain = order === 'scalar' || order === 'row' || order === 'column' ? 'contiguous' : order;
  const elements = desc.outputs.slice(desc.folds.length);
  const outputs = [
    ...desc.written.map(() => layOut(dtype, kept, order === 'strided' ? order : 'contiguous', () => 7)),
    ...elements.map(() => reordered(dtype, [kept, row], plain, () => 7)),
  ];
  return { desc, views, outputs, shape, kept: kept.length, scalars: [...(subject.scalars ?? []), sizeOf(row)] };
}

function run(kernel: Kernel, { views, outputs, shape, kept, scalars }: Problem): readonly (readonly number[])[] {
  const fresh = outputs.map((view) => ({ ...view, memory: view.memory.slice() }));
  kernel.run([...fresh, ...views], shape, [...scalars, kept]);
  return fresh.map(({ memory, offset, strides }) => {
    const found: number[] = [];
    forEachIndex(shape.slice(0, strides.length), (index) =>
      found.push(Number(memory[index.reduce((at, i, d) => at + i * strides[d]!, offset)])),
    );
    return found;
  });
}

/** The same operands in float64. */
function widened(problem: Problem, desc: DescOf<'rows'>): Problem {
  const wide = (view: View): View => ({ ...view, memory: Float64Array.from(view.memory as Float32Array) });
  return { ...problem, desc, views: problem.views.map(wide), outputs: problem.outputs.map(wide) };
}

function check(subject: Subject, problem: Problem, kernel: Kernel, reference: Device): number {
  const exact = describe(subject, subject.stages, 'float64');
  const absolute = describe(subject, subject.magnitude, 'float64');
  const [want, size] = [exact, absolute].map((desc) => run(reference.compile(desc)!, widened(problem, desc)));
  const got = run(kernel, problem);
  const length = sizeOf(problem.shape.slice(problem.kept));
  const { dtype } = problem.desc.outputs[0]!;
  const bound = dotBound(length + 16, dtype);
  let compared = 0;
  got.forEach((list, v) =>
    list.forEach((y, i) => {
      compared++;
      const [expected, allowed] = [want![v]![i]!, bound * Math.max(size![v]![i]!, 1e-30)];
      if (Math.abs(y - expected) <= allowed) return;
      throw new ParityError({
        where: `rows ${subject.name} ${dtype} [${problem.shape.join(', ')}], ${problem.kept} kept`,
        what: `element ${i} of output ${v} is outside the error bound`,
        got: String(y),
        expected: `${expected} within ${allowed}`,
      });
    }),
  );
  return compared;
}

/** NaN and infinities come through the largest element and through sums. */
function specialCase(dtype: Float): DeviceCase {
  return {
    name: `rows special ${dtype}`,
    check(device) {
      const x = e.input(0, dtype);
      const desc: DescOf<'rows'> = {
        kind: 'rows',
        inputs: [dtype],
        scalars: [],
        folds: ['max', 'sum'],
        outputs: [x, x, e.sub(x, e.input(1, dtype))],
        written: [0, 1],
      };
      const kernel = device.compile(desc);
      if (!kernel) return { compared: 0, absent: [kernelKey(desc)] };
      let compared = 0;
      for (const n of [1, 3, 4, 5, 21, 300])
        for (const special of [NaN, Infinity, -Infinity])
          for (const at of [0, n >> 1, n - 1])
            for (const order of ['contiguous', 'outer'] as const) {
              const filled = (): number => 1;
              const view = reordered(dtype, [[2], [n]], order, filled);
              view.memory[at * view.strides[1]!] = special;
              const outputs = [layOut(dtype, [2], 'contiguous', filled), layOut(dtype, [2], 'contiguous', filled)];
              const elements = reordered(dtype, [[2], [n]], order, filled);
              kernel.run([...outputs, elements, view], [2, n], [1]);
              const want = [n === 1 ? special : Math.max(1, special), 1, n === 1 ? special : special + n - 1, n];
              [...outputs[0]!.memory, ...outputs[1]!.memory].forEach((got, i) => {
                if (Object.is(got, want[i])) return;
                throw new ParityError({
                  where: kernelKey(desc),
                  what: `number ${i} of rows of ${n} with ${special} at ${at}`,
                  got: String(got),
                  expected: String(want[i]),
                });
              });
              compared += 4;
            }
      return { compared, absent: [] };
    },
  };
}

/** Cases of kernels of rows: the softmax and norm families and mixed ones, within the error bound of their sums in every layout. */
export function rowsCases(reference: Device): DeviceCase[] {
  addRows();
  return (['float32', 'float64'] as const).flatMap((dtype) => [
    specialCase(dtype),
    ...SUBJECTS.map((subject): DeviceCase => ({
      name: `rows ${subject.name} ${dtype}`,
      check(device) {
        const desc = describe(subject, subject.stages, dtype);
        const kernel = device.compile(desc);
        if (!kernel) return { compared: 0, absent: [kernelKey(desc)] };
        const draw = seeded(subject.name.length);
        const orders: readonly Ordered[] = [...LAYOUTS, 'outer', 'between'];
        let compared = 0;
        SHAPES.forEach((sizes, s) =>
          orders.forEach((order, o) => {
            // Large ones in a few layouts only, the reference is slow.
            if (sizeOf(sizes.flat()) > 500 && o % 6 !== s % 6) return;
            compared += check(subject, draft(subject, { dtype, sizes, order, draw }), kernel, reference);
          }),
        );
        return { compared, absent: [] };
      },
    })),
  ]);
}
