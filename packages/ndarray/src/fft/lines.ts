import { planOf } from './plan.ts';
import { realPlanOf } from './real-plan.ts';

/** Transforms of all lines along one axis of contiguous arrays. */
export interface Lines {
  /** The elements as [outer][given][inner], complex ones as pairs. */
  readonly from: Float64Array;
  /** Whether `from` has pairs. */
  readonly complex: boolean;
  readonly outer: number;
  readonly inner: number;
  /** Elements of a line that are there; more than the transform takes are left out, fewer are followed by zeros. */
  readonly given: number;
  /** Length of the transform. */
  readonly length: number;
  readonly inverse: boolean;
}

/** A block of neighbouring lines. */
interface Block {
  readonly outer: number;
  readonly start: number;
  readonly width: number;
}

// Lines that run side by side should stay in the first two caches.
const BLOCK_NUMBERS = 1 << 14;

function eachBlock({ outer, inner, length }: Lines, visit: (block: Block) => void): void {
  const width = inner === 1 ? 1 : Math.min(inner, 64, Math.max(4, Math.floor(BLOCK_NUMBERS / (2 * length))));
  for (let o = 0; o < outer; o++)
    for (let start = 0; start < inner; start += width)
      visit({ outer: o, start, width: Math.min(width, inner - start) });
}

/** Brings a block into the order [length][width][2]; real elements get 0 as their imaginary part. */
function gatherComplex(lines: Lines, { outer, start, width }: Block, length: number, into: Float64Array): void {
  const { from, complex, inner, given } = lines;
  const there = Math.min(given, length);
  let at = 0;
  for (let j = 0; j < there; j++) {
    const row = (outer * given + j) * inner + start;
    if (complex) for (let i = 2 * row; i < 2 * (row + width); i++) into[at++] = from[i]!;
    else
      for (let i = row; i < row + width; i++) {
        into[at++] = from[i]!;
        into[at++] = 0;
      }
  }
  into.fill(0, at, 2 * length * width);
}

/** Brings a block of real lines into the order of a {@link RealPlan}. */
function gatherReal(lines: Lines, { outer, start, width }: Block, into: Float64Array): void {
  const { from, inner, given, length } = lines;
  const there = Math.min(given, length);
  const [pair, step] = length % 2 === 0 ? [2, 2] : [1, 1];
  if (there < length) into.fill(0, 0, length * width);
  for (let j = 0; j < there; j++) {
    const row = (outer * given + j) * inner + start;
    const at = (j - (j % pair)) * width + (j % pair);
    for (let i = 0; i < width; i++) into[at + i * step] = from[row + i]!;
  }
}

/** Writes rows of `width` numbers to their place in the array [outer][rows][inner]. */
function scatterRows(block: Block, rows: Float64Array, target: Target): void {
  const { to, inner, length, pair } = target;
  const width = block.width * pair;
  for (let k = 0; k < length; k++) {
    const at = ((block.outer * length + k) * inner + block.start) * pair;
    for (let i = 0; i < width; i++) to[at + i] = rows[k * width + i]!;
  }
}

interface Target {
  readonly to: Float64Array;
  readonly inner: number;
  readonly length: number;
  /** Numbers of an element. */
  readonly pair: 1 | 2;
}

/** Complex transforms of complex lines, as pairs in the order [outer][length][inner]. */
export function complexLines(lines: Lines): Float64Array {
  const { from, complex, outer, inner, given, length, inverse } = lines;
  const to = new Float64Array(2 * outer * length * inner);
  const plan = planOf(length);
  if (complex && inner === 1 && given >= length) {
    for (let o = 0; o < outer; o++)
      plan.run({ from, fromAt: 2 * o * given, to, toAt: 2 * o * length, count: 1 }, inverse);
    return to;
  }
  const buffers = buffersOf(lines, 2 * length, 2 * length);
  eachBlock(lines, (block) => {
    gatherComplex(lines, block, length, buffers.from);
    const count = block.width;
    if (inner === count) {
      plan.run({ from: buffers.from, fromAt: 0, to, toAt: 2 * block.outer * length * inner, count }, inverse);
      return;
    }
    plan.run({ from: buffers.from, fromAt: 0, to: buffers.to, toAt: 0, count }, inverse);
    scatterRows(block, buffers.to, { to, inner, length, pair: 2 });
  });
  return to;
}

function buffersOf({ inner }: Lines, before: number, after: number): { from: Float64Array; to: Float64Array } {
  const width = Math.min(inner, 64);
  return { from: new Float64Array(before * width), to: new Float64Array(inner === 1 ? 0 : after * width) };
}

/** Transforms of real lines: the first half of the frequencies, as pairs in the order [outer][length / 2 + 1][inner]. */
export function realLines(lines: Lines): Float64Array {
  const { from, outer, inner, given, length } = lines;
  const half = Math.floor(length / 2) + 1;
  const to = new Float64Array(2 * outer * half * inner);
  const plan = realPlanOf(length);
  if (inner === 1 && given >= length) {
    for (let o = 0; o < outer; o++) plan.forward({ from, fromAt: o * given, to, toAt: 2 * o * half, count: 1 });
    return to;
  }
  const buffers = buffersOf(lines, length, 2 * half);
  eachBlock(lines, (block) => {
    gatherReal(lines, block, buffers.from);
    const count = block.width;
    if (inner === count) {
      plan.forward({ from: buffers.from, fromAt: 0, to, toAt: 2 * block.outer * half * inner, count });
      return;
    }
    plan.forward({ from: buffers.from, fromAt: 0, to: buffers.to, toAt: 0, count });
    scatterRows(block, buffers.to, { to, inner, length: half, pair: 2 });
  });
  return to;
}

/** The inverse of {@link realLines}: real lines in the order [outer][length][inner], times their length. */
export function realFromHalf(lines: Lines): Float64Array {
  const { from, complex, outer, inner, given, length } = lines;
  const half = Math.floor(length / 2) + 1;
  const to = new Float64Array(outer * length * inner);
  const plan = realPlanOf(length);
  if (complex && inner === 1 && given >= half) {
    for (let o = 0; o < outer; o++) plan.inverse({ from, fromAt: 2 * o * given, to, toAt: o * length, count: 1 });
    return to;
  }
  const buffers = buffersOf(lines, 2 * half, length);
  eachBlock(lines, (block) => {
    gatherComplex(lines, block, half, buffers.from);
    const count = block.width;
    if (count === 1 && inner === 1) {
      plan.inverse({ from: buffers.from, fromAt: 0, to, toAt: block.outer * length, count });
      return;
    }
    plan.inverse({ from: buffers.from, fromAt: 0, to: buffers.to, toAt: 0, count });
    if (length % 2 === 0) scatterPairs(block, buffers.to, { to, inner, length, pair: 1 });
    else scatterRows(block, buffers.to, { to, inner, length, pair: 1 });
  });
  return to;
}

/** Writes real numbers that lie as [length / 2][width][2] to their place in the array [outer][length][inner]. */
function scatterPairs(block: Block, rows: Float64Array, { to, inner, length }: Target): void {
  const { width } = block;
  for (let k = 0; k < length; k++) {
    const at = (block.outer * length + k) * inner + block.start;
    const row = (k - (k % 2)) * width + (k % 2);
    for (let i = 0; i < width; i++) to[at + i] = rows[row + 2 * i]!;
  }
}
