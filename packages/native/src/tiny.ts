import type { DType, Expr, KernelDesc, View } from '@isograd/device';

/** Elements up to which a call in JavaScript takes less time than the way into C. */
export const TINY = 16;

/** Computes `n` elements of operands that lie in order: memory and offset of the output, then of the inputs; then scalars. */
export type TinyLoop = (n: number, views: readonly View[], scalars: readonly number[]) => void;

// One rounding each, to the precision of what they are stored in, so they give the bits that the addon gives.
const OPERATIONS: { readonly [op: string]: (a: string, b: string) => string } = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  neg: (a) => `-${a}`,
  abs: (a) => `Math.abs(${a})`,
  sqrt: (a) => `Math.sqrt(${a})`,
};
const COMPARISONS: { readonly [op: string]: (a: string, b: string) => string } = {
  eq: (a, b) => `+(${a} === ${b})`,
  ne: (a, b) => `+(${a} !== ${b})`,
  lt: (a, b) => `+(${a} < ${b})`,
  le: (a, b) => `+(${a} <= ${b})`,
  gt: (a, b) => `+(${a} > ${b})`,
  ge: (a, b) => `+(${a} >= ${b})`,
};

const loops = new Map<string, TinyLoop>();

function argument(arg: Expr, dtype: DType): { name: string; declare: string; element: string } | undefined {
  const { op } = arg;
  if (arg.dtype !== dtype || (op !== 'input' && op !== 'scalar')) return undefined;
  const name = `${op}${arg.index}`;
  if (op === 'scalar') {
    const value = dtype === 'float32' ? `Math.fround(c[${arg.index}])` : `c[${arg.index}]`;
    return { name, declare: `const ${name} = ${value};`, element: name };
  }
  const view = `v[${arg.index + 1}]`;
  return {
    name,
    declare: `const ${name} = ${view}.memory, p${arg.index} = ${view}.offset;`,
    element: `${name}[p${arg.index} + i]`,
  };
}

/** A loop for a map of one operation on floats or for a comparison of them, if the description is that. */
export function tinyLoop(desc: KernelDesc): TinyLoop | undefined {
  if (desc.kind !== 'map' || desc.outputs.length !== 1) return undefined;
  const output = desc.outputs[0]!;
  if (!('args' in output)) return undefined;
  const dtype = output.args[0]!.dtype;
  if (dtype !== 'float64' && dtype !== 'float32') return undefined;
  const operations = output.dtype === dtype ? OPERATIONS : output.dtype === 'bool' ? COMPARISONS : {};
  const operation = Object.hasOwn(operations, output.op) ? operations[output.op] : undefined;
  const args = output.args.map((arg) => argument(arg, dtype));
  if (!operation || args.some((arg) => arg === undefined)) return undefined;
  const [a, b] = args.map((arg) => arg!.element);
  const declare = [...new Set(args.map((arg) => arg!.declare))].join('\n');
  const source = `${declare}\nconst o = v[0].memory, p = v[0].offset;\nfor (let i = 0; i < n; i++) o[p + i] = ${operation(a!, b ?? '')};`;
  // A function of its own for each dtype: shared ones would meet arrays of several kinds, which is slow.
  const key = `${dtype}\n${source}`;
  let loop = loops.get(key);
  // oxlint-disable-next-line typescript/no-implied-eval -- source made here, from operations in a table
  if (!loop) loops.set(key, (loop = new Function('n', 'v', 'c', source) as TinyLoop));
  return loop;
}
