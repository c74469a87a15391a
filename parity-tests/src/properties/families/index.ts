import type { PropertyFamily } from '../property.ts';
import { CASTING } from './casting.ts';
import { BARE_NUMBERS, BINARY, UNARY } from './elementwise.ts';
import { INDEXING } from './indexing.ts';
import { LINALG } from './linalg.ts';
import { ORDERING } from './ordering.ts';
import { PRINTING } from './printing.ts';
import { REDUCTIONS, STATISTICS } from './reductions.ts';
import { SHAPES } from './shapes.ts';

/** All families, in the order in which they run. */
export const FAMILIES: readonly PropertyFamily[] = [
  UNARY,
  BINARY,
  BARE_NUMBERS,
  REDUCTIONS,
  STATISTICS,
  INDEXING,
  SHAPES,
  ORDERING,
  LINALG,
  CASTING,
  PRINTING,
];
