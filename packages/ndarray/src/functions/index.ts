// Functions that are no methods, a topic a file, so that a bundler keeps those that are used.
export { average, type AverageOptions, ptp } from './averages.ts';
export { type BinRule } from './bin-rules.ts';
export { corrcoef, type CorrelationOptions, cov, type CovOptions } from './correlations.ts';
export { type AxisBins, type GridBins, type GridOptions, histogram2d, histogramdd } from './grid-histograms.ts';
export { type Bins, type Range } from './histogram-edges.ts';
export { type EdgeOptions, histogram, histogramBinEdges, type HistogramOptions } from './histograms.ts';
export { median, nanmedian } from './medians.ts';
export {
  nanargmax,
  nanargmin,
  type NanExtremeOptions,
  nanmax,
  nanmin,
  nanprod,
  type NanReduction,
  nansum,
} from './nan-reductions.ts';
export { nancumprod, nancumsum } from './nan-scans.ts';
export { nanmean, type NanSpreadOptions, nanstd, nanvar } from './nan-statistics.ts';
export { type QuantileMethod } from './quantile-places.ts';
export {
  nanpercentile,
  nanquantile,
  percentile,
  quantile,
  type QuantileFunction,
  type QuantileOptions,
} from './quantiles.ts';
export { type AxesOptions } from './reduced-axes.ts';
export { type Numbers } from './weights.ts';
