import { ArgumentError, type DType, isFloat, type TypedArray } from '@isograd/device';
import { formatFloatPositional, formatFloatScientific } from '@isograd/ndarray';

/** What a tensor must tell to be printed; every `Tensor` does. */
export interface PrintableTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly memory: TypedArray;
  /** Name of the backward function, `null` for a leaf. */
  readonly gradFn?: string | null;
  readonly requiresGrad?: boolean;
}

/** How tensors are printed; the names, defaults and meanings of `torch.set_printoptions`. */
export interface TensorPrintOptions {
  /** Digits behind the decimal point; default 4. */
  readonly precision: number;
  /** Tensors with more elements than this are abbreviated with `...`; default 1000. */
  readonly threshold: number;
  /** Items shown at each end of an abbreviated axis; default 3. */
  readonly edgeitems: number;
  /** Characters in a line; default 80. */
  readonly linewidth: number;
  /** Whether to print with exponents; `null`, the default, lets the values decide. */
  readonly sciMode: boolean | null;
}

/** Named sets of options: `'short'` has 2 digits and 2 edge items, `'full'` abbreviates nothing. */
export type PrintProfile = 'default' | 'short' | 'full';

const PROFILES: { readonly [P in PrintProfile]: TensorPrintOptions } = {
  default: { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80, sciMode: null },
  short: { precision: 2, threshold: 1000, edgeitems: 2, linewidth: 80, sciMode: null },
  full: { precision: 4, threshold: Infinity, edgeitems: 3, linewidth: 80, sciMode: null },
};

let current: TensorPrintOptions = PROFILES.default;

/**
 * Sets how tensors are printed from now on. As in PyTorch, `sciMode` goes back to `null` when it is not given.
 *
 * Source: PyTorch documentation, `torch.set_printoptions`.
 *
 * @throws ArgumentError for a value without meaning.
 * @example
 * setPrintoptions({ precision: 2 });
 * tensorRepr(tensor([1.2345])) // => tensor([1.23])
 * setPrintoptions({ profile: 'default' });
 */
export function setPrintoptions(options: Partial<TensorPrintOptions> & { readonly profile?: PrintProfile }): void {
  const { profile, ...rest } = options;
  if (profile !== undefined && !Object.hasOwn(PROFILES, profile))
    refuse('profile', profile, Object.keys(PROFILES).join(', '));
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const merged: TensorPrintOptions = { ...(profile ? PROFILES[profile] : current), sciMode: null, ...given };
  for (const name of ['precision', 'edgeitems', 'linewidth'] as const) {
    if (!Number.isInteger(merged[name]) || merged[name] < 0) refuse(name, merged[name], 'an integer, at least 0');
  }
  if (Number.isNaN(merged.threshold))
    refuse('threshold', merged.threshold, 'a number; Infinity prints every tensor in full');
  current = merged;
}

function refuse(name: string, got: unknown, expected: string): never {
  throw new ArgumentError({
    where: 'setPrintoptions',
    what: `bad ${name}`,
    got: String(got),
    expected,
    hint: 'leave it out to keep the present value',
  });
}

/**
 * How tensors are printed at present.
 *
 * @example
 * getPrintoptions().precision // => 4
 */
export function getPrintoptions(): TensorPrintOptions {
  return current;
}

type Element = number | bigint | boolean;

function elementAt({ memory, dtype }: PrintableTensor, place: number): Element {
  const value = memory[place]!;
  return dtype === 'bool' ? value !== 0 : value;
}

/** Python's `f'{x:.nf}'` and `f'{x:.ne}'`: the exact value rounded half to even. */
function fixed(x: number, digits: number): string {
  return formatFloatPositional(x, { unique: false, precision: digits }).replace(/\.$/, '');
}

function exponential(x: number, digits: number): string {
  return formatFloatScientific(x, { unique: false, precision: digits }).replace('.e', 'e');
}

/** Prints the elements of a tensor, all of one width. */
interface Formatter {
  readonly width: number;
  readonly format: (value: Element) => string;
}

const pythonText = (value: Element): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);

function formatterFor(elements: readonly Element[], dtype: DType): Formatter {
  if (isFloat(dtype)) return floatFormatter(elements as readonly number[]);
  const width = elements.reduce<number>((most, value) => Math.max(most, pythonText(value).length), 1);
  return { width, format: (value) => pythonText(value).padStart(width) };
}

