import type { Distribution, Drawers, ParameterRow, Range } from './drawing.ts';
import { expExact } from './exact/exp.ts';
import { expm1Exact, log1pExact } from './exact/log1p.ts';
import { powExact } from './exact/pow.ts';
import { logExact } from './log.ts';
import { beta, standardGamma, standardGammaFloat } from './samplers/gamma.ts';
import { binomial } from './samplers/binomial.ts';
import { vonmises } from './samplers/circular.ts';
import { geometric, logseries, poisson, zipf } from './samplers/counting.ts';
import { hypergeometric } from './samplers/hypergeometric.ts';
import { ZIGGURAT, zigguratExponentialFloat, zigguratNormalFloat } from './samplers/ziggurat.ts';
import type { Drawer, Family, Source } from './source.ts';

/** Makes the row of a parameter from its name and default. */
export type ParameterMaker = (name: string, value?: number) => ParameterRow;

/** Makes rows of parameters that must lie in a range. */
export function parameterIn(range: Range, whole: boolean = false): ParameterMaker {
  return (name, value) => ({ name, range, ...(whole && { whole }), ...(value !== undefined && { default: value }) });
}
const any = parameterIn('any');
/** Rows of parameters above zero. */
export const positive: ParameterMaker = parameterIn('positive');
const nonNegative = parameterIn('nonNegative');
/** Rows of whole parameters from zero. */
export const count: ParameterMaker = parameterIn('nonNegative', true);

/** A row without its name, which is its key in the table. */
export type Row = Omit<Distribution, 'name'>;

function refuseTriangle(left: number, mode: number, right: number): string | undefined {
  return left > mode ? 'left > mode' : mode > right ? 'mode > right' : left === right ? 'left == right' : undefined;
}

function refuseSample(good: number, bad: number, sample: number): string | undefined {
  if (good >= 1e9 || bad >= 1e9) return 'both ngood and nbad must be less than 1000000000';
  return good + bad < sample ? 'ngood + nbad < nsample' : undefined;
}

/** Why values between two bounds cannot be drawn. */
export function refuseRange(low: number, high: number): string | undefined {
  return Number.isFinite(high - low) ? undefined : 'high - low range exceeds valid bounds';
}

function laplace({ bits }: Source, loc: number, scale: number): number {
  for (;;) {
    const u = bits.nextDouble();
    if (u >= 0.5) return loc - scale * logExact(2 - u - u);
    if (u > 0) return loc + scale * logExact(u + u);
  }
}

function gumbel({ bits }: Source, loc: number, scale: number): number {
  for (;;) {
    const u = 1 - bits.nextDouble();
    if (u < 1) return loc - scale * logExact(-logExact(u));
  }
}

function logistic({ bits }: Source, loc: number, scale: number): number {
  for (;;) {
    const u = bits.nextDouble();
    if (u > 0) return loc + scale * logExact(u / (1 - u));
  }
}

function triangular({ bits }: Source, left: number, mode: number, right: number): number {
  const base = right - left;
  const toMode = mode - left;
  const u = bits.nextDouble();
  return u <= toMode / base
    ? left + Math.sqrt(u * (toMode * base))
    : right - Math.sqrt((1 - u) * ((right - mode) * base));
}

/** Uniform, normal and exponential values. */
function basicRows({ normal, exponential }: Family): Record<string, Row> {
  const uniform: Drawers = {
    draw: ({ bits }) => bits.nextDouble(),
    drawFloat: ({ bits }) => bits.nextFloat(),
  };
  return {
    random: { parameters: [], ...uniform },
    standardNormal: { parameters: [], draw: normal, drawFloat: ({ bits }) => zigguratNormalFloat(bits) },
    standardExponential: {
      parameters: [],
      draw: exponential,
      drawFloat: ({ bits }) => zigguratExponentialFloat(bits),
      methods: {
        zig: { draw: exponential, drawFloat: ({ bits }) => zigguratExponentialFloat(bits) },
        inv: {
          draw: ({ bits }) => -log1pExact(-bits.nextDouble()),
          drawFloat: ({ bits }) => -log1pExact(-bits.nextFloat()),
        },
      },
    },
    uniform: {
      parameters: [any('low', 0), any('high', 1)],
      refuse: (low, high) => refuseRange(low, high) ?? (high - low < 0 ? 'high - low < 0' : undefined),
      draw: ({ bits }, low, high) => low + (high - low) * bits.nextDouble(),
    },
    normal: {
      parameters: [any('loc', 0), nonNegative('scale', 1)],
      draw: (source, loc, scale) => loc + scale * normal(source),
    },
  };
}

