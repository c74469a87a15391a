import { ArgumentError, ShapeError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { axisMap, type Tap, tapsOf } from '../ops/axis-map.ts';
import { adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d } from '../ops/average-pool.ts';

/** How elements between elements are made. */
export type InterpolationMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'trilinear' | 'bicubic' | 'area';

/** Options of {@link interpolate}. */
export interface InterpolateOptions {
  /** Lengths of the spatial axes, or one for all. */
  readonly size?: number | readonly number[] | undefined;
  /** Factors of the spatial axes, or one for all, instead of lengths. */
  readonly scaleFactor?: number | readonly number[] | undefined;
  /** Default `nearest`. */
  readonly mode?: InterpolationMode;
  /** Whether corners lie on corners; of the linear and cubic modes only. Default false. */
  readonly alignCorners?: boolean | undefined;
}

/** An axis that is resized: its lengths, and how far input positions lie apart. */
interface Axis {
  readonly from: number;
  readonly to: number;
  /** 1 / scaleFactor where one was given. */
  readonly given: number | undefined;
  readonly alignCorners: boolean;
}

/** Place of an output between the inputs. */
function place(o: number, { from, to, given, alignCorners }: Axis): number {
  if (alignCorners) return to > 1 ? (o * (from - 1)) / (to - 1) : 0;
  return (o + 0.5) * (given ?? from / to) - 0.5;
}

function nearest(o: number, { from, to, given }: Axis, shift: number): Tap {
  // PyTorch computes positions in float32 in every dtype.
  const step = Math.fround(given ?? from / to);
  const at = Math.min(Math.floor(Math.fround(Math.fround(o + shift) * step)), from - 1);
  return { at: [at], weights: [1] };
}

function linear(o: number, axis: Axis): Tap {
  const x = Math.max(place(o, axis), 0);
  const low = Math.min(Math.floor(x), axis.from - 1);
  const high = Math.min(low + 1, axis.from - 1);
  const t = Math.min(x - low, 1);
  return high === low ? { at: [low], weights: [1] } : { at: [low, high], weights: [1 - t, t] };
}

// Slope of the cubic kernel, as in PyTorch and OpenCV (Keys 1981 has -0.5).
const A = -0.75;
const cubicNear = (t: number): number => ((A + 2) * t - (A + 3)) * t * t + 1;
const cubicFar = (t: number): number => ((A * t - 5 * A) * t + 8 * A) * t - 4 * A;

function cubic(o: number, axis: Axis): Tap {
  const x = place(o, axis);
  const low = Math.floor(x);
  const t = x - low;
  const weights = [cubicFar(t + 1), cubicNear(t), cubicNear(1 - t), cubicFar(2 - t)];
  const at = [-1, 0, 1, 2].map((i) => Math.min(Math.max(low + i, 0), axis.from - 1));
  return { at, weights };
}

const TAPS: { readonly [M in Exclude<InterpolationMode, 'area'>]: (o: number, axis: Axis) => Tap } = {
  nearest: (o, axis) => nearest(o, axis, 0),
  'nearest-exact': (o, axis) => nearest(o, axis, 0.5),
  linear,
  bilinear: linear,
  trilinear: linear,
  bicubic: cubic,
};

/** Numbers of spatial axes of each mode; all where none is named. */
const RANKS: { readonly [M in InterpolationMode]?: number } = { linear: 1, bilinear: 2, trilinear: 3, bicubic: 2 };

function refuse(what: string, got: string, expected: string): never {
  throw new ArgumentError({ where: 'interpolate', what, got, expected });
}

function lengths(x: Tensor, { size, scaleFactor }: InterpolateOptions): readonly number[] {
  const spatial = x.shape.slice(2);
  if ((size === undefined) === (scaleFactor === undefined))
    refuse('takes either size or scaleFactor', size === undefined ? 'neither' : 'both', 'one of them');
  const given = size ?? scaleFactor!;
  const list = typeof given === 'number' ? spatial.map(() => given) : given;
  if (list.length !== spatial.length)
    refuse('there is not one number for each spatial axis', JSON.stringify(list), `${spatial.length}`);
  const to = size === undefined ? spatial.map((n, i) => Math.floor(n * list[i]!)) : list;
  if (!to.every((n) => Number.isInteger(n) && n > 0))
    refuse('lengths are no whole numbers from 1', JSON.stringify(to), 'longer axes');
  return to;
}

/**
 * Resizes the spatial axes of `[batch, channels, ...spatial]` (PyTorch's `F.interpolate`).
 *
 * @throws ShapeError when the mode wants another number of axes; ArgumentError for options that do not fit.
 * @example
 * import { tensor } from '@isograd/autograd';
 * interpolate(tensor([[[1.5, 3]]]), { scaleFactor: 2 }).tolist() // => [ [ [ 1.5, 1.5, 3, 3 ] ] ]
 * interpolate(tensor([[[0.5, 2.5]]]), { size: 3, mode: 'linear', alignCorners: true }).tolist() // => [ [ [ 0.5, 1.5, 2.5 ] ] ]
 */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  const { mode = 'nearest', alignCorners, scaleFactor } = options;
  const rank = x.ndim - 2;
  if (mode !== 'area' && !Object.hasOwn(TAPS, mode)) refuse('unknown mode', String(mode), Object.keys(TAPS).join(', '));
  if (rank < 1 || rank > 3 || (RANKS[mode] ?? rank) !== rank)
    throw new ShapeError({
      where: 'interpolate',
      what: `mode ${mode} wants another number of axes`,
      got: `[${x.shape.join(', ')}]`,
      expected: `[batch, channels, ...] with ${RANKS[mode] ?? '1 to 3'} spatial axes`,
    });
  if (alignCorners !== undefined && RANKS[mode] === undefined)
    refuse('alignCorners goes with linear and cubic modes only', mode, 'linear, bilinear, trilinear or bicubic');
  const to = lengths(x, options);
  if (mode === 'area') return ([adaptiveAvgPool1d, adaptiveAvgPool2d, adaptiveAvgPool3d] as const)[rank - 1]!(x, to);
  return to.reduce((y, length, i) => {
    const factor = typeof scaleFactor === 'number' ? scaleFactor : scaleFactor?.[i];
    const axis: Axis = {
      from: x.shape[i + 2]!,
      to: length,
      given: factor === undefined ? undefined : 1 / factor,
      alignCorners: alignCorners ?? false,
    };
    const outputs = Array.from({ length }, (_, o) => TAPS[mode](o, axis));
    return axisMap(y, tapsOf(axis.from, outputs), i + 2);
  }, x);
}

