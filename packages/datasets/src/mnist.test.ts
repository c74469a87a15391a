import { DataError } from '@isograd/device';
import { describe, expect, test } from 'vitest';
import { MNIST_NAMES, type MnistName, readMnist } from './mnist.ts';

const word = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const images = (n: number, side = 28): Uint8Array =>
  new Uint8Array([
    0,
    0,
    8,
    3,
    ...word(n),
    ...word(side),
    ...word(side),
    ...Array.from({ length: n * side * side }, (_, i) => i % 256),
  ]);
const labels = (...values: number[]): Uint8Array => new Uint8Array([0, 0, 8, 1, ...word(values.length), ...values]);
const files = (changed: Partial<Record<MnistName, Uint8Array>> = {}): ((name: MnistName) => Uint8Array) => {
  const all: Record<MnistName, Uint8Array> = {
    [MNIST_NAMES.train.images]: images(2),
    [MNIST_NAMES.train.labels]: labels(3, 9),
    [MNIST_NAMES.test.images]: images(1),
    [MNIST_NAMES.test.labels]: labels(0),
    ...changed,
  } as Record<MnistName, Uint8Array>;
  return (name) => all[name];
};

describe('readMnist', () => {
  test('gives float32 images from 0 to 1 and int64 labels', async () => {
    const { train, test: held } = await readMnist(files());
    const [x, y] = train.arrays;
    expect([x.shape, x.dtype, y.tolist(), y.dtype]).toEqual([[2, 28, 28], 'float32', [3, 9], 'int64']);
    expect([...x.data].slice(0, 256)).toEqual(Array.from({ length: 256 }, (_, byte) => Math.fround(byte / 255)));
    expect(held.length).toBe(1);
  });

  test('gives the bytes on request', async () => {
    const [x] = (await readMnist(files(), { normalize: false })).train.arrays;
    expect([x.dtype, x.data[255]]).toEqual(['uint8', 255]);
  });

  test.each<[string, Partial<Record<MnistName, Uint8Array>>, string]>([
    [
      'images of another size',
      { [MNIST_NAMES.train.images]: images(2, 14) },
      'got:      uint8 [2, 14, 14]\n  expected: uint8 [n, 28, 28]',
    ],
    [
      'fewer labels than images',
      { [MNIST_NAMES.train.labels]: labels(3) },
      'got:      uint8 [1]\n  expected: uint8 [2]',
    ],
    [
      'labels in the place of images',
      { [MNIST_NAMES.test.images]: labels(3) },
      't10k-images-idx3-ubyte.gz holds another array',
    ],
    ['a label above 9', { [MNIST_NAMES.train.labels]: labels(3, 10) }, 'got:      10 at place 1'],
    [
      'a truncated file',
      { [MNIST_NAMES.test.images]: images(1).subarray(0, 500) },
      't10k-images-idx3-ubyte.gz is truncated',
    ],
  ])('refuses %s', async (_, changed, message) => {
    const reading = readMnist(files(changed));
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });
});
