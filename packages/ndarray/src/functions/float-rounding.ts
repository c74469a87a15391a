import { type DType, halfToNumber, numberToHalf } from '@isograd/device';

/** Rounds a number to the precision of a dtype. */
export type Rounding = (x: number) => number;

const ROUNDINGS: { readonly [D in DType]?: Rounding } = {
  float32: Math.fround,
  float16: (x) => halfToNumber(numberToHalf(x)),
};
const exact: Rounding = (x) => x;

/** How numbers of a dtype are rounded; not at all where there is none, or it holds all of them. */
export function roundingOf(dtype: DType | undefined): Rounding {
  return (dtype !== undefined && ROUNDINGS[dtype]) || exact;
}
