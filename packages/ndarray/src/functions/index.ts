// Functions that are no methods, a topic a file, so that a bundler keeps those that are used.
export { __arrayNamespaceInfo__, type ArrayNamespaceInfo } from './array-api.ts';
export { e, eulerGamma, inf, littleEndian, nan, newaxis, pi } from './constants.ts';
export { isneginf, isposinf } from './infinities.ts';
export { average, type AverageOptions, ptp } from './averages.ts';
export { type BinRule } from './bin-rules.ts';
export { corrcoef, type CorrelationOptions, cov, type CovOptions } from './correlations.ts';
export { einsum, type EinsumFunction, type EinsumOptions } from './einsum.ts';
export { type EinsumOptimize, einsumPath, type EinsumPath, type EinsumPathOptions } from './einsum-path.ts';
export { type Sublist } from './einsum-subscripts.ts';
export { type AxisBins, type GridBins, type GridOptions, histogram2d, histogramdd } from './grid-histograms.ts';
export { type Bins, type Range } from './histogram-edges.ts';
export { type EdgeOptions, histogram, histogramBinEdges, type HistogramOptions } from './histograms.ts';
export { median, type MedianOptions, nanmedian } from './medians.ts';
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
export { nanmean, type NanMeanOptions, type NanSpreadOptions, nanstd, nanvar } from './nan-statistics.ts';
export { inner, matvec, type ProductOp, vdot, vecdot, type VecdotOptions, vecmat } from './products.ts';
export { fromParts, imag, real } from './real-imag.ts';
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
export {
  applyAlongAxis,
  applyOverAxes,
  frompyfunc,
  type Vectorized,
  vectorize,
  type VectorizeOptions,
} from './applying.ts';
export { packbits, type PackOptions, unpackbits, type UnpackOptions } from './bits.ts';
export { block, type Blocks } from './blocks.ts';
export { type Operand } from './array-from.ts';
export { choose, type ChooseOptions, type Piece, piecewise, select } from './choosing.ts';
export {
  asanyarray,
  asarrayChkfinite,
  ascontiguousarray,
  asfortranarray,
  emptyLike,
  fromiter,
  require,
  type RequireOptions,
  type Requirement,
} from './conversions.ts';
export { fromfunction, indices, type IndicesOptions, meshgrid, type MeshOptions } from './grids.ts';
export { c_, indexExp, ix_, type Joined, mgrid, ogrid, r_, s_ } from './index-tricks.ts';
export { delete, insert, type Places } from './insertion.ts';
export { Broadcast, broadcast, FlatIterator, flatiter, ndenumerate, ndindex, nditer } from './iteration.ts';
export { mayShareMemory, sharesMemory } from './memory.ts';
export { type PadFunction, type PadMode, type PadOptions, type PadWidth, type Sides } from './pad-options.ts';
export { argpartition, lexsort, partition, type PartitionOp, sortComplex } from './partitioning.ts';
export { argwhere, compress, extract, flatnonzero } from './places.ts';
export { type Order, type RavelOptions, ravelMultiIndex, unravelIndex } from './raveling.ts';
export { fliplr, flipud, roll, rollaxis, rot90 } from './rolling.ts';
export { bincount, type BincountOptions, digitize, type SearchOptions, searchsorted, type Side } from './searching.ts';
export {
  intersect1d,
  type IntersectOptions,
  isin,
  type IsinOptions,
  setdiff1d,
  type SetOp,
  type SetOptions,
  setxor1d,
  union1d,
} from './sets.ts';
export {
  arrayEquiv,
  atleast1d,
  atleast2d,
  atleast3d,
  type AtLeastOp,
  broadcastArrays,
  iterable,
  ndim,
  resize,
  shape,
  size,
} from './shapes.ts';
export { geomspace, logspace, type LogspaceOptions } from './spacing.ts';
export { arraySplit, dsplit, hsplit, type SplitOp, vsplit } from './splitting.ts';
export { append, columnStack, dstack, hstack, type StackOp, unstack, vstack } from './stacking.ts';
export {
  diagflat,
  diagIndices,
  diagIndicesFrom,
  maskIndices,
  type TriangleIndices,
  tril,
  trilIndices,
  trilIndicesFrom,
  triu,
  triuIndices,
  triuIndicesFrom,
} from './triangles.ts';
export { type TakeMode } from './take-mode.ts';
export { trimZeros } from './trimming.ts';
export {
  unique,
  uniqueAll,
  type UniqueAllResult,
  uniqueCounts,
  uniqueInverse,
  type UniqueOptions,
  uniqueValues,
} from './unique.ts';
export { copyto, type CopytoOptions, fillDiagonal, place, put, putmask } from './writing.ts';
export { cross, type CrossOptions, kron, matrixTranspose, tensordot, type TensordotAxes } from './tensor-products.ts';
export {
  angle,
  type AngleOptions,
  iscomplex,
  iscomplexobj,
  isreal,
  isrealobj,
  nanToNum,
  type NanToNumOptions,
  realIfClose,
} from './complex-parts.ts';
export { convolve, type ConvolveMode, type ConvolveOp, correlate } from './convolution.ts';
export { type CumulativeOp, type CumulativeOptions, cumulativeProd, cumulativeSum } from './cumulative.ts';
export {
  diff,
  type DiffNames,
  type DiffOptions,
  ediff1d,
  type Ediff1dOptions,
  gradient,
  type GradientOptions,
  type Spacing,
} from './differences.ts';
export { trapezoid, type TrapezoidOptions } from './trapezoid.ts';
export { interp, type InterpOptions, sinc, unwrap, type UnwrapOptions } from './interpolation.ts';
export { poly1d, type Poly1dOptions } from './poly1d.ts';
export { type FullFit, polyfit, type PolyfitOp, type PolyfitOptions, roots } from './polynomial-fits.ts';
export { type PolyLike, type Polynomial, type PolyResult } from './polynomial-like.ts';
export {
  poly,
  polyadd,
  type PolyBinaryOp,
  polyder,
  type PolyderOp,
  polydiv,
  type PolyDivOp,
  polyint,
  type PolyintOp,
  polymul,
  polysub,
  polyval,
  type PolyvalOp,
  vander,
  type VanderOptions,
} from './polynomials.ts';
export { around, fix } from './rounding-names.ts';
export { bartlett, blackman, hamming, hanning, i0, kaiser } from './windows.ts';
export { commonType, isfortran, isscalar, minScalarType, mintypecode, typename } from './dtype-choice.ts';
export {
  type AbstractDType,
  dtype,
  type DTypeKindName,
  type FInfo,
  finfo,
  type IInfo,
  iinfo,
  isdtype,
  issubdtype,
} from './dtype-info.ts';
export { baseRepr, binaryRepr } from './text.ts';
