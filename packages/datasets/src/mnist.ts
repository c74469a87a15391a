import { DataError } from '@isograd/device';
import { array, type NDArray } from '@isograd/ndarray';
import { ArrayDataset } from './array-dataset.ts';
import type { ByteSource } from './byte-source.ts';
import { type IdxArray, readIdx } from './idx.ts';

/** How the images of a data set are given out. */
export interface ImageOptions {
  /**
   * Whether pixels are `float32` from 0 to 1 (each divided by 255, as torchvision's `ToTensor` does) or `uint8` from 0 to 255 as they
   * are stored. Default true.
   */
  readonly normalize?: boolean;
}

/** Images `[n, 28, 28]` and labels `[n]` (int64, 0 to 9), to train with and to test with. */
export interface Mnist {
  readonly train: ArrayDataset<[images: NDArray, labels: NDArray]>;
  readonly test: ArrayDataset<[images: NDArray, labels: NDArray]>;
}

/** The four files, under the names that they are published with. */
export const MNIST_NAMES = {
  train: { images: 'train-images-idx3-ubyte.gz', labels: 'train-labels-idx1-ubyte.gz' },
  test: { images: 't10k-images-idx3-ubyte.gz', labels: 't10k-labels-idx1-ubyte.gz' },
} as const;

/** One of the four file names. */
export type MnistName = (typeof MNIST_NAMES)[keyof typeof MNIST_NAMES]['images' | 'labels'];

/**
 * Reads MNIST, or any part of it in the same format, from wherever the caller gets the files. Runs in browsers too.
 *
 * In Node, `mnist` of `@isograd/datasets/node` finds, downloads and checks the files itself.
 *
 * @param open Gives the bytes of a file, plain or gzipped: a buffer or a stream.
 * @returns Images `[n, 28, 28]` and labels `[n]`.
 * @throws DataError when a file is damaged, has another shape than it must, or images and labels differ in number.
 * @example
 * const open = (name) => name.includes('images')
 *   ? new Uint8Array([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28, ...new Uint8Array(784).fill(255)])
 *   : new Uint8Array([0, 0, 8, 1, 0, 0, 0, 1, 7]);
 * const { train } = await readMnist(open);
 * train.arrays[0].shape // => [ 1, 28, 28 ]
 * train.arrays[1].tolist() // => [ 7 ]
 */
export async function readMnist(
  open: (name: MnistName) => ByteSource | Promise<ByteSource>,
  options: ImageOptions = {},
): Promise<Mnist> {
  const part = async (names: {
    readonly images: MnistName;
    readonly labels: MnistName;
  }): Promise<ArrayDataset<[NDArray, NDArray]>> => {
    const images = await readIdx(await open(names.images), {
      name: names.images,
      dtype: 'uint8',
      shape: [null, 28, 28],
    });
    const labels = await readIdx(await open(names.labels), {
      name: names.labels,
      dtype: 'uint8',
      shape: [images.shape[0]!],
    });
    return new ArrayDataset(toImages(images, options), toLabels(labels, names.labels));
  };
  return { train: await part(MNIST_NAMES.train), test: await part(MNIST_NAMES.test) };
}

const UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

function toImages({ data, shape }: IdxArray, { normalize = true }: ImageOptions): NDArray {
  if (!normalize) return array(data, { shape });
  const pixels = new Float32Array(data.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = UNIT[Number(data[i])]!;
  return array(pixels, { shape });
}

function toLabels({ data }: IdxArray, name: string): NDArray {
  const labels = new BigInt64Array(data.length);
  for (let i = 0; i < labels.length; i++) {
    const label = data[i]!;
    if (label > 9)
      throw new DataError({
        where: 'readMnist',
        what: `${name} holds a label that is no digit`,
        got: `${label} at place ${i}`,
        expected: '0 to 9',
        hint: 'fetch the file again',
      });
    labels[i] = BigInt(label);
  }
  return array(labels);
}
