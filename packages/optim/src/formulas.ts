import { expr as e, type Expr } from '@isograd/device';
import { type Formula, formula } from './update.ts';

// Formulas that PyTorch and Keras share up to the numbers they are given; each keeps PyTorch's order of operations.

/** `before` moved towards `x` by the share `rest`. */
export const towards = (before: Expr, x: Expr, rest: Expr): Expr => e.add(before, e.mul(rest, e.sub(x, before)));

/** `before` decayed by `beta`, plus `rest` of the square of `x`. */
export const squareTowards = (before: Expr, x: Expr, beta: Expr, rest: Expr): Expr =>
  e.add(e.mul(before, beta), e.mul(e.mul(rest, x), x));

const MOMENTS = ['rest1', 'beta2', 'rest2', 'eps'] as const;

/**
 * Adam: `p - stepSize m / (√v / root2 + eps)` with running means `m` of the gradient and `v` of its square;
 * with `amsgrad` the largest `v` so far.
 */
export function adamFormula({ amsgrad }: { readonly amsgrad: boolean }): Formula {
  return formula<'expAvg' | 'expAvgSq' | 'maxExpAvgSq', (typeof MOMENTS)[number] | 'stepSize' | 'root2'>({
    slots: amsgrad ? ['expAvg', 'expAvgSq', 'maxExpAvgSq'] : ['expAvg', 'expAvgSq'],
    scalars: [...MOMENTS, 'stepSize', 'root2'],
    rule: ({ p, g, slots, s }) => {
      const expAvg = towards(slots.expAvg, g, s.rest1);
      const expAvgSq = squareTowards(slots.expAvgSq, g, s.beta2, s.rest2);
      const maxExpAvgSq = amsgrad ? e.max(slots.maxExpAvgSq, expAvgSq) : expAvgSq;
      const denominator = e.add(e.div(e.sqrt(maxExpAvgSq), s.root2), s.eps);
      const next = e.sub(p, e.div(e.mul(s.stepSize, expAvg), denominator));
      return { p: next, slots: { expAvg, expAvgSq, maxExpAvgSq } };
    },
  });
}

/** NAdam: `p - (ofGradient g + ofMean m) / (√(v / correction2) + eps)` with the running means of Adam. */
export function nadamFormula(): Formula {
  return formula<'expAvg' | 'expAvgSq', (typeof MOMENTS)[number] | 'ofGradient' | 'ofMean' | 'correction2'>({
    slots: ['expAvg', 'expAvgSq'],
    scalars: [...MOMENTS, 'ofGradient', 'ofMean', 'correction2'],
    rule: ({ p, g, slots, s }) => {
      const expAvg = towards(slots.expAvg, g, s.rest1);
      const expAvgSq = squareTowards(slots.expAvgSq, g, s.beta2, s.rest2);
      const denominator = e.add(e.sqrt(e.div(expAvgSq, s.correction2)), s.eps);
      const along = e.sub(p, e.div(e.mul(s.ofGradient, g), denominator));
      const next = e.sub(along, e.div(e.mul(s.ofMean, expAvg), denominator));
      return { p: next, slots: { expAvg, expAvgSq } };
    },
  });
}

/** Where epsilon stands: added to the root, as PyTorch does, or below it, as Keras does. */
export interface EpsilonPlace {
  readonly epsBelowRoot: boolean;
}

const rooted = (x: Expr, eps: Expr, { epsBelowRoot }: EpsilonPlace): Expr =>
  epsBelowRoot ? e.sqrt(e.add(x, eps)) : e.add(e.sqrt(x), eps);

/** Adagrad: `p - stepSize g / (√sum + eps)` with the sum of all squared gradients. */
export function adagradFormula(place: EpsilonPlace): Formula {
  return formula<'sum', 'stepSize' | 'eps'>({
    slots: ['sum'],
    scalars: ['stepSize', 'eps'],
    rule: ({ p, g, slots, s }) => {
      const sum = e.add(slots.sum, e.mul(g, g));
      return { p: e.sub(p, e.div(e.mul(s.stepSize, g), rooted(sum, s.eps, place))), slots: { sum } };
    },
  });
}

