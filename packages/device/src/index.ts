export { addedKernel, type AddedKind, addKernel, type KernelMaker } from './added-kernels.ts';
export * from './dtype.ts';
export * from './errors.ts';
export * as expr from './expr.ts';
export {
  type Expr,
  type ExprLike,
  type Instruction,
  linearize,
  type Program,
  SCALAR_OPS,
  type ScalarOp,
} from './expr.ts';
export { halfToNumber, numberToHalf } from './half.ts';
export { lowerComplex } from './complex-expr.ts';
export { type ConvAxis, type ConvShape, convShape } from './conv-shape.ts';
export { type PoolAxis, type PoolShape, poolShape } from './pool-shape.ts';
export { collapse, type Loops, sizeOf } from './geometry.ts';
export { jsDevice } from './js/device.ts';
export { evaluate } from './js/map.ts';
export {
  type Command,
  type ConvRole,
  type DescOf,
  type Device,
  type Kernel,
  type KernelDesc,
  kernelDTypes,
  kernelKey,
  reducedDType,
  type ReduceOp,
  type RowFold,
  type View,
} from './kernel.ts';
export {
  planRows,
  planWalks,
  type RowPass,
  type RowPlan,
  type RowWalk,
  type RowWalks,
  subProgram,
} from './rows-plan.ts';
export {
  type DeviceFactory,
  deviceGeneration,
  deviceNames,
  fallbackCounts,
  getDevice,
  kernelFor,
  openDevice,
  registerDevice,
  runAll,
  setDefaultDevice,
  setDevice,
  setStrict,
} from './registry.ts';
