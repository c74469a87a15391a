import { ArgumentError, isComplex } from '@isograd/device';
import type { NDArray } from '../array.ts';
import { Complex } from '../complex.ts';
import { array, zeros } from '../creation.ts';
import { type ArrayLike } from '../dispatch.ts';
import { isScalar, type Scalar } from '../elements.ts';
import { concatenate } from '../ops/joins.ts';
import { arrayRepr } from '../print/index.ts';
import { roots } from './polynomial-fits.ts';
import { coefficientsOf, isPolynomial, type PolyLike, type Polynomial, type PolyResult } from './polynomial-like.ts';
import { poly, polyadd, polyder, polydiv, polyint, polymul, polysub, polyval, trimmed } from './polynomials.ts';

/** Options of {@link poly1d}. */
export interface Poly1dOptions {
  /** Whether roots are given, not coefficients; default false. */
  readonly r?: boolean;
  /** Letter of the variable in print; default `x`. */
  readonly variable?: string;
}

/**
 * A polynomial in one variable by its coefficients, from the highest power down.
 *
 * @example
 * const p = new poly1d(array([1, 2, 3]));
 * p.call(0.5) // => 4.25
 * p.mul(p).coeffs.tolist() // => [ 1, 4, 10, 12, 9 ]
 * p.deriv().coeffs.tolist() // => [ 2, 2 ]
 */
export class poly1d implements Polynomial {
  #coeffs: NDArray;
  /** Letter of the variable in print. */
  readonly variable: string;

  constructor(cOrR: PolyLike, { r = false, variable }: Poly1dOptions = {}) {
    this.variable = variable ?? (cOrR instanceof poly1d ? cOrR.variable : 'x');
    const given = r && !isPolynomial(cOrR) ? poly(coefficientsOf(cOrR, 'poly1d')) : cOrR;
    this.#coeffs = isPolynomial(given) ? given.coeffs : trimmed(coefficientsOf(given, 'poly1d'), 'poly1d');
    // What Node's console.log looks for.
    Object.defineProperty(this, Symbol.for('nodejs.util.inspect.custom'), { value: () => this.repr() });
  }

  /** Coefficients from the highest power down. */
  get coeffs(): NDArray {
    return this.#coeffs;
  }

  /** Another name of {@link coeffs}. */
  get c(): NDArray {
    return this.#coeffs;
  }

  /** The degree. */
  get order(): number {
    return this.#coeffs.size - 1;
  }

  /** Another name of {@link order}. */
  get o(): number {
    return this.order;
  }

