import { attachMethods } from './methods.ts';

attachMethods();

export { ArgumentError, AxisError, DataError, DeviceError, type DType, DTypeError, DTYPES, GradientError, IndexError, IsogradError, ShapeError } from '@isograd/device';
export * from './array.ts';
export * from './creation.ts';
export * from './dispatch.ts';
export type * from './op.ts';
export * from './ops/index.ts';
export { keep, withRegion } from './storage.ts';
