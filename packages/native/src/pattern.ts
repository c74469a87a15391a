import { type DType, DTYPES, type Instruction, SCALAR_OPS, type ScalarOp } from '@isograd/device';

/** The shape of an expression: an operation on patterns, or a letter that stands for any argument. */
export type Pattern = string | { readonly op: string; readonly args: readonly Pattern[] };

/** A fused operation of the addon: its code, the expression it computes, and the tag of its dtype. */
export interface Fused {
  readonly code: number;
  readonly pattern: Pattern;
  readonly tag: string;
  /** Number of operations in the expression. */
  readonly size: number;
}

const COMMUTATIVE = new Set(['add', 'mul', 'max', 'min', 'eq', 'ne']);
const LETTERS = 'abcde';

/**
 * Reads the name of a fused operation, such as `sub(c,mul(a,b)).f4`; undefined for the name of a single one.
 *
 * @example
 * parseFused('exp(neg(a)).f4', 7)?.size // => 2
 * parseFused('add.f4', 0) // => undefined
 */
export function parseFused(name: string, code: number): Fused | undefined {
  const dot = name.lastIndexOf('.');
  const tokens = name.slice(0, dot).match(/\w+|[(),]/g);
  if (!tokens?.includes('(')) return undefined;
  let size = 0;
  let at = 0;
  const read = (): Pattern => {
    const word = tokens[at++]!;
    if (tokens[at] !== '(') return word;
    size++;
    const args: Pattern[] = [];
    do {
      at++;
      args.push(read());
    } while (tokens[at] === ',');
    at++;
    return { op: word, args };
  };
  return { code, pattern: read(), tag: name.slice(dot + 1), size };
}

/** The steps of a program as a pattern sees them. */
export interface Steps {
  readonly steps: readonly Instruction[];
  /** Whether a step is used by one other, so that it may vanish in a fused operation. */
  readonly isInner: (step: number) => boolean;
}

/** The dtype an operation computes in: that of its arguments for comparisons, which give bools. */
export function computeDType(steps: readonly Instruction[], step: Instruction): DType {
  const compares = Object.hasOwn(SCALAR_OPS, step.op) && SCALAR_OPS[step.op as ScalarOp].takes === 'compare';
  return compares ? steps[step.args[0]!]!.dtype : step.dtype;
}

type Bindings = readonly (number | undefined)[];

function matchArgs(
  program: Steps,
  patterns: readonly Pattern[],
  args: readonly number[],
  context: { tag: string; bound: Bindings },
): Bindings | undefined {
  // What stands twice is either an argument or a part of the fused operation, never both.
  if (args[0] === args[1] && typeof patterns[0] !== typeof patterns[1]) return undefined;
  let bound: Bindings | undefined = context.bound;
  for (let i = 0; bound && i < patterns.length; i++)
    bound = matchAt(program, patterns[i]!, args[i]!, { tag: context.tag, bound });
  return bound;
}

function matchAt(
  program: Steps,
  pattern: Pattern,
  at: number,
  context: { tag: string; bound: Bindings; root?: boolean },
): Bindings | undefined {
  const { tag, bound, root } = context;
  if (typeof pattern === 'string') {
    const letter = LETTERS.indexOf(pattern);
    if (bound[letter] !== undefined) return bound[letter] === at ? bound : undefined;
    return Object.assign([...bound], { [letter]: at });
  }
  const step = program.steps[at]!;
  if (step.op !== pattern.op || (!root && !program.isInner(at))) return undefined;
  if (DTYPES[computeDType(program.steps, step)].tag !== tag) return undefined;
  const straight = matchArgs(program, pattern.args, step.args, { tag, bound });
  if (straight || !COMMUTATIVE.has(step.op)) return straight;
  return matchArgs(program, pattern.args, [...step.args].reverse(), { tag, bound });
}

/** The arguments with which a fused operation computes a step, if it does. */
export function matchFused(program: Steps, fused: Fused, at: number): readonly number[] | undefined {
  return matchAt(program, fused.pattern, at, { tag: fused.tag, bound: [], root: true }) as
    | readonly number[]
    | undefined;
}
