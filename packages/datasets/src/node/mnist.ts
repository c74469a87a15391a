import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '@isograd/device';
import { type ImageOptions, type Mnist, MNIST_NAMES, type MnistName, readMnist } from '../mnist.ts';
import type { PublishedFile } from './download.ts';
import { type OnProgress, progressLine } from './progress.ts';
import { fromCache, fromFolder, readIfThere } from './published-file.ts';

/** Where MNIST comes from, and how it is given out. */
export interface MnistOptions extends ImageOptions {
  /** Whether to load all 60,000 and 10,000 digits instead of the first 6,000 and 1,000, which ship with the package. Default false. */
  readonly full?: boolean;
  /** A folder with the four published files, read instead of the cache and the network. Default `ISOGRAD_DATA_DIR`. */
  readonly dataDir?: string;
  /** Where downloads are kept. Default `ISOGRAD_CACHE_DIR`, else `~/.cache/isograd`. */
  readonly cacheDir?: string;
  /** Base addresses, ending in `/`, tried in order. Default {@link MNIST_MIRRORS}. */
  readonly mirrors?: readonly string[];
  /** Is told how far each download is. Default: a line on standard error. */
  readonly onProgress?: OnProgress;
}

/** Public mirrors of the files that Y. LeCun, C. Cortes and C. Burges published. */
export const MNIST_MIRRORS: readonly string[] = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'https://raw.githubusercontent.com/fgnt/mnist/master/',
];

const published = (name: MnistName, bytes: number, sha256: string): PublishedFile & { readonly name: MnistName } => ({
  name,
  bytes,
  sha256,
});

/** The published files: their md5 sums are those of torchvision's `MNIST.resources`. */
export const MNIST_FILES: readonly (PublishedFile & { readonly name: MnistName })[] = [
  published(MNIST_NAMES.train.images, 9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'),
  published(MNIST_NAMES.train.labels, 28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'),
  published(MNIST_NAMES.test.images, 1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'),
  published(MNIST_NAMES.test.labels, 4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'),
];

const SAMPLE = fileURLToPath(new URL('../../data/', import.meta.url));

/**
 * Loads the MNIST digits: the sample that ships with the package, or all of them from a folder, the cache or the network.
 *
 * Files of the full set are checked against their published SHA-256 each time; a download that is broken or wrong is never kept.
 * Source: LeCun, Cortes, Burges, "The MNIST database of handwritten digits"; licence CC BY-SA 3.0.
 *
 * @returns Images `[n, 28, 28]` (`float32` from 0 to 1, or `uint8` with `normalize: false`) and labels `[n]` (`int64`), as {@link readMnist}.
 * @throws DataError when a file is missing, damaged or cannot be downloaded, or the cache cannot be written.
 * @example
 * const { train, test } = await mnist();
 * const [images, labels] = train.arrays;
 * images.shape // => [ 6000, 28, 28 ]
 * labels.at('0:5').tolist() // => [ 5, 0, 4, 1, 9 ]
 * test.length // => 1000
 */
export async function mnist(options: MnistOptions = {}): Promise<Mnist> {
  if (!options.full) return readMnist((name) => readSample(name), options);
  const dataDir = options.dataDir ?? (process.env['ISOGRAD_DATA_DIR'] || undefined);
  if (dataDir !== undefined)
    return readMnist((name) => fromFolder([dataDir, join(dataDir, 'mnist')], fileOf(name)), options);
  const folder = join(options.cacheDir ?? cacheDir(), 'mnist');
  const onProgress = options.onProgress ?? progressLine();
  return readMnist(
    (name) => fromCache(folder, fileOf(name), { mirrors: options.mirrors ?? MNIST_MIRRORS, onProgress }),
    options,
  );
}

/**
 * The folder for downloads: `ISOGRAD_CACHE_DIR`, else `.cache/isograd` in the home folder.
 *
 * @example
 * cacheDir().endsWith('isograd') // => true
 */
export function cacheDir(): string {
  return resolve(process.env['ISOGRAD_CACHE_DIR'] || join(homedir(), '.cache', 'isograd'));
}

function fileOf(name: MnistName): PublishedFile {
  return MNIST_FILES.find((file) => file.name === name)!;
}

async function readSample(name: MnistName): Promise<Uint8Array> {
  const bytes = await readIfThere(join(SAMPLE, name));
  if (bytes) return bytes;
  throw new DataError({
    where: 'mnist',
    what: 'the sample is missing from the package',
    got: `no ${join(SAMPLE, name)}`,
    expected: 'the data folder of @isograd/datasets',
    hint: 'install the package again; bundlers do not carry data files',
  });
}
