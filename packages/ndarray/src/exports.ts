export {
  ArgumentError,
  AxisError,
  DataError,
  DeviceError,
  type DType,
  DTypeError,
  DTYPES,
  GradientError,
  IndexError,
  IsogradError,
  ShapeError,
} from '@isograd/device';
export { type Device, deviceNames, fallbackCounts, getDevice, setDevice, setStrict } from '@isograd/device';
export * from './aliases.ts';
export * from './array.ts';
export { BATCH_RULES } from './batch-rules.ts';
export { alignExamples, alongAxesBatch, behindExamples, stackedBatchSeveral, withExamples } from './batching.ts';
export { broadcastShapes, sameShape } from './broadcast.ts';
export { Complex, complex } from './complex.ts';
export * from './creation.ts';
export * from './dispatch.ts';
export * from './functions/index.ts';
export { canCast, type Casting, promoteTypes, resultType } from './dtype-functions.ts';
export { binary, type BinaryOp, type BinaryRow, unary, type UnaryOp, type UnaryRow } from './families.ts';
export type * from './op.ts';
export { allclose, arrayEqual, type CloseOptions } from './ops/closeness.ts';
export * from './ops/index.ts';
export { firstOutside, type Index } from './indexing/parse.ts';
export { slice, type Slice } from './indexing/slice.ts';
export { putAlongAxis, type Writable } from './indexing/write.ts';
export { memoryOrder } from './memory-order.ts';
export * from './ranges.ts';
export type { OpMethods } from './methods.ts';
export * from './print/index.ts';
export { NUMPY, type Promotion, TORCH } from './promotion.ts';
export { checkShape } from './shape-check.ts';
export { kernelTable } from './kernels.ts';
export { readingOneByOne, UnreadableError } from './unreadable.ts';
export { sumOf, type Tangents } from './sum-of.ts';
export { isElementwise, tangentOf, tangentsOf, type TangentWay, tangentWay } from './tangents.ts';
export { allocate, keep, Storage, withRegion } from './storage.ts';
