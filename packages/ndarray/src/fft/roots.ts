/** `exp(-2πi k / n)` for any whole k, to the last digit. */
export interface Roots {
  /** Writes root `k` (0 <= k < n) as real and imaginary part to `into[at]` and `into[at + 1]`. */
  readonly write: (into: Float64Array, at: number, k: number) => void;
}

// 2π in two pieces: the first with 26 bits, so that its product with a whole number below 2^27 is exact.
const TWO_PI_HIGH = 6.283185243606567;
const TWO_PI_LOW = 6.357301909411278e-8;

/**
 * The roots of unity of order `n`, of which one in eight is computed: the others are its mirror images.
 *
 * The angle is reduced to at most π/4 in whole numbers, and carried in two parts, so that no root is off by more than about one unit.
 */
export function rootsOfUnity(n: number): Roots {
  // A circle in `turn` parts has the axes among its points.
  const turn = n % 4 === 0 ? n : n % 2 === 0 ? 2 * n : 4 * n;
  const scale = turn / n;
  const eighth = Math.floor(turn / 8);
  const quarter = turn / 4;
  const table = new Float64Array(2 * (eighth + 1));
  for (let j = 0; j <= eighth; j++) {
    const high = (TWO_PI_HIGH * j) / turn;
    const rest = TWO_PI_LOW * j + remainderOf(TWO_PI_HIGH * j, high, turn);
    const low = rest / turn;
    const [cos, sin] = [Math.cos(high), Math.sin(high)];
    table[2 * j] = cos - low * sin;
    table[2 * j + 1] = sin + low * cos;
  }
  return {
    write: (into, at, k) => {
      let j = k * scale;
      const below = 2 * j > turn;
      if (below) j = turn - j;
      const left = j > quarter;
      if (left) j = 2 * quarter - j;
      const steep = 2 * j > quarter;
      if (steep) j = quarter - j;
      const cos = table[2 * j + (steep ? 1 : 0)]!;
      const sin = table[2 * j + (steep ? 0 : 1)]!;
      into[at] = left ? -cos : cos;
      into[at + 1] = below ? sin : -sin;
    },
  };
}

// What a division left over: product - quotient * divisor, with the product of the two taken exactly by halves.
function remainderOf(product: number, quotient: number, divisor: number): number {
  const high = splitHigh(quotient);
  const low = quotient - high;
  return product - high * divisor - low * divisor;
}

const SPLITTER = 134217729;

function splitHigh(x: number): number {
  const c = SPLITTER * x;
  return c - (c - x);
}
