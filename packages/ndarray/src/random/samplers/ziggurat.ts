import type { BitGenerator } from '../bit-generator.ts';
import { expExact } from '../exact/exp.ts';
import { log1pFloat } from '../exact/log1p-float.ts';
import { log1pExact } from '../exact/log1p.ts';
import type { Family } from '../source.ts';
import { exponentialLayers, normalLayers } from '../ziggurat-tables.ts';

const { fround } = Math;
const NORMAL_EDGE = 3.6541528853610088;
const NORMAL_EDGE_INVERSE = 0.2736612373297583;
const EXPONENTIAL_EDGE = 7.69711747013105;

/** A standard normal value: 256 layers, 64 bits a try. Source: Marsaglia & Tsang 2000, "The Ziggurat Method". */
export function zigguratNormal(bits: BitGenerator): number {
  const { inside, width, density } = normalLayers().double;
  for (;;) {
    bits.next64();
    const { low, high } = bits;
    const layer = low & 255;
    const magnitude = (high & 0x1fffffff) * 8388608 + (low >>> 9);
    const x = low & 256 ? -magnitude * width[layer]! : magnitude * width[layer]!;
    if (magnitude < inside[layer]!) return x;
    if (layer === 0) return normalTail(bits, (low >>> 17) & 1);
    const edge = density[layer]!;
    if ((density[layer - 1]! - edge) * bits.nextDouble() + edge < expExact(-0.5 * x * x)) return x;
  }
}

function normalTail(bits: BitGenerator, negative: number): number {
  for (;;) {
    const x = -NORMAL_EDGE_INVERSE * log1pExact(-bits.nextDouble());
    const y = -log1pExact(-bits.nextDouble());
    if (y + y > x * x) return negative ? -(NORMAL_EDGE + x) : NORMAL_EDGE + x;
  }
}

/** A standard exponential value: 256 layers, 64 bits a try. */
export function zigguratExponential(bits: BitGenerator): number {
  const { inside, width, density } = exponentialLayers().double;
  for (;;) {
    bits.next64();
    const { low, high } = bits;
    const layer = (low >>> 3) & 255;
    const magnitude = (high >>> 0) * 2097152 + (low >>> 11);
    const x = magnitude * width[layer]!;
    if (magnitude < inside[layer]!) return x;
    if (layer === 0) return EXPONENTIAL_EDGE - log1pExact(-bits.nextDouble());
    const edge = density[layer]!;
    if ((density[layer - 1]! - edge) * bits.nextDouble() + edge < expExact(-x)) return x;
  }
}

/** {@link zigguratNormal} in single precision, 32 bits a try. */
export function zigguratNormalFloat(bits: BitGenerator): number {
  const { inside, width, density } = normalLayers().single;
  for (;;) {
    const word = bits.nextUint32();
    const layer = word & 255;
    const magnitude = word >>> 9;
    const x = fround(word & 256 ? -magnitude * width[layer]! : magnitude * width[layer]!);
    if (magnitude < inside[layer]!) return x;
    if (layer === 0) return normalTailFloat(bits, (magnitude >>> 8) & 1);
    const edge = density[layer]!;
    const y = fround(fround(fround(density[layer - 1]! - edge) * bits.nextFloat()) + edge);
    if (y < expExact(-0.5 * x * x)) return x;
  }
}

function normalTailFloat(bits: BitGenerator, negative: number): number {
  for (;;) {
    const x = fround(-fround(NORMAL_EDGE_INVERSE) * log1pFloat(-bits.nextFloat()));
    const y = -log1pFloat(-bits.nextFloat());
    const value = fround(fround(NORMAL_EDGE) + x);
    if (fround(y + y) > fround(x * x)) return negative ? -value : value;
  }
}

/** {@link zigguratExponential} in single precision, 32 bits a try. */
export function zigguratExponentialFloat(bits: BitGenerator): number {
  const { inside, width, density } = exponentialLayers().single;
  for (;;) {
    const word = bits.nextUint32();
    const layer = (word >>> 1) & 255;
    const magnitude = word >>> 9;
    const x = fround(magnitude * width[layer]!);
    if (magnitude < inside[layer]!) return x;
    if (layer === 0) return fround(fround(EXPONENTIAL_EDGE) - log1pFloat(-bits.nextFloat()));
    const edge = density[layer]!;
    const y = fround(fround(fround(density[layer - 1]! - edge) * bits.nextFloat()) + edge);
    if (y < fround(expExact(-x))) return x;
  }
}

/** What `Generator` draws with. */
export const ZIGGURAT: Family = {
  normal: ({ bits }) => zigguratNormal(bits),
  exponential: ({ bits }) => zigguratExponential(bits),
};
