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
    const { re, im } = this;
    if (Object.is(re, 0)) return `${spell(im)}j`;
    return `(${spell(re)}${im < 0 || Object.is(im, -0) ? '' : '+'}${spell(im)}j)`;
  }

  /** The parts as a pair: `[re, im]`. */
  toJSON(): readonly [number, number] {
    return [this.re, this.im];
  }
}

function spell(x: number): string {
  if (Object.is(x, -0)) return '-0';
  return Number.isNaN(x) ? 'nan' : Number.isFinite(x) ? String(x) : x > 0 ? 'inf' : '-inf';
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
