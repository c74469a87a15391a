import type { KnownDifference } from '../known-differences/index.ts';

/**
 * Where Adam's epsilon enters. The main job gives tfjs the formula of Keras and compares both; the size of the difference
 * to tfjs's own formula is measured in each run and shown as a line of its own.
 */
export const ADAM_EPSILON: KnownDifference = {
  op: 'Adam',
  case: '*',
  aspect: 'value',
  references: ['tfjs', 'tfjs-wasm', 'tfjs-node'],
  reason:
    'tfjs adds epsilon after the correction of the bias, Keras 3 before (Kingma & Ba 2015, "epsilon hat"), which isograd’s Keras follows: in the first steps Keras’s epsilon weighs up to 32 times as much',
  link: 'https://keras.io/api/optimizers/adam/',
};
