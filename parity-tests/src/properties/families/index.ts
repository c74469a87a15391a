import type { PropertyFamily } from '../property.ts';
import { CASTING } from './casting.ts';
import { COMPLEX_EDGES } from './complex-edges.ts';
import { BARE_NUMBERS, BINARY, UNARY } from './elementwise.ts';
import { FILES } from './files.ts';
import { FOURIER } from './fourier.ts';
import { INDEXING } from './indexing.ts';
import { LINALG } from './linalg.ts';
import { OPTIONS } from './options.ts';
import { ORDERING } from './ordering.ts';
import { POLYNOMIALS } from './polynomials.ts';
import { PRINTING } from './printing.ts';
import { PRODUCTS } from './products.ts';
import { REDUCTIONS, STATISTICS } from './reductions.ts';
import { SETS } from './sets.ts';
import { SHAPES } from './shapes.ts';

/** All families, in the order in which they run. */
export const FAMILIES: readonly PropertyFamily[] = [
  UNARY,
  BINARY,
  BARE_NUMBERS,
  COMPLEX_EDGES,
  REDUCTIONS,
  STATISTICS,
  OPTIONS,
  INDEXING,
  SHAPES,
  ORDERING,
  SETS,
  LINALG,
  PRODUCTS,
  FOURIER,
  POLYNOMIALS,
  CASTING,
  PRINTING,
  FILES,
];
