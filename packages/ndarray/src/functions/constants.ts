/** Base of the natural logarithm. */
export const e: number = Math.E;
/** Ratio of a circle's circumference to its diameter. */
export const pi: number = Math.PI;
/** Euler's constant, gamma. */
export const eulerGamma = 0.5772156649015329;
/** Positive infinity. */
export const inf: number = Infinity;
/** Not a number. */
export const nan: number = NaN;
/** A new axis in an index expression: `x.at(':', newaxis)`. */
export const newaxis = null;
/** Whether numbers lie in memory with their low byte first. */
export const littleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
