import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What a user imports, and how large it may be once it is bundled, minified and compressed. */
interface Size {
  readonly title: string;
  readonly source: string;
  /** Kilobytes, gzip. */
  readonly limit: number;
}

const ARRAYS =
  "import { add, array, zeros } from '@isograd/ndarray';\nconsole.log(String(add(array([1]), zeros([1]))));";

/** Every subpath comes on top of arrays with arithmetic, which it cannot do without. */
const withArrays = (specifier: string): string =>
  `${ARRAYS}\nimport * as more from '${specifier}';\nconsole.log(Object.keys(more));`;

const SIZES: readonly Size[] = [
  {
    title: 'arrays with arithmetic, js device alone (/core)',
    source: ARRAYS.replace("ndarray'", "ndarray/core'"),
    limit: 60,
  },
  { title: 'arrays with arithmetic, wasm device too', source: ARRAYS, limit: 98 },
  { title: 'and linalg', source: withArrays('@isograd/ndarray/linalg'), limit: 120 },
  { title: 'and fft', source: withArrays('@isograd/ndarray/fft'), limit: 110 },
  { title: 'and random', source: withArrays('@isograd/ndarray/random'), limit: 135 },
  { title: 'and files', source: withArrays('@isograd/ndarray/io'), limit: 120 },
  { title: 'everything', source: "export * from '@isograd/ndarray';", limit: 229 },
  {
    title: 'tensors with gradients (autograd)',
    source: "import { tensor } from '@isograd/autograd';\nconsole.log(tensor([1]).exp().sum());",
    limit: 131,
  },
  {
    title: 'two layers, an optimizer (nn, optim)',
    source: `import { Linear, ReLU, Sequential } from '@isograd/nn';
import { Adam } from '@isograd/optim';
const net = new Sequential(new Linear(2, 8), new ReLU(), new Linear(8, 1));
console.log(new Adam(net.parameters()));`,
    limit: 138,
  },
  {
    title: 'Sequential, Dense and fit (keras)',
    source: `import { Sequential } from '@isograd/keras';
import { Dense } from '@isograd/keras/layers';
const model = new Sequential([new Dense(1)]);
model.compile({ optimizer: 'sgd', loss: 'mse' });
await model.fit([[1]], [[1]]);`,
    limit: 228,
  },
];

async function gzipKilobytes(source: string, folder: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: folder, loader: 'js' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length / 1000;
}

/** Bundles what users import from packages installed in a folder; one line each, and whether all are within their limits. */
export async function checkSizes(folder: string): Promise<boolean> {
  let within = true;
  for (const { title, source, limit } of SIZES) {
    const size = await gzipKilobytes(source, folder);
    within &&= size <= limit;
    const verdict = size <= limit ? '' : ': TOO LARGE';
    process.stdout.write(`${size.toFixed(1).padStart(6)} kB gzip, at most ${limit}: ${title}${verdict}\n`);
  }
  return within;
}
