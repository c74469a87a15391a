import { GradientError, isFloat } from '@isograd/device';
import type { NDArray, Observer, RecordedCall } from '@isograd/ndarray';
import { type CallSite, captureSite, placeOf } from './call-site.ts';
import type { CallNode } from './node.ts';
import { type RuleWatcher, withRuleWatcher } from './rule-watcher.ts';

/** What makes an anomaly. */
export interface AnomalyOptions {
  /** Whether infinity that comes from finite numbers counts, beside NaN; default true. */
  readonly infinity?: boolean;
}

let watching: Required<AnomalyOptions> | undefined;
// Calls inside a call, and those of gradient rules, belong to what is checked as a whole.
let depth = 0;

/** Runs `fn` while every result and every gradient is looked at. */
export function withChecks<T>({ infinity = true }: AnomalyOptions, fn: () => T): T {
  const before = [watching, depth] as const;
  [watching, depth] = [{ infinity }, 0];
  try {
    return withRuleWatcher(asOneCall, fn);
  } finally {
    [watching, depth] = before;
  }
}

type Bad = 'NaN' | 'infinity';

/** How many elements of an array are NaN, and how many infinite. */
function countBad(x: NDArray): Readonly<Record<Bad, number>> {
  const counts = { NaN: 0, infinity: 0 };
  if (!isFloat(x.dtype) || x.dtype === 'float16') return counts;
  for (const value of x.data as Float32Array | Float64Array) {
    if (value !== value) counts.NaN++;
    else if (value === Infinity || value === -Infinity) counts.infinity++;
  }
  return counts;
}

/** What is wrong with results: NaN always, infinity when no input held any. */
function badness(inputs: readonly NDArray[], results: readonly NDArray[]): Bad | undefined {
  const counts = results.map(countBad);
  if (counts.some(({ NaN: n }) => n > 0)) return 'NaN';
  if (!watching!.infinity || counts.every(({ infinity }) => infinity === 0)) return undefined;
  const given = inputs.map(countBad);
  return given.some(({ NaN: n, infinity }) => n + infinity > 0) ? undefined : 'infinity';
}

const SHOWN = 6;

/** An array in one line: dtype, shape, its bad elements, its range, and its first elements. */
function describe(name: string, x: NDArray): string {
  const { NaN: nans, infinity } = countBad(x);
  const bad = [nans > 0 ? `${nans} NaN` : '', infinity > 0 ? `${infinity} infinite` : ''].filter(Boolean).join(', ');
  const first = x.data.subarray(0, SHOWN) as Iterable<number | bigint>;
  const elements = Array.from(first, (value) =>
    typeof value === 'bigint' ? String(value) : String(Number(value.toPrecision(5))),
  );
  const list = `${elements.join(', ')}${x.size > SHOWN ? ', ...' : ''}`;
  return `${name} ${x.dtype} [${x.shape.join(', ')}] = ${list}${bad && ` (${bad} of ${x.size})`}`;
}

interface Report {
  readonly op: string;
  readonly what: string;
  readonly arrays: readonly string[];
  readonly site: CallSite | undefined;
  readonly hint: string;
}

function report({ op, what, arrays, site, hint }: Report): never {
  throw new GradientError({
    where: op,
    what,
    got: arrays.join('; '),
    expected: `finite numbers from the call${placeOf(site) ? ` at ${placeOf(site)}` : ''}`,
    hint,
  });
}

/** Looks at the results of the outermost calls. */
export const checkResults: Observer = (call, run) => {
  // What a transform traces is computed by calls of its own, which come by here too.
  if (watching === undefined || call.inputs.some((x) => x.interpreter !== undefined)) return run();
  depth++;
  let result: ReturnType<typeof run>;
  try {
    result = run();
  } finally {
    depth--;
  }
  if (depth === 0) checkCall(call, Array.isArray(result) ? (result as readonly NDArray[]) : [result as NDArray]);
  return result;
};

function checkCall({ op, inputs }: RecordedCall, results: readonly NDArray[]): void {
  // Plain arrays are data on their way in.
  const bad = inputs.some((x) => x.differentiable) ? badness(inputs, results) : undefined;
  if (bad === undefined) return;
  const carried = inputs.findIndex((x) => countBad(x)[bad] > 0);
  report({
    op: op.name,
    what: `gave ${bad} in the forward pass${carried >= 0 ? `; input ${carried} held it already` : ''}`,
    arrays: [...inputs.map((x, i) => describe(`input ${i}`, x)), ...results.map((y) => describe('result', y))],
    site: captureSite(),
    hint:
      carried >= 0
        ? 'look at where that input comes from'
        : 'keep its inputs inside its domain, with clamp or an epsilon',
  });
}

/** Runs a gradient rule, whose calls are looked at as one. */
const asOneCall: RuleWatcher = (_node, run) => {
  depth++;
  try {
    return run();
  } finally {
    depth--;
  }
};

/** Looks at the cotangents that a rule gave. */
export function checkGradients(
  node: CallNode,
  gs: readonly (NDArray | undefined)[],
  results: readonly (NDArray | undefined)[],
): void {
  if (watching === undefined) return;
  const given = gs.filter((g) => g !== undefined);
  for (const [i, gx] of results.entries()) {
    const bad = gx && badness(given, [gx]);
    if (!bad) continue;
    report({
      op: node.op.name,
      what: `gave ${bad} in the backward pass, as the gradient of input ${i}`,
      arrays: [
        ...given.map((g) => describe('cotangent', g)),
        ...(node.saved?.inputs ?? []).map((x, j) => describe(`input ${j}`, x)),
        describe('gradient', gx),
      ],
      site: node.site,
      hint: 'the value may be finite where the derivative is not: sqrt and norm at 0, where() over a part that is not taken',
    });
  }
}
