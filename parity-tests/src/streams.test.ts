import { createHash } from 'node:crypto';
import * as torch from '@isograd/autograd';
import { arange, type NDArray, RandomState, type Scalar, type Shape } from '@isograd/ndarray';
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
  readonly seed: number | string;
  /** The bit generator, or `RandomState`; without it the seed is that of `random.seed`. */
  readonly generator?: string;
  readonly calls: readonly Call<R>[];
}

/** What was drawn and what was frozen, in the same form: whole, or by its ends and its checksum. */
function both(got: NDArray | Scalar, want: JsonArray | Ends): [unknown, unknown] {
  if (typeof got !== 'object') return [got, (want as JsonArray).values[0]];
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
  const { cases } = readGolden<Sequence<JsonArray | Ends>>('numpy-random');
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
      case 'randint':
        return state[fn](a, b, size);
      default:
        throw new Error(`no call for ${fn}`);
    }
  }

  test.each(plain.map((item) => [title(item), item] as const))('%s', (_title, { seed, calls }) => {
    const state = new RandomState(Number(seed));
    const pairs = calls.map((item) => both(call(state, item), item.result));
    expect(pairs.map(([got]) => got)).toEqual(pairs.map(([, want]) => want));
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
          .item(),
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
