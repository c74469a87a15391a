import { formatComplex } from './print/float-string.ts';

/** A complex number; arrays of complex numbers give and take these. */
export class Complex {
  readonly re: number;
  readonly im: number;

  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }

  /** As Python writes it: `(1+2j)`, `2j` for one without a real part. */
  toString(): string {
    return formatComplex(this);
  }

  /** The parts as a pair: `[re, im]`. */
  toJSON(): readonly [number, number] {
    return [this.re, this.im];
  }
}

/**
 * The complex number `re + im j`.
 *
 * @example
 * String(complex(1, -2)) // => (1-2j)
 * array([complex(0, 1), 2]).dtype // => complex128
 */
export function complex(re: number, im: number = 0): Complex {
  return new Complex(re, im);
}
