import { expr as e, type Expr } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { type Formula, norm, type UpdateSymbols } from '@isograd/optim';
import type { BaseSettings } from './settings.ts';

/** Numbers by name. */
export type Numbers = { readonly [name: string]: number };

type ClipSettings = Pick<BaseSettings, 'weightDecay' | 'clipnorm' | 'globalClipnorm' | 'clipvalue'>;

const NAMES = ['clipnorm', 'norm', 'scale', 'clipvalue', 'weightDecay', 'learningRate'] as const;

/** No numbers: neither clipping nor decay. */
export const NO_NUMBERS: Numbers = {};

/** What clipping and decay are given for each gradient of a step; undefined where there are none. */
export function clippingOf(
  { weightDecay, clipnorm, globalClipnorm, clipvalue }: ClipSettings,
  steps: readonly { readonly grad: NDArray }[],
  learningRate: number,
): ((g: NDArray) => Numbers) | undefined {
  if (weightDecay === null && !clipnorm && !globalClipnorm && !clipvalue) return undefined;
  const all = globalClipnorm ? Math.hypot(...steps.map(({ grad }) => norm(grad.plain()))) : 0;
  // A norm that is not finite leaves no direction: NaN, as in Keras.
  const scale = globalClipnorm ? globalClipnorm * Math.min(1 / all, 1 / globalClipnorm) + (all - all) : 1;
  return (g) => ({
    weightDecay: weightDecay ?? 0,
    clipnorm: clipnorm ?? 0,
    clipvalue: clipvalue ?? 0,
    scale,
    learningRate,
    norm: clipnorm ? Math.max(norm(g.plain()), clipnorm) : 1,
  });
}

/** A formula with clipping and decay in front of it, where they are wanted. */
export function withClipping(formula: Formula, settings: ClipSettings): Formula {
  const { weightDecay, clipnorm, globalClipnorm, clipvalue } = settings;
  if (weightDecay === null && !clipnorm && !globalClipnorm && !clipvalue) return formula;
  const clipped = (g: Expr, s: { readonly [name: string]: Expr }): Expr => {
    if (clipnorm) return e.div(e.mul(g, s.clipnorm!), s.norm!);
    if (globalClipnorm) return e.mul(g, s.scale!);
    return clipvalue ? e.min(e.max(g, e.neg(s.clipvalue!)), s.clipvalue!) : g;
  };
  const rule = ({ p, g, slots, s }: UpdateSymbols<string, string>): ReturnType<Formula['rule']> => {
    const decayed = weightDecay === null ? p : e.sub(p, e.mul(e.mul(p, s.weightDecay!), s.learningRate!));
    return formula.rule({ p: decayed, g: clipped(g, s), slots, s });
  };
  return { ...formula, scalars: [...new Set([...formula.scalars, ...NAMES])], rule };
}

/** A gradient clipped as an array, for optimizers that look at whole weights. */
export function clip(g: NDArray, { clipnorm, globalClipnorm, clipvalue }: ClipSettings, numbers: Numbers): NDArray {
  const x = g.plain();
  if (clipnorm) return x.mul(clipnorm).div(numbers.norm!);
  if (globalClipnorm) return x.mul(numbers.scale!);
  return clipvalue ? x.maximum(-clipvalue).minimum(clipvalue) : x;
}
