import type { ArrayLike, NDArray } from '@isograd/ndarray';
import { writeResult } from './inplace.ts';
import {
  cummax,
  cummin,
  type KeepdimOption,
  kthvalue,
  mode,
  msort,
  topk,
  type TopkOptions,
  type ValuesAndIndices,
} from './ops/order.ts';
import { logcumsumexp, renorm } from './ops/scans.ts';
import { digamma, erfc, erfinv, lerp, lgamma, logit, polygamma, rsqrt, xlogy } from './ops/special.ts';
import { Tensor } from './tensor.ts';

/**
 * PyTorch's methods for functions that few programs use: tensors have them once `@isograd/autograd/methods` is imported, so that bundles of the others
 * do without.
 *
 * @example
 * await import('@isograd/autograd/methods');
 * tensor([3, 1, 2]).topk(2).values.tolist() // => [ 3, 2 ]
 */
export interface MoreMethods {
  /** See the function `cummax`. */
  cummax(dim: number): ValuesAndIndices;
  /** See the function `cummin`. */
  cummin(dim: number): ValuesAndIndices;
  /** See the function `digamma`. */
  digamma(): Tensor;
  /** In place, see the function `digamma`. */
  digamma_(): Tensor;
  /** See the function `erfc`. */
  erfc(): Tensor;
  /** In place, see the function `erfc`. */
  erfc_(): Tensor;
  /** See the function `erfinv`. */
  erfinv(): Tensor;
  /** In place, see the function `erfinv`. */
  erfinv_(): Tensor;
  /** See the function `kthvalue`. */
  kthvalue(k: number, dim?: number, options?: KeepdimOption): ValuesAndIndices;
  /** See the function `lerp`. */
  lerp(end: ArrayLike, weight: ArrayLike): Tensor;
  /** In place, see the function `lerp`. */
  lerp_(end: ArrayLike, weight: ArrayLike): Tensor;
  /** See the function `lgamma`. */
  lgamma(): Tensor;
  /** In place, see the function `lgamma`. */
  lgamma_(): Tensor;
  /** See the function `logcumsumexp`. */
  logcumsumexp(dim: number): Tensor;
  /** See the function `logit`. */
  logit(eps?: number | null): Tensor;
  /** In place, see the function `logit`. */
  logit_(eps?: number | null): Tensor;
  /** See the function `mode`. */
  mode(dim?: number, options?: KeepdimOption): ValuesAndIndices;
  /** See the function `msort`. */
  msort(): Tensor;
  /** See the function `polygamma`. */
  polygamma(n: number): Tensor;
  /** In place, see the function `polygamma`. */
  polygamma_(n: number): Tensor;
  /** See the function `renorm`. */
  renorm(p: number, dim: number, maxnorm: number): Tensor;
  /** In place, see the function `renorm`. */
  renorm_(p: number, dim: number, maxnorm: number): Tensor;
  /** See the function `rsqrt`. */
  rsqrt(): Tensor;
  /** In place, see the function `rsqrt`. */
  rsqrt_(): Tensor;
  /** See the function `topk`. */
  topk(k: number, dim?: number, options?: TopkOptions): ValuesAndIndices;
  /** See the function `xlogy`. */
  xlogy(y: ArrayLike): Tensor;
  /** In place, see the function `xlogy`. */
  xlogy_(y: ArrayLike): Tensor;
}

declare module './tensor.ts' {
  // The class has the methods of an interface of its name.
  interface Tensor extends MoreMethods {}
}

type OnTensor = (x: Tensor, ...args: never[]) => unknown;

const METHODS = { cummax, cummin, kthvalue, logcumsumexp, mode, msort, topk } as unknown as Readonly<
  Record<string, OnTensor>
>;

/** Those that PyTorch has in place too. */
const IN_PLACE = {
  digamma,
  erfc,
  erfinv,
  lerp,
  lgamma,
  logit,
  polygamma: (x: NDArray, n: number) => polygamma(n, x),
  renorm,
  rsqrt,
  xlogy,
} as unknown as Readonly<Record<string, OnTensor>>;

/**
 * Names of the methods that importing this module gives tensors, see {@link MoreMethods}.
 *
 * @example
 * moreMethods.includes('topk') // => true
 */
export const moreMethods: readonly string[] = [
  ...Object.keys({ ...METHODS, ...IN_PLACE }),
  ...Object.keys(IN_PLACE).map((name) => `${name}_`),
];

function define(name: string, value: (this: Tensor, ...args: never[]) => unknown): void {
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}

for (const [name, run] of Object.entries({ ...METHODS, ...IN_PLACE }))
  define(name, function (...args) {
    return run(this, ...args);
  });

for (const [name, run] of Object.entries(IN_PLACE))
  define(`${name}_`, function (...args) {
    const write = (x: Tensor): NDArray => run(x, ...args) as NDArray;
    return writeResult(this, `${name}_`, write, { sources: args, readable: true });
  });
