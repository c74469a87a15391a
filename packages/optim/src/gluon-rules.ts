import { expr as e, type Expr } from '@isograd/device';
import { adadeltaFormula, adamFormula, rmspropFormula } from './formulas.ts';
import { type Formula, formula, type UpdateSymbols } from './update.ts';

/** Options that MXNet's optimizers share, and those of single ones. */
export interface GluonSettings {
  learningRate: number;
  /** Weight decay. */
  wd: number;
  /** Largest size of an element of the gradient; `null` for none. */
  clipGradient: number | null;
  momentum: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Decay of RMSprop's mean of squares. */
  gamma1: number;
  /** Decay of Adadelta's means. */
  rho: number;
}

/** One of MXNet's optimizers: its defaults where they differ, its formula, and the numbers of a step. */
export interface GluonRule {
  readonly defaults: Partial<GluonSettings>;
  readonly formula: (settings: GluonSettings) => Formula;
  readonly scalars: (settings: GluonSettings, step: number) => { readonly [name: string]: number };
}

type Symbols = UpdateSymbols<string, string>;

/** The gradient for one sample of the batch, clipped. */
function clipped({ g, s }: Symbols, { clipGradient }: GluonSettings): Expr {
  const x = e.mul(g, s.rescale!);
  return clipGradient === null ? x : e.min(e.max(x, e.neg(s.clipGradient!)), s.clipGradient!);
}

/** Puts decay and clipping before a formula. `last`: the decayed gradient is what is clipped, as in Adam and RMSprop. */
function withDecay(inner: Formula, settings: GluonSettings, last: boolean): Formula {
  const { clipGradient } = settings;
  const gradient = (symbols: Symbols): Expr => {
    const decay = e.mul(symbols.s.wd!, symbols.p);
    if (!last || clipGradient === null) return e.add(clipped(symbols, settings), decay);
    const whole = e.add(e.mul(symbols.g, symbols.s.rescale!), decay);
    return e.min(e.max(whole, e.neg(symbols.s.clipGradient!)), symbols.s.clipGradient!);
  };
  return {
    slots: inner.slots,
    scalars: [...inner.scalars, 'rescale', 'clipGradient', 'wd'],
    rule: (symbols) => inner.rule({ ...symbols, g: gradient(symbols) }),
  };
}

/** `m ← momentum m - lr g; p ← p + m`, or a look ahead further along `m`. */
function momentumFormula(momentum: number, nesterov: boolean): Formula {
  return formula<'momentum', 'lr' | 'momentum'>({
    slots: momentum === 0 ? [] : ['momentum'],
    scalars: ['lr', 'momentum'],
    rule: ({ p, g, slots, s }) => {
      const step = e.mul(s.lr, g);
      if (momentum === 0) return { p: e.sub(p, step), slots };
      const m = e.sub(e.mul(s.momentum, slots.momentum), step);
      return { p: e.add(p, nesterov ? e.sub(e.mul(s.momentum, m), step) : m), slots: { momentum: m } };
    },
  });
}

/** A formula whose decay follows the scaled step: `p ← p - lr (step + wd p)`, as in MXNet's AdaGrad and AdaDelta. */
function adagradFormula(settings: GluonSettings): Formula {
  return {
    slots: ['history'],
    scalars: ['lr', 'epsilon', 'rescale', 'clipGradient', 'wd'],
    rule: (symbols) => {
      const { p, slots, s } = symbols;
      const g = clipped(symbols, settings);
      const history = e.add(slots.history!, e.mul(g, g));
      const step = e.div(g, e.sqrt(e.add(history, s.epsilon!)));
      return { p: e.sub(p, e.mul(s.lr!, e.add(step, e.mul(s.wd!, p)))), slots: { history } };
    },
  };
}

/** Adadelta without a learning rate, its decay beside the step. */
function adadeltaWithDecay(settings: GluonSettings): Formula {
  const inner = adadeltaFormula();
  return {
    slots: inner.slots,
    scalars: [...inner.scalars, 'rescale', 'clipGradient', 'wd'],
    rule: (symbols) => {
      const { p, slots } = inner.rule({ ...symbols, g: clipped(symbols, settings) });
      return { p: e.sub(p, e.mul(symbols.s.wd!, symbols.p)), slots };
    },
  };
}

const descent = (nesterov: boolean): GluonRule => ({
  defaults: {},
  formula: (settings) => withDecay(momentumFormula(settings.momentum, nesterov), settings, false),
  scalars: ({ learningRate, momentum }) => ({ lr: learningRate, momentum }),
});

/** The rules by MXNet's names. Source: MXNet 1.9.1, `python/mxnet/optimizer/optimizer.py` and `src/operator/optimizer_op-inl.h`. */
export const GLUON_RULES: {
  readonly [K in 'sgd' | 'nag' | 'adam' | 'adagrad' | 'adadelta' | 'rmsprop']: GluonRule;
} = {
  sgd: descent(false),
  nag: descent(true),
  adam: {
    defaults: { learningRate: 0.001 },
    formula: (settings) => withDecay(adamFormula({ amsgrad: false }), settings, true),
    scalars: ({ learningRate, beta1, beta2, epsilon }, step) => ({
      stepSize: (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step),
      root2: 1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
      eps: epsilon,
    }),
  },
  adagrad: {
    defaults: { epsilon: 1e-7 },
    formula: adagradFormula,
    scalars: ({ learningRate, epsilon }) => ({ lr: learningRate, epsilon }),
  },
  adadelta: {
    defaults: { epsilon: 1e-5 },
    formula: adadeltaWithDecay,
    scalars: ({ rho, epsilon }) => ({ lr: 1, rho, rest: 1 - rho, eps: epsilon }),
  },
  rmsprop: {
    defaults: { learningRate: 0.001 },
    formula: (settings) =>
      withDecay(
        rmspropFormula({ momentum: false, centered: false, lrInMomentum: false, epsBelowRoot: true }),
        settings,
        true,
      ),
    scalars: ({ learningRate, gamma1, epsilon }) => ({
      lr: learningRate,
      alpha: gamma1,
      rest: 1 - gamma1,
      eps: epsilon,
      momentum: 0,
    }),
  },
};
