export { ArrayDataset, type Rows } from './array-dataset.ts';
export { type ByteSource, plainChunks } from './byte-source.ts';
export {
  type BatchSource,
  countBatches,
  DataLoader,
  type DataLoaderOptions,
  epochOrder,
  type Shuffler,
} from './data-loader.ts';
export { type IdxArray, type IdxOptions, IdxReader, parseIdx, readIdx } from './idx.ts';
export { type ImageOptions, type Mnist, MNIST_NAMES, type MnistName, readMnist } from './mnist.ts';
