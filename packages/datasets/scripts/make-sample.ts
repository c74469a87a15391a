// Makes packages/datasets/data from the published MNIST files: the first 6,000 training and 1,000 test digits, as gzipped IDX.
// Usage: npx tsx packages/datasets/scripts/make-sample.ts <folder with the four published files>
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';

const SIZES: ReadonlyMap<string, number> = new Map([
  ['train-images-idx3-ubyte.gz', 6000],
  ['train-labels-idx1-ubyte.gz', 6000],
  ['t10k-images-idx3-ubyte.gz', 1000],
  ['t10k-labels-idx1-ubyte.gz', 1000],
]);
const OUT = fileURLToPath(new URL('../data/', import.meta.url));
const GZIP_OS_BYTE = 9;

const folder = process.argv[2] ?? process.env['ISOGRAD_DATA_DIR'];
if (folder === undefined) {
  console.error('make-sample: name the folder with the published files');
  process.exit(2);
}
for (const [name, count] of SIZES) {
  const whole = gunzipSync(readFileSync(join(folder, name)));
  const axes = whole[3]!;
  let item = 1;
  for (let axis = 1; axis < axes; axis++) item *= whole.readUInt32BE(4 + 4 * axis);
  const header = 4 + 4 * axes;
  const sample = Buffer.from(whole.subarray(0, header + count * item));
  sample.writeUInt32BE(count, 4);
  const packed = gzipSync(sample, { level: 9 });
  // zlib writes the system it ran on; 255 (unknown) makes the bytes equal everywhere.
  packed[GZIP_OS_BYTE] = 255;
  writeFileSync(join(OUT, name), packed);
  console.log(`${name}  ${packed.length} bytes  sha256 ${createHash('sha256').update(packed).digest('hex')}`);
}
