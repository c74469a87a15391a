import { type DType, DTYPES, halfToNumber, type TypedArray } from '@isograd/device';
import { Complex } from '../complex.ts';
import { type Element, elementFormat, floatBits } from './element-format.ts';
import { formatComplex, formatScalar } from './float-string.ts';
import { getPrintoptions, mergePrintOptions, type PrintOptions } from './options.ts';

/** What an array must tell to be printed; every `NDArray` does. */
export interface Printable {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Steps between neighbours along each axis, in elements. */
  readonly strides: readonly number[];
  /** Position of the first element in `memory`. */
  readonly offset: number;
  readonly memory: TypedArray;
}

/** Print options for one call; two of them also by the names that NumPy's functions have for them. */
export interface CallPrintOptions extends Partial<PrintOptions> {
  /** Another name of `linewidth`. */
  readonly maxLineWidth?: number;
  /** Another name of `suppress`. */
  readonly suppressSmall?: boolean;
}

/** The options of a call by the names of the print options. */
function plainOptions({ maxLineWidth, suppressSmall, ...rest }: CallPrintOptions): Partial<PrintOptions> {
  return {
    ...rest,
    ...(maxLineWidth === undefined ? {} : { linewidth: maxLineWidth }),
    ...(suppressSmall === undefined ? {} : { suppress: suppressSmall }),
  };
}

/** Options of {@link array2string}: print options for this call, and what stands around the text. */
export interface ArrayStringOptions extends CallPrintOptions {
  /** Between elements; default a space. */
  readonly separator?: string;
  /** Text that will stand before: the lines are indented by its length. */
  readonly prefix?: string;
  /** Text that will stand behind: the lines are shorter by its length. */
  readonly suffix?: string;
}

/** The indices of an axis to print: all, or both ends with `null` for what is left out. */
type Shown = readonly (number | null)[];