  /** Where it is 0. */
  get roots(): NDArray {
    return roots(this.#coeffs);
  }

  /** Another name of {@link roots}. */
  get r(): NDArray {
    return this.roots;
  }

  /** A polynomial with other coefficients. */
  of(coeffs: NDArray): poly1d {
    return new poly1d(coeffs);
  }

  /** Its value: a number for a number, else an array; for a polynomial, that one put into this. */
  call<X extends ArrayLike | Polynomial>(x: X): X extends Scalar ? Scalar : PolyResult<X> {
    const y = polyval(this.#coeffs, x);
    return (isScalar(x) ? (y as NDArray).item() : y) as X extends Scalar ? Scalar : PolyResult<X>;
  }

  /** Another name of {@link call}. */
  val<X extends ArrayLike | Polynomial>(x: X): X extends Scalar ? Scalar : PolyResult<X> {
    return this.call(x);
  }

  /** The coefficient of a power; 0 for powers that it has not. */
  get(power: number): Scalar {
    if (power < 0 || power > this.order) return isComplex(this.#coeffs.dtype) ? new Complex(0, 0) : 0;
    return this.#coeffs.at(this.order - power).item();
  }

  /** Writes the coefficient of a power; returns the polynomial. @throws ArgumentError for a negative power. */
  set(power: number, value: Scalar): this {
    if (power < 0)
      throw new ArgumentError({
        where: 'poly1d',
        what: 'Does not support negative powers',
        got: String(power),
        expected: 'a power from 0',
        hint: 'powers count from the constant term',
      });
    const more = power - this.order;
    if (more > 0) this.#coeffs = concatenate([zeros([more], { dtype: this.#coeffs.dtype }), this.#coeffs]);
    this.#coeffs.set([this.order - power], value);
    return this;
  }

  /** `-p`. */
  neg(): poly1d {
    return new poly1d(this.#coeffs.neg());
  }

  /** `p + other`. */
  add(other: PolyLike): poly1d {
    return new poly1d(polyadd(this.#coeffs, new poly1d(other).coeffs));
  }

  /** `p - other`. */
  sub(other: PolyLike): poly1d {
    return new poly1d(polysub(this.#coeffs, new poly1d(other).coeffs));
  }

  /** `other - p`. */
  rsub(other: PolyLike): poly1d {
    return new poly1d(polysub(new poly1d(other).coeffs, this.#coeffs));
  }

  /** `p * other`. */
  mul(other: PolyLike): poly1d {
    if (isScalar(other)) return new poly1d(this.#coeffs.mul(other));
    return new poly1d(polymul(this.#coeffs, new poly1d(other).coeffs));
  }

  /** `p / number`, or quotient and remainder of two polynomials. */
  div(other: Scalar): poly1d;
  div(other: Exclude<PolyLike, Scalar>): [quotient: poly1d, remainder: poly1d];
  div(other: PolyLike): poly1d | [poly1d, poly1d] {
    if (isScalar(other)) return new poly1d(this.#coeffs.div(other));
    return polydiv(this as poly1d, other);
  }

  /** `p` to a whole power. @throws ArgumentError for another one. */
  pow(power: number): poly1d {
    if (!Number.isInteger(power) || power < 0)
      throw new ArgumentError({
        where: 'poly1d',
        what: 'Power to non-negative integers only',
        got: String(power),
        expected: 'a whole number from 0',
        hint: 'p.pow(2)',
      });
    let y = array([1]);
    for (let i = 0; i < power; i++) y = polymul(this.#coeffs, y);
    return new poly1d(y);
  }

  /** Whether the coefficients are the same. */
  eq(other: Polynomial): boolean {
    const [a, b] = [this.#coeffs, other.coeffs];
    return a.size === b.size && a.equal(b).all().item() === true;
  }

  /** Whether some coefficient is another. */
  ne(other: Polynomial): boolean {
    return !this.eq(other);
  }

  /** The `m`-th derivative. */
  deriv(m = 1): poly1d {
    return new poly1d(polyder(this.#coeffs, m));
  }

  /** The `m`-th integral with the constants `k`, 0 by default. */
  integ(m = 1, k: number | readonly number[] = 0): poly1d {
    return new poly1d(polyint(this.#coeffs, m, k));
  }

  /** The coefficients from the highest power down. */
  [Symbol.iterator](): Iterator<NDArray> {
    return this.#coeffs[Symbol.iterator]();
  }

  /** In two lines, powers above, as NumPy prints it. */
  toString(): string {
    return raisePowers(oneLine(this.#coeffs.tolist() as Scalar[], this.variable));
  }

  /** As it is made: `poly1d([1, 2, 3])`. */
  repr(): string {
    return `poly1d(${arrayRepr(this.#coeffs).slice(6, -1)})`;
  }
}

/** Four digits and an exponent; of two that are equally near, C takes the even one, JavaScript the larger one. */
function evenExponential(x: number): string {
  const [, sign = '', kept = '', rest = '', exponent = ''] =
    /^(-?)(\d\.\d{3})(\d*)e(.*)$/.exec(x.toExponential(20)) ?? [];
  const even = Number(kept.at(-1)) % 2 === 0;
  return even && /^50*$/.test(rest) ? `${sign}${kept}e${exponent}` : x.toExponential(3);
}

/** A number in four digits, as C's `%.4g`. */
function fourDigits(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  if (x === 0) return Object.is(x, -0) ? '-0' : '0';
  const [digits, exponent] = evenExponential(x).split('e') as [string, string];
  const power = Number(exponent);
  const short = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (power >= -4 && power < 4) return short(Number(`${digits}e${exponent}`).toFixed(3 - power));
  const size = String(Math.abs(power)).padStart(2, '0');
  return `${short(digits)}e${power < 0 ? '-' : '+'}${size}`;
}

function coefficientText(c: Scalar): string {
  if (!(c instanceof Complex) || c.im === 0) return fourDigits(c instanceof Complex ? c.re : Number(c));
  if (c.re === 0) return `${fourDigits(c.im)}j`;
  return `(${fourDigits(c.re)} + ${fourDigits(c.im)}j)`;
}

/** One term; none for a coefficient of 0, unless it is all there is. */
function term(text: string, power: number, variable: string, first: boolean): string {
  if (text === '0') return power === 0 && first ? '0' : '';
  if (power === 0) return text;
  return power === 1 ? `${text} ${variable}` : `${text} ${variable}**${power}`;
}

function oneLine(coefficients: readonly Scalar[], variable: string): string {
  const start = coefficients.findIndex((c) => (c instanceof Complex ? c.re !== 0 || c.im !== 0 : Number(c) !== 0));
  const rest = start < 0 ? [] : coefficients.slice(start);
  let line = '0';
  rest.forEach((c, k) => {
    const text = term(coefficientText(c), rest.length - 1 - k, variable, k === 0);
    if (k === 0) line = text;
    else if (text.startsWith('-')) line += ` - ${text.slice(1)}`;
    else if (text !== '') line += ` + ${text}`;
  });
  return line;
}

const WIDTH = 70;

/** Writes powers into a line of their own above. */
function raisePowers(text: string): string {
  let [above, below, output, done] = ['', '', ' ', 0];
  for (const match of text.matchAll(/\*\*([0-9]*)/g)) {
    const part = text.slice(done, match.index);
    const power = match[1]!;
    done = match.index + match[0].length;
    const [up, down] = [' '.repeat(Math.max(part.length - 1, 0)) + power, part + ' '.repeat(power.length - 1)];
    if (below.length + down.length > WIDTH || above.length + up.length > WIDTH) {
      output += `${above}\n${below}\n `;
      [above, below] = [up, down];
    } else {
      above += up;
      below += down;
    }
  }
  return `${output}${above}\n${below}${text.slice(done)}`;
}
