import { ArgumentError, ShapeError } from '@isograd/device';
import { array, NDArray } from '@isograd/ndarray';
import { asTensor, type Tensor } from '@isograd/autograd';
import { KerasTensor } from '../../keras-tensor.ts';
import { type CallOptions, Layer, type LayerOptions } from '../../layer.ts';
import type { Nested } from '../../nested.ts';

/** A text, or lists of texts that are all as long, nested to any depth. */
export type Strings = string | readonly Strings[];

/** Texts or whole numbers, nested likewise. */
export type Tokens = string | number | bigint | readonly Tokens[] | NDArray;

/** A word of a vocabulary. */
export type Token = string | number;

/** Texts and numbers in a row, with the lengths of the lists they were in. */
export interface TokenArray {
  readonly values: readonly Token[];
  readonly shape: readonly number[];
}

const whole = (x: number | bigint): number => (typeof x === 'bigint' ? Number(x) : Math.trunc(x));

/** The elements of nested lists, or of an array of numbers. @throws ShapeError when lists at one depth have different lengths. */
export function tokensOf(data: Tokens, where: string): TokenArray {
  if (data instanceof NDArray) {
    const numbers = Array.from(data.plain().copy().data as Float32Array | BigInt64Array, (v: number | bigint) =>
      whole(v),
    );
    return { values: numbers, shape: data.shape };
  }
  if (!Array.isArray(data)) return { values: [typeof data === 'string' ? data : whole(data as number)], shape: [] };
  const parts = (data as readonly Tokens[]).map((item) => tokensOf(item, where));
  const shape = parts[0]?.shape ?? [];
  const other = parts.find((part) => part.shape.join() !== shape.join());
  if (other)
    throw new ShapeError({
      where,
      what: 'lists are not all as long',
      got: `[${shape.join(', ')}] beside [${other.shape.join(', ')}]`,
      expected: 'lists of one length at each depth',
    });
  return { values: parts.flatMap(({ values }) => values), shape: [parts.length, ...shape] };
}

/** Whole numbers of 64 bits as a tensor. */
export function int64(values: ArrayLike<number>, shape: readonly number[]): Tensor {
  return asTensor(array(BigInt64Array.from(Array.from(values, BigInt)), { shape }));
}

/** Calling such a layer with texts computes. */
export interface TextLayer<Result> {
  (inputs: KerasTensor): KerasTensor;
  (inputs: Tokens, options?: Partial<CallOptions>): Result;
}

/** Base of layers whose inputs are texts, or whole numbers as exact as texts. */
export abstract class TextLayer<Result> extends Layer {
  constructor(options: LayerOptions) {
    super(options);
    this.built = true;
  }

  protected override invoke(
    inputs: Nested<KerasTensor> | Nested<NDArray> | Tokens,
    _options?: Partial<CallOptions>,
  ): Nested<KerasTensor> | Nested<Tensor> {
    if (inputs instanceof KerasTensor) return this.connect(inputs);
    return this.read(inputs as Tokens) as unknown as Tensor;
  }

  /** What becomes of texts. */
  protected abstract read(inputs: Tokens): Result;

  protected override convert(x: NDArray): Tensor {
    return asTensor(x);
  }

  override call(x: Tensor): Tensor {
    return this.read(x) as unknown as Tensor;
  }
}

/** The key of a strong hash. @throws ArgumentError unless it is a whole number or two. */
export function saltOf(
  salt: number | readonly [number, number] | null | undefined,
  where: string,
): readonly [number, number] | null {
  if (salt == null) return null;
  const pair = typeof salt === 'number' ? [salt, salt] : salt;
  if (Array.isArray(pair) && pair.length === 2 && pair.every(Number.isSafeInteger)) return [pair[0]!, pair[1]!];
  throw new ArgumentError({
    where,
    what: 'salt is no key',
    got: JSON.stringify(salt),
    expected: 'a whole number, or two',
  });
}