/** Adadelta: the step `√(accDelta + eps) / √(squareAvg + eps) g`, times `lr`, with running means of squared gradients and steps. */
export function adadeltaFormula(): Formula {
  return formula<'squareAvg' | 'accDelta', 'lr' | 'rho' | 'rest' | 'eps'>({
    slots: ['squareAvg', 'accDelta'],
    scalars: ['lr', 'rho', 'rest', 'eps'],
    rule: ({ p, g, slots, s }) => {
      const squareAvg = squareTowards(slots.squareAvg, g, s.rho, s.rest);
      const ratio = e.div(e.sqrt(e.add(slots.accDelta, s.eps)), e.sqrt(e.add(squareAvg, s.eps)));
      const delta = e.mul(ratio, g);
      const accDelta = squareTowards(slots.accDelta, delta, s.rho, s.rest);
      return { p: e.sub(p, e.mul(s.lr, delta)), slots: { squareAvg, accDelta } };
    },
  });
}

/** Options by which formulas of RMSprop differ. */
export interface RmspropVariant extends EpsilonPlace {
  readonly momentum: boolean;
  readonly centered: boolean;
  /** Whether the learning rate enters the momentum, as in Keras, or the step, as in PyTorch. */
  readonly lrInMomentum: boolean;
}

/** RMSprop: `p - lr g / (√squareAvg + eps)`, with momentum, and around the mean of the gradient where it is centered. */
export function rmspropFormula({ momentum, centered, lrInMomentum, ...place }: RmspropVariant): Formula {
  return formula<'squareAvg' | 'gradAvg' | 'momentumBuffer', 'lr' | 'alpha' | 'rest' | 'eps' | 'momentum'>({
    slots: [
      'squareAvg',
      ...(momentum ? (['momentumBuffer'] as const) : []),
      ...(centered ? (['gradAvg'] as const) : []),
    ],
    scalars: ['lr', 'alpha', 'rest', 'eps', 'momentum'],
    rule: ({ p, g, slots, s }) => {
      const squareAvg = squareTowards(slots.squareAvg, g, s.alpha, s.rest);
      const gradAvg = centered ? towards(slots.gradAvg, g, s.rest) : squareAvg;
      const spread = centered ? e.sub(squareAvg, e.mul(gradAvg, gradAvg)) : squareAvg;
      const root = rooted(spread, s.eps, place);
      const scaled = e.div(e.mul(s.lr, g), root);
      if (!momentum) return { p: e.sub(p, scaled), slots: { squareAvg, gradAvg, momentumBuffer: squareAvg } };
      const momentumBuffer = e.add(e.mul(s.momentum, slots.momentumBuffer), lrInMomentum ? scaled : e.div(g, root));
      const step = lrInMomentum ? momentumBuffer : e.mul(s.lr, momentumBuffer);
      return { p: e.sub(p, step), slots: { squareAvg, gradAvg, momentumBuffer } };
    },
  });
}

/** Sign of `x`: -1, 0 or 1; NaN stays. */
export const sign = (x: Expr): Expr => {
  const zero = e.mul(x, 0);
  return e.where(e.gt(x, 0), e.constant(1, x.dtype), e.where(e.lt(x, 0), e.constant(-1, x.dtype), zero));
};

/** Lion: `p - lr sign(beta1 m + rest1 g)` with a running mean `m` that decays by `beta2`. */
export function lionFormula(): Formula {
  return formula<'expAvg', 'lr' | 'beta1' | 'rest1' | 'beta2' | 'rest2'>({
    slots: ['expAvg'],
    scalars: ['lr', 'beta1', 'rest1', 'beta2', 'rest2'],
    rule: ({ p, g, slots, s }) => ({
      p: e.sub(p, e.mul(s.lr, sign(e.add(e.mul(slots.expAvg, s.beta1), e.mul(g, s.rest1))))),
      slots: { expAvg: e.add(e.mul(slots.expAvg, s.beta2), e.mul(g, s.rest2)) },
    }),
  });
}
