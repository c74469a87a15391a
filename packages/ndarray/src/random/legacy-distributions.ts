import { type Row, count, named, parameterIn, positive, refuseRange, rowsOf } from './distributions.ts';
import type { Distribution } from './drawing.ts';
import { expExact } from './exact/exp.ts';
import { log1pExact } from './exact/log1p.ts';
import { powExact } from './exact/pow.ts';
import { legacyBinomial } from './samplers/binomial.ts';
import { legacyVonmises } from './samplers/circular.ts';
import { legacyGeometric, legacyLogseries, legacyZipf } from './samplers/counting.ts';
import { legacyBeta } from './samplers/gamma.ts';
import { legacyHypergeometric } from './samplers/hypergeometric.ts';
import { LEGACY } from './source.ts';

/** What `RandomState` does otherwise than the same formulas with its own normal and exponential values. */
function changes(): Record<string, Partial<Row>> {
  const { exponential, normal } = LEGACY;
  return {
    uniform: { refuse: refuseRange },
    beta: { draw: (source, a, b) => legacyBeta(source, LEGACY, a, b) },
    pareto: { draw: (source, a) => expExact(exponential(source) / a) - 1 },
    power: { draw: (source, a) => powExact(1 - expExact(-exponential(source)), 1 / a) },
    rayleigh: { draw: ({ bits }, scale) => scale * Math.sqrt(-2 * log1pExact(-bits.nextDouble())) },
    vonmises: { draw: legacyVonmises },
    wald: {
      draw: (source, mean, scale) => {
        const half = mean / (2 * scale);
        const z = normal(source);
        const y = mean * z * z;
        const x = mean + half * (y - Math.sqrt(4 * scale * y + y * y));
        return source.bits.nextDouble() <= mean / (mean + x) ? x : (mean * mean) / x;
      },
    },
    negativeBinomial: { parameters: [positive('n'), parameterIn('unit')('p')], refuse: () => undefined },
    binomial: { draw: legacyBinomial },
    geometric: { draw: legacyGeometric },
    zipf: { draw: legacyZipf },
    logseries: { draw: legacyLogseries },
    hypergeometric: {
      parameters: [count('ngood'), count('nbad'), parameterIn('fromOne', true)('nsample')],
      refuse: (good, bad, sample) => (good + bad < sample ? 'ngood + nbad < nsample' : undefined),
      draw: legacyHypergeometric,
    },
  };
}

let lazyDistributions: ReadonlyMap<string, Distribution> | undefined;

/** What `RandomState` draws, by name: in double precision only, by methods that never change. */
export function legacyDistributions(): ReadonlyMap<string, Distribution> {
  if (lazyDistributions) return lazyDistributions;
  const changed = changes();
  const rows = Object.entries(rowsOf(LEGACY)).map(([name, row]): [string, Row] => {
    const { drawFloat: _single, methods: _methods, ...kept } = row;
    return [name, { ...kept, ...changed[name] }];
  });
  return (lazyDistributions = named({ ...Object.fromEntries(rows), randomSample: rows[0]![1] }));
}