function floatFormatter(elements: readonly number[]): Formatter {
  const { precision, sciMode } = current;
  const values = elements.filter((x) => Number.isFinite(x) && x !== 0);
  const magnitudes = values.map(Math.abs);
  const most = magnitudes.reduce((a, b) => Math.max(a, b), 0);
  const least = magnitudes.reduce((a, b) => Math.min(a, b), Infinity);
  const scientific = values.length > 0 && (sciMode ?? (most / least > 1000 || most > 1e8 || least < 1e-4));
  const integers = values.every(Number.isInteger);
  const text = (x: number): string => {
    if (scientific) return exponential(x, precision);
    if (!integers) return fixed(x, precision);
    return Number.isFinite(x) ? `${fixed(x, 0)}.` : fixed(x, 0);
  };
  const width = values.reduce((longest, x) => Math.max(longest, text(x).length), 1);
  return { width, format: (value) => text(value as number).padStart(width) };
}

/** Indices of an axis to print; `null` stands for what is left out. */
function shownIndices(length: number, summarize: boolean): readonly (number | null)[] {
  const { edgeitems } = current;
  if (!summarize || length <= 2 * edgeitems) return Array.from({ length }, (_, i) => i);
  const edge = Array.from({ length: edgeitems }, (_, i) => i);
  return [...edge, null, ...edge.map((i) => length - edgeitems + i)];
}

function shownElements(x: PrintableTensor, summarize: boolean): Element[] {
  let places = [x.offset];
  x.shape.forEach((length, axis) => {
    const steps = shownIndices(length, summarize).flatMap((i) => (i === null ? [] : [i * x.strides[axis]!]));
    places = places.flatMap((place) => steps.map((step) => place + step));
  });
  return places.map((place) => elementAt(x, place));
}

interface Layout {
  readonly x: PrintableTensor;
  readonly formatter: Formatter;
  readonly summarize: boolean;
}

function layOut(layout: Layout, axis: number, place: number, indent: number): string {
  const { x, formatter, summarize } = layout;
  const left = x.shape.length - axis;
  if (left === 0) return formatter.format(elementAt(x, place));
  const indices = shownIndices(x.shape[axis]!, summarize);
  const step = x.strides[axis]!;
  if (left > 1) {
    const rows = indices.map((i) => (i === null ? '...' : layOut(layout, axis + 1, place + i * step, indent + 1)));
    return `[${rows.join(`,${'\n'.repeat(left - 1)}${' '.repeat(indent + 1)}`)}]`;
  }
  const perLine = Math.max(1, Math.floor((current.linewidth - indent) / (formatter.width + 2)));
  const skipped = current.edgeitems === 0 ? '...' : ' ...';
  const words = indices.map((i) => (i === null ? skipped : formatter.format(elementAt(x, place + i * step))));
  const lines: string[] = [];
  for (let i = 0; i < words.length; i += perLine) lines.push(words.slice(i, i + perLine).join(', '));
  return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`;
}

const tuple = (shape: readonly number[]): string => (shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`);

/** What stands behind the elements: what they do not tell. */
function suffixesOf(x: PrintableTensor, size: number): string[] {
  const suffixes: string[] = [];
  const named = size === 0 ? x.shape.length !== 1 : current.edgeitems === 0;
  if (named) suffixes.push(`size=${tuple(x.shape)}`);
  const implied: readonly DType[] = size === 0 ? ['float32'] : ['float32', 'int64', 'bool'];
  if (!implied.includes(x.dtype)) suffixes.push(`dtype=torch.${x.dtype}`);
  if (x.gradFn) suffixes.push(`grad_fn=<${x.gradFn}>`);
  else if (x.requiresGrad) suffixes.push('requires_grad=True');
  return suffixes;
}

/**
 * A tensor as PyTorch prints it: `tensor([0.1562, 0.1540], grad_fn=<MeanBackward0>)`.
 *
 * Source: PyTorch 2.15, `repr(tensor)`.
 *
 * @example
 * tensorRepr(tensor([[1.5, 2], [3, 4]])).split('\n') // => [ 'tensor([[1.5000, 2.0000],', '        [3.0000, 4.0000]])' ]
 * tensorRepr(tensor([4, 1])) // => tensor([4, 1])
 */
export function tensorRepr(x: PrintableTensor): string {
  const prefix = 'tensor(';
  const indent = prefix.length;
  const size = x.shape.reduce((a, b) => a * b, 1);
  let text = `${prefix}[]`;
  if (size > 0) {
    const summarize = size > current.threshold;
    const formatter = formatterFor(shownElements(x, summarize), x.dtype);
    text = prefix + layOut({ x, formatter, summarize }, 0, x.offset, indent);
  }
  let lastLine = text.length - text.lastIndexOf('\n') + 1;
  for (const suffix of suffixesOf(x, size)) {
    if (lastLine + suffix.length + 2 > current.linewidth) {
      text += `,\n${' '.repeat(indent)}${suffix}`;
      lastLine = indent + suffix.length;
    } else {
      text += `, ${suffix}`;
      lastLine += suffix.length + 2;
    }
  }
  return `${text})`;
}