function shownIndices(length: number, edgeitems: number, abbreviated: boolean): Shown {
  if (!abbreviated || length <= 2 * edgeitems) return Array.from({ length }, (_, i) => i);
  const edge = Array.from({ length: edgeitems }, (_, i) => i);
  return [...edge, null, ...edge.map((i) => length - edgeitems + i)];
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** The element at a place of the memory as it is printed. */
function elementAt({ memory, dtype }: Printable, place: number): Element {
  if (DTYPES[dtype].kind === 'c') return new Complex(Number(memory[2 * place]), Number(memory[2 * place + 1]));
  const value = memory[place]!;
  return dtype === 'bool' ? value !== 0 : dtype === 'float16' ? halfToNumber(Number(value)) : value;
}

/** Lines that grow word by word and break where a word would not fit. */
class LineFiller {
  #done = '';
  #line: string;
  readonly #indent: string;
  readonly #width: number;

  constructor(indent: string, width: number) {
    this.#indent = indent;
    this.#width = width;
    this.#line = indent;
  }

  add(word: string, separator: string): void {
    const words = word.split('\n');
    const widest = words.reduce((most, { length }) => Math.max(most, length), 0);
    if (this.#line.length + widest > this.#width && this.#line.length > this.#indent.length) this.#break(this.#indent);
    // only a formatter gives words of several lines; they stand under each other
    const indent = ' '.repeat(this.#line.length);
    words.forEach((line, i) => {
      if (i > 0) this.#break(indent);
      this.#line += line;
    });
    this.#line += ' '.repeat(widest - words.at(-1)!.length) + separator;
  }

  #break(indent: string): void {
    this.#done += `${this.#line.trimEnd()}\n`;
    this.#line = indent;
  }

  /** The text without the indent of its first line. */
  text(): string {
    return (this.#done + this.#line).slice(this.#indent.length);
  }
}

interface Layout {
  readonly x: Printable;
  readonly shown: readonly Shown[];
  readonly separator: string;
  readonly format: (value: Element) => string;
  /** Characters before the elements of the first axis, and in a line of it; both move with the depth of brackets. */
  readonly indent: number;
  readonly width: number;
}

function layOut(layout: Layout, axis: number, place: number): string {
  const { x, shown, separator, format } = layout;
  if (axis === x.shape.length) return format(elementAt(x, place));
  const indent = ' '.repeat(layout.indent + axis);
  const step = x.strides[axis]!;
  const indices = shown[axis]!;
  const last = indices.length - 1;
  if (axis === x.shape.length - 1) {
    const lines = new LineFiller(indent, layout.width - axis - Math.max(separator.trimEnd().length, 1));
    indices.forEach((i, n) => {
      const word = i === null ? '...' : format(elementAt(x, place + i * step));
      lines.add(word, n === last ? '' : separator);
    });
    return `[${lines.text()}]`;
  }
  const between = separator.trimEnd() + '\n'.repeat(x.shape.length - 1 - axis);
  const rows = indices.map((i) => (i === null ? '...' : layOut(layout, axis + 1, place + i * step)));
  return `[${rows.join(between + indent)}]`;
}

/** The elements that will be printed, in C order. */
function shownElements(x: Printable, shown: readonly Shown[]): Element[] {
  let places = [x.offset];
  shown.forEach((indices, axis) => {
    const steps = indices.flatMap((i) => (i === null ? [] : [i * x.strides[axis]!]));
    places = places.flatMap((place) => steps.map((step) => place + step));
  });
  return places.map((place) => elementAt(x, place));
}

/**
 * The elements of an array as text in brackets, as NumPy's `array2string` writes them.
 *
 * @throws ArgumentError for an option without meaning.
 * @example
 * array2string(array([1, 2]), { separator: ', ' }) // => [1, 2]
 */
export function array2string(x: Printable, options: ArrayStringOptions = {}): string {
  const { separator = ' ', prefix = '', suffix = '', ...rest } = options;
  const print = mergePrintOptions(plainOptions(rest), 'array2string');
  const size = sizeOf(x.shape);
  if (size === 0) return '[]';
  const shown = x.shape.map((length) => shownIndices(length, print.edgeitems, size > print.threshold));
  const format = elementFormat(shownElements(x, shown), x.dtype, print, x.shape.length === 0);
  const width = print.linewidth - suffix.length;
  return layOut({ x, shown, separator, format, indent: prefix.length + 1, width }, 0, x.offset);
}

/**
 * An array as `print(x)` shows it in Python: the elements in brackets, without commas or dtype.
 *
 * A 0-d array prints as its scalar, with all its digits. Source: NumPy reference, `numpy.array_str`.
 *
 * @throws ArgumentError for an option without meaning.
 * @example
 * arrayStr(array([0.5, -0])) // => [ 0.5 -0. ]
 */
export function arrayStr(x: Printable, options: CallPrintOptions = {}): string {
  if (x.shape.length > 0) return array2string(x, options);
  const value = elementAt(x, x.offset);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  const bits = floatBits(x.dtype);
  if (typeof value === 'object') return formatComplex(value, bits === 32 ? 32 : 64);
  return DTYPES[x.dtype].kind === 'f' ? formatScalar(Number(value), bits) : String(value);
}

/** The dtypes that NumPy gives to Python's own numbers, so that they need no mention. */
const IMPLIED: readonly DType[] = ['bool', 'int64', 'float64', 'complex128'];

/** A shape as Python writes the tuple: `(3,)`, `(2, 3)`, `()`. */
export function shapeTuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

/**
 * An array as Python's prompt shows it: `array([1., 2.], dtype=float32)`.
 *
 * Shape and dtype are added where the elements do not tell them. Source: NumPy reference, `numpy.array_repr`.
 *
 * @throws ArgumentError for an option without meaning.
 * @example
 * arrayRepr(array([1, 2])) // => array([1, 2])
 * arrayRepr(array([1 / 3, 1], { dtype: 'float32' })) // => array([0.33333334, 1.        ], dtype=float32)
 */
export function arrayRepr(x: Printable, options: CallPrintOptions = {}): string {
  const print = mergePrintOptions(plainOptions(options), 'arrayRepr');
  const size = sizeOf(x.shape);
  const prefix = 'array(';
  const text = prefix + array2string(x, { ...options, separator: ', ', prefix, suffix: ')' });
  const extras: string[] = [];
  // NumPy compares with the present threshold here, not with one passed along
  if ((size === 0 && x.shape.length !== 1) || size > getPrintoptions().threshold)
    extras.push(`shape=${shapeTuple(x.shape)}`);
  if (size === 0 || !IMPLIED.includes(x.dtype)) extras.push(`dtype=${x.dtype}`);
  if (extras.length === 0) return `${text})`;
  const extra = `${extras.join(', ')})`;
  const lastLine = text.length + 1 - (text.lastIndexOf('\n') + 1);
  const fits = lastLine + extra.length + 1 <= print.linewidth;
  return `${text},${fits ? ' ' : `\n${' '.repeat(prefix.length)}`}${extra}`;
}