/** Functions of uniform, normal and exponential values. */
function derivedRows({ normal, exponential }: Family): Record<string, Row> {
  return {
    lognormal: {
      parameters: [any('mean', 0), nonNegative('sigma', 1)],
      draw: (source, mean, sigma) => expExact(mean + sigma * normal(source)),
    },
    exponential: { parameters: [nonNegative('scale', 1)], draw: (source, scale) => scale * exponential(source) },
    standardCauchy: {
      parameters: [],
      draw: (source) => {
        const numerator = normal(source);
        return numerator / normal(source);
      },
    },
    wald: {
      parameters: [positive('mean'), positive('scale')],
      draw: (source, mean, scale) => {
        const z = normal(source);
        const x = mean * (1 - 2 / (1 + Math.sqrt(1 + (4 * scale) / (mean * z * z))));
        return source.bits.nextDouble() <= mean / (mean + x) ? x : (mean * mean) / x;
      },
    },
    rayleigh: {
      parameters: [nonNegative('scale', 1)],
      draw: (source, scale) => scale * Math.sqrt(2 * exponential(source)),
    },
    pareto: { parameters: [positive('a')], draw: (source, a) => expm1Exact(exponential(source) / a) },
    weibull: {
      parameters: [nonNegative('a')],
      draw: (source, a) => (a === 0 ? 0 : powExact(exponential(source), 1 / a)),
    },
    power: { parameters: [positive('a')], draw: (source, a) => powExact(-expm1Exact(-exponential(source)), 1 / a) },
    laplace: { parameters: [any('loc', 0), nonNegative('scale', 1)], draw: laplace },
    gumbel: { parameters: [any('loc', 0), nonNegative('scale', 1)], draw: gumbel },
    logistic: { parameters: [any('loc', 0), nonNegative('scale', 1)], draw: logistic },
    triangular: { parameters: [any('left'), any('mode'), any('right')], refuse: refuseTriangle, draw: triangular },
    vonmises: { parameters: [any('mu'), nonNegative('kappa')], draw: vonmises },
  };
}

/** Distributions made of gamma values. */
function gammaRows(family: Family): Record<string, Row> {
  const gamma = (source: Source, shape: number): number => standardGamma(source, family, shape);
  const chisquare = (source: Source, df: number): number => 2 * gamma(source, df / 2);
  const noncentral: Drawer = (source, df, nonc) => {
    if (Number.isNaN(nonc)) return NaN;
    if (nonc === 0) return chisquare(source, df);
    if (df > 1) {
      const central = chisquare(source, df - 1);
      const n = family.normal(source) + Math.sqrt(nonc);
      return central + n * n;
    }
    return chisquare(source, df + 2 * poisson(source, nonc / 2));
  };
  return {
    standardGamma: {
      parameters: [nonNegative('shape')],
      draw: gamma,
      drawFloat: ({ bits }, shape) => standardGammaFloat(bits, Math.fround(shape)),
    },
    gamma: {
      parameters: [nonNegative('shape'), nonNegative('scale', 1)],
      draw: (source, shape, scale) => scale * gamma(source, shape),
    },
    beta: { parameters: [positive('a'), positive('b')], draw: (source, a, b) => beta(source, family, a, b) },
    chisquare: { parameters: [positive('df')], draw: chisquare },
    f: {
      parameters: [positive('dfnum'), positive('dfden')],
      draw: (source, dfnum, dfden) => {
        const numerator = chisquare(source, dfnum) * dfden;
        return numerator / (chisquare(source, dfden) * dfnum);
      },
    },
    noncentralChisquare: { parameters: [positive('df'), nonNegative('nonc')], draw: noncentral },
    noncentralF: {
      parameters: [positive('dfnum'), positive('dfden'), nonNegative('nonc')],
      draw: (source, dfnum, dfden, nonc) => {
        const numerator = noncentral(source, dfnum, nonc, 0) * dfden;
        return numerator / (chisquare(source, dfden) * dfnum);
      },
    },
    standardT: {
      parameters: [positive('df')],
      draw: (source, df) => {
        const numerator = family.normal(source);
        return (Math.sqrt(df / 2) * numerator) / Math.sqrt(gamma(source, df / 2));
      },
    },
    negativeBinomial: {
      parameters: [parameterIn('positiveNotNan')('n'), parameterIn('unitAboveZero')('p')],
      whole: true,
      refuse: (n, p) =>
        ((1 - p) / p) * (n + 10 * Math.sqrt(n)) > 9.223372006484771e18
          ? 'n too large or p too small, see Generator.negative_binomial Notes'
          : undefined,
      draw: (source, n, p) => poisson(source, ((1 - p) / p) * gamma(source, n)),
    },
  };
}

/** Distributions that count. */
const COUNTING: Record<string, Row> = {
  poisson: { parameters: [parameterIn('poisson')('lam', 1)], whole: true, draw: poisson },
  binomial: { parameters: [count('n'), parameterIn('unit')('p')], whole: true, draw: binomial },
  geometric: { parameters: [parameterIn('unitAboveZero')('p')], whole: true, draw: geometric },
  zipf: { parameters: [parameterIn('aboveOne')('a')], whole: true, draw: zipf },
  logseries: { parameters: [parameterIn('unitBelowOne')('p')], whole: true, draw: logseries },
  hypergeometric: {
    parameters: [count('ngood'), count('nbad'), count('nsample')],
    whole: true,
    refuse: refuseSample,
    draw: hypergeometric,
  },
};

/** The distributions of one parameter list each, with normal and exponential values of a family. */
export function rowsOf(family: Family): Record<string, Row> {
  return { ...basicRows(family), ...derivedRows(family), ...gammaRows(family), ...COUNTING };
}

/** Names the rows. */
export function named(rows: Record<string, Row>): ReadonlyMap<string, Distribution> {
  return new Map(Object.entries(rows).map(([name, row]) => [name, { name, ...row }]));
}

let lazyDistributions: ReadonlyMap<string, Distribution> | undefined;

/** What `Generator` draws, by name. */
export function distributions(): ReadonlyMap<string, Distribution> {
  return (lazyDistributions ??= named(rowsOf(ZIGGURAT)));
}
