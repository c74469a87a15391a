import { round, trunc } from '../ops/index.ts';

/** Another name of {@link round}, as in NumPy. */
export const around: typeof round = round;
/** Another name of {@link trunc}, as in NumPy. */
export const fix: typeof trunc = trunc;
