import '@isograd/autograd/methods';

export * as np from '@isograd/ndarray';
export * as torch from './torch.ts';
export * as jaxRandom from '@isograd/autograd/jax-random';
export * as nn from '@isograd/nn';
export * as optim from '@isograd/optim';
export * as keras from '@isograd/keras';
export * as datasets from '@isograd/datasets';
export * as plt from '@isograd/plot';
export { deviceNames, fallbackCounts, getDevice, setDevice, setStrict } from '@isograd/device';
export {
  ArgumentError,
  AxisError,
  DataError,
  DeviceError,
  DTypeError,
  GradientError,
  IndexError,
  IsogradError,
  ParityError,
  ShapeError,
} from '@isograd/device';
