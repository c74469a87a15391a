export { attachPrinting, type Texts } from './attach.ts';
export {
  array2string,
  arrayRepr,
  arrayStr,
  type ArrayStringOptions,
  type CallPrintOptions,
  type Printable,
} from './array-string.ts';
export {
  type ComplexParts,
  type FloatFormat,
  formatComplex,
  formatFloatPositional,
  formatFloatScientific,
  type Trim,
} from './float-string.ts';
export {
  type FloatMode,
  type Formatter,
  getPrintoptions,
  type PrintOptions,
  printoptions,
  setPrintoptions,
} from './options.ts';
