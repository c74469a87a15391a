export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  type AveragePoolOptions,
  lpPool1d,
  lpPool2d,
  lpPool3d,
  type PowerPoolOptions,
} from '../ops/average-pool.ts';
export {
  adaptiveMaxPool1d,
  adaptiveMaxPool1dWithIndices,
  adaptiveMaxPool2d,
  adaptiveMaxPool2dWithIndices,
  adaptiveMaxPool3d,
  adaptiveMaxPool3dWithIndices,
  maxPool1d,
  maxPool1dWithIndices,
  maxPool2d,
  maxPool2dWithIndices,
  maxPool3d,
  maxPool3dWithIndices,
} from '../ops/max-pool.ts';
export { maxUnpool1d, maxUnpool2d, maxUnpool3d, type UnpoolOptions } from '../ops/max-unpool.ts';
export type { Size } from '../ops/spatial.ts';
export type { AdaptiveSize, WindowOptions } from '../ops/windows.ts';
