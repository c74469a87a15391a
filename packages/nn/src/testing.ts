import { type TableOp, tableOf } from '@isograd/ndarray/testing';
import * as ops from './ops/index.ts';

/**
 * Every neural op by name: what gradient checks, goldens and the documentation are derived from, as from the table of `@isograd/ndarray/testing`.
 *
 * @example
 * neuralTable().some((op) => op.name === 'softmaxCrossEntropy') // => true
 */
export function neuralTable(): readonly TableOp[] {
  return tableOf(Object.values(ops));
}