function checkFactor(factor: number, ok: boolean, where: string, x: Tensor): void {
  if (Number.isInteger(factor) && factor > 0 && ok) return;
  throw new ShapeError({
    where,
    what: 'the axes cannot be divided so',
    got: `[${x.shape.join(', ')}], ${factor}`,
    expected: 'lengths that the factor divides',
  });
}

/** Channels as finer images: `[..., c r², h, w]` → `[..., c, h r, w r]` (PyTorch's `F.pixel_shuffle`; Shi et al. 2016). @throws ShapeError where the channels do not divide. */
export function pixelShuffle(x: Tensor, upscaleFactor: number): Tensor {
  const r = upscaleFactor;
  checkFactor(r, x.ndim >= 3 && x.shape.at(-3)! % (r * r) === 0, 'pixelShuffle', x);
  const [c, h, w] = x.shape.slice(-3) as [number, number, number];
  const lead = x.shape.slice(0, -3);
  const y = x.reshape([-1, c / (r * r), r, r, h, w]).transpose([0, 1, 4, 2, 5, 3]);
  return y.reshape([...lead, c / (r * r), h * r, w * r]);
}

/** Undoes {@link pixelShuffle}: `[..., c, h r, w r]` → `[..., c r², h, w]` (PyTorch's `F.pixel_unshuffle`). @throws ShapeError where the image does not divide. */
export function pixelUnshuffle(x: Tensor, downscaleFactor: number): Tensor {
  const r = downscaleFactor;
  checkFactor(r, x.ndim >= 3 && x.shape.at(-1)! % r === 0 && x.shape.at(-2)! % r === 0, 'pixelUnshuffle', x);
  const [c, h, w] = x.shape.slice(-3) as [number, number, number];
  const y = x.reshape([-1, c, h / r, r, w / r, r]).transpose([0, 1, 3, 5, 2, 4]);
  return y.reshape([...x.shape.slice(0, -3), c * r * r, h / r, w / r]);
}

/** Exchanges channels between groups: `[batch, channels, ...]` (PyTorch's `F.channel_shuffle`; Zhang et al. 2018). @throws ShapeError where the channels do not divide. */
export function channelShuffle(x: Tensor, groups: number): Tensor {
  checkFactor(groups, x.ndim >= 3 && x.shape[1]! % groups === 0, 'channelShuffle', x);
  const [n, c, ...rest] = x.shape as [number, number, ...number[]];
  return x
    .reshape([n, groups, c / groups, -1])
    .transpose([0, 2, 1, 3])
    .reshape([n, c, ...rest]);
}

/** {@link interpolate} under its old name (PyTorch's `F.upsample`). @throws ShapeError or ArgumentError. */
export const upsample: typeof interpolate = interpolate;
