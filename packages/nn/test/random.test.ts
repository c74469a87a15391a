import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { manualSeed, ones, type Tensor, zeros } from '@isograd/autograd';
import { functional as F, init, Linear, type LinearOptions } from '../src/index.ts';

interface Frozen {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Absent for long results, which keep a checksum of their bytes. */
  readonly values?: readonly number[];
  readonly sha256?: string;
}

interface Sequence {
  readonly seed: number;
  readonly calls: readonly {
    readonly fn: string;
    readonly args: readonly unknown[];
    readonly options?: object;
    readonly result: unknown;
  }[];
}

const file = new URL('../../../parity-tests/goldens/torch-random.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Sequence[] };

const fill = (run: (x: Tensor) => Tensor) => (shape: unknown) => ({ result: run(zeros(shape as number[])) });

const CALLS: Readonly<Record<string, (...args: never[]) => Readonly<Record<string, Tensor>>>> = {
  Linear: (inFeatures: number, outFeatures: number, options?: LinearOptions) => {
    const { weight, bias } = new Linear(inFeatures, outFeatures, options);
    return bias ? { weight, bias } : { weight };
  },
  dropout: (n: number, p: number) => ({ result: F.dropout(ones([n]), { p }) }),
  'init.xavier_uniform_': fill((x) => init.xavierUniform_(x)),
  'init.xavier_normal_': fill((x) => init.xavierNormal_(x)),
  'init.kaiming_uniform_': fill((x) => init.kaimingUniform_(x)),
  'init.kaiming_normal_': fill((x) => init.kaimingNormal_(x)),
  'init.normal_': fill((x) => init.normal_(x)),
  'init.uniform_': fill((x) => init.uniform_(x)),
};

function expectBits(x: Tensor, frozen: Frozen): void {
  expect(x.shape).toEqual(frozen.shape);
  const data = x.data as Float32Array;
  if (frozen.values) expect(data).toEqual(Float32Array.from(frozen.values));
  else
    expect(
      createHash('sha256')
        .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
        .digest('hex'),
    ).toBe(frozen.sha256);
}

const known = cases.filter(({ calls }) => calls.every(({ fn }) => Object.hasOwn(CALLS, fn)));

test.each(
  known.map(
    (item) => [item.seed, item.calls.map(({ fn, args }) => `${fn} ${JSON.stringify(args)}`).join(', '), item] as const,
  ),
)('seed %i: %s, bit for bit', (_, __, { seed, calls }) => {
  manualSeed(seed);
  for (const { fn, args, options, result } of calls) {
    const got = CALLS[fn]!(...([...args, options] as never[]));
    const want = 'dtype' in (result as object) ? { result: result as Frozen } : (result as Record<string, Frozen>);
    expect(Object.keys(got)).toEqual(Object.keys(want));
    for (const [name, x] of Object.entries(got)) expectBits(x, want[name]!);
  }
});

test('every function has cases', () => {
  expect(new Set(known.flatMap(({ calls }) => calls.map(({ fn }) => fn)))).toEqual(new Set(Object.keys(CALLS)));
});
