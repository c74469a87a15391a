export { Activation, ReLU, Softmax, type SoftmaxOptions } from './activation.ts';
export { Dense, type DenseOptions } from './dense.ts';
export { Dropout, type DropoutOptions } from './dropout.ts';
export { Flatten } from './flatten.ts';
export { Input, InputLayer, type InputOptions } from './input.ts';
export { Layer } from '../layer.ts';
