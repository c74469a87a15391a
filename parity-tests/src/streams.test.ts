import { createHash } from 'node:crypto';
import * as torch from '@isograd/autograd';
import { arange, NDArray, type Scalar, type Shape } from '@isograd/ndarray';
import { Generator, MT19937, PCG64, PCG64DXSM, Philox, RandomState, SFC64 } from '@isograd/ndarray/random';
import { fromJson, type JsonArray } from '@isograd/parity';
import { describe, expect, test } from 'vitest';
import { readGolden } from './golden-files.ts';

/** A result that was too long to keep: its ends, and a checksum of its bytes. */
interface Ends {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly head: readonly number[];
  readonly tail: readonly number[];
  readonly sha256: string;
}

interface Call<R> {
  readonly fn: string;
  readonly args: readonly (number | number[])[];
  readonly options?: { readonly dtype?: 'float64'; readonly dropLast?: boolean };
  readonly result: R;
}

interface Sequence<R> {
  readonly seed: number;
  readonly calls: readonly Call<R>[];
}

/** What was drawn and what was frozen, in the same form: whole, or by its ends and its checksum. */
function both(got: NDArray | Scalar, want: JsonArray | Ends): [unknown, unknown] {
  if (!(got instanceof NDArray)) return [got, (want as JsonArray).values[0]];
  const { dtype, shape, data } = got;
  if ('values' in want) return [{ dtype, shape, values: data }, fromJson(want)];
  const numbers = Array.from(data as Float64Array, Number);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const round = want.dtype === 'float32' ? Math.fround : (x: number): number => x;
  const ends = {
    dtype,
    shape,
    head: numbers.slice(0, want.head.length),
    tail: numbers.slice(-want.tail.length),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  return [ends, { ...want, head: want.head.map(round), tail: want.tail.map(round) }];
}

const title = <R>({ seed, calls }: Sequence<R>): string =>
  `seed ${seed}: ${calls.map(({ fn, args }) => `${fn}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`).join(', ')}`;

describe('NumPy', () => {
  const { cases } = readGolden<Sequence<JsonArray | Ends> & { readonly generator?: string }>('numpy-random');
  const plain = cases.filter(({ generator }) => generator === undefined);

  function call(state: RandomState, { fn, args }: Call<unknown>): NDArray | Scalar {
    const [a, b, size] = args as [number, number, number[]];
    switch (fn) {
      case 'rand':
      case 'randn':
        return args.length === 0 ? state[fn]() : state[fn](...(args as number[]));
      case 'permutation':
        return state.permutation(a);
      case 'permutationRows':
        return state.permutation(arange(12).reshape([4, 3]));
      case 'shuffle': {
        const x = arange(a);
        state.shuffle(x);
        return x;
      }
      case 'choice':
        return state.choice(a, { size: b as unknown as number[] });
      case 'uniform':
      case 'normal':
        return state[fn](a, b, size);
      case 'randint':
        return state.randint(a, b, size);
      default:
        throw new Error(`no call for ${fn}`);
    }
  }

  test.each(plain.map((item) => [title(item), item] as const))('%s', (_title, { seed, calls }) => {
    const state = new RandomState(seed);
    const pairs = calls.map((item) => both(call(state, item), item.result));
    expect(pairs.map(([got]) => got)).toEqual(pairs.map(([, want]) => want));
  });
});

describe('NumPy, every distribution and regime', () => {
  /** A call, and what the stream gives after it. */
  interface Drawn extends Omit<Call<JsonArray | Ends>, 'options'> {
    readonly options?: object;
    readonly after: readonly (number | string)[];
  }
  const { cases } = readGolden<{
    readonly generator?: string;
    readonly seed: number | string;
    readonly calls: readonly Drawn[];
  }>('numpy-random');
  const bitGenerators = { MT19937, PCG64, PCG64DXSM, Philox, SFC64 };
  const isBits = (name: string): name is keyof typeof bitGenerators => name in bitGenerators;

  type Draws = { readonly [fn: string]: (...args: readonly unknown[]) => NDArray | Scalar };

  function drawn(rng: Generator | RandomState, { fn, args, options, result, after }: Drawn): [unknown, unknown] {
    if (fn === 'randomRaw') return both(rng.bitGenerator.randomRaw(args[0] as number), result);
    const named = options && Object.keys(options).length > 0 ? [options] : [];
    const [got, want] = both((rng as unknown as Draws)[fn]!(...args, ...named), result);
    return [
      [got, rng.standardNormal(), String(rng.bitGenerator.nextRaw())],
      [want, ...after],
    ];
  }

  const groups = new Map<string, (typeof cases)[number][]>();
  for (const item of cases) {
    if (item.generator === undefined) continue;
    const name = `${item.generator}.${item.calls[0]!.fn}`;
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  test.each([...groups])('%s', (_title, items) => {
    for (const { generator = '', seed, calls } of items) {
      const rng = isBits(generator)
        ? new Generator(new bitGenerators[generator](BigInt(seed)))
        : new RandomState(Number(seed));
      for (const item of calls) {
        const [got, want] = drawn(rng, item);
        expect(got, `${generator} ${seed} ${item.fn}(${JSON.stringify(item.args)})`).toEqual(want);
      }
    }
  });
});

describe('PyTorch', () => {
  type Parts = { readonly [name: string]: JsonArray | Ends };
  type Batches = readonly (readonly number[])[];
  const { cases } = readGolden<Sequence<JsonArray | Ends | Parts | Batches>>('torch-random');

  function call({ fn, args, options = {} }: Call<unknown>): NDArray {
    const [a, b, c] = args as [number, number, number];
    const shape = args as readonly unknown[] as Shape;
    switch (fn) {
      case 'rand':
        return torch.rand(shape, options);
      case 'randn':
        return torch.randn(shape, options);
      case 'randperm':
        return torch.randperm(a);
      case 'randint':
        return torch.randint(a, b, c as unknown as Shape);
      case 'uniform_':
      case 'normal_':
        return torch.zeros(a as unknown as Shape)[fn](b, c);
      case 'bernoulli_':
        return torch.zeros(a as unknown as Shape).bernoulli_(b);
      default:
        throw new Error(`no call for ${fn}`);
    }
  }

  /** The order of an epoch as PyTorch's RandomSampler draws it: a seed for the workers first, then one for the order. */
  function epoch(n: number, batchSize: number, dropLast = false): number[][] {
    const draw = (): bigint =>
      BigInt(
        torch
          .zeros([], { dtype: 'int64' })
          .random_(0, 2n ** 63n)
          .item() as bigint,
      );
    draw();
    const order = torch.randperm(n, { generator: new torch.Generator().manualSeed(draw()) });
    const places = Array.from(order.data as BigInt64Array, Number);
    const batches = Array.from({ length: Math.ceil(n / batchSize) }, (_, i) =>
      places.slice(i * batchSize, (i + 1) * batchSize),
    );
    return dropLast ? batches.filter(({ length }) => length === batchSize) : batches;
  }

  // Layers and initialisers draw from the same stream; the tests of nn hold them against these goldens.
  const ofLayers = (fn: string): boolean => fn === 'Linear' || fn === 'dropout' || fn.startsWith('init.');

  test.each(
    cases.filter(({ calls }) => !calls.some(({ fn }) => ofLayers(fn))).map((item) => [title(item), item] as const),
  )('%s', (_title, { seed, calls }) => {
    torch.manualSeed(seed);
    const pairs = calls.map((item): [unknown, unknown] => {
      const [n, batchSize, epochs] = item.args as [number, number, number];
      if (item.fn === 'DataLoader') return [epoch(n, batchSize, item.options?.dropLast), item.result];
      if (item.fn === 'DataLoader.epochs')
        return [Array.from({ length: epochs }, () => epoch(n, batchSize)), item.result];
      return both(call(item), item.result as JsonArray | Ends);
    });
    expect(pairs.map(([got]) => got)).toEqual(pairs.map(([, want]) => want));
  });
});
