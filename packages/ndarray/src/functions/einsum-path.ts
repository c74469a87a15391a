import { ArgumentError } from '@isograd/device';
import { isOptions, readArguments, type Subscripts } from './einsum-subscripts.ts';
import { pathReport, type Step } from './einsum-report.ts';

/** An order of contractions: after the mark `'einsum_path'` the positions of the operands that each step takes; its result goes to the end. */
export type EinsumPath = readonly ['einsum_path', ...(readonly number[])[]];

/** How to find the order: not at all, by always taking the best pair, by trying all, either with a limit on intermediate elements, or as given. */
export type EinsumOptimize = boolean | 'greedy' | 'optimal' | readonly ['greedy' | 'optimal', number] | EinsumPath;

/** Labels of one term. */
type Labels = ReadonlySet<string>;

/** What a contraction of some terms leaves. */
export interface Contraction {
  readonly result: Labels;
  readonly remaining: readonly Labels[];
  readonly removed: number;
  readonly involved: Labels;
}

type Sizes = ReadonlyMap<string, number>;

/** Number of elements of an array with these labels. */
export function elementsOf(labels: Iterable<string>, sizes: Sizes): number {
  let n = 1;
  for (const c of labels) n *= sizes.get(c)!;
  return n;
}

/** The labels that a contraction of the terms at some positions leaves, because others need them or the result has them. */
export function contractionOf(positions: readonly number[], terms: readonly Labels[], output: Labels): Contraction {
  const involved = new Set<string>();
  const needed = new Set(output);
  const remaining: Labels[] = [];
  terms.forEach((labels, i) => {
    const taken = positions.includes(i);
    if (!taken) remaining.push(labels);
    for (const c of labels) (taken ? involved : needed).add(c);
  });
  const result = new Set([...involved].filter((c) => needed.has(c)));
  return { result, remaining: [...remaining, result], removed: involved.size - result.size, involved };
}

/** Multiplications and additions of a contraction. */
export function flops(
  { involved, removed }: Pick<Contraction, 'involved' | 'removed'>,
  terms: number,
  sizes: Sizes,
): number {
  return elementsOf(involved, sizes) * (Math.max(1, terms - 1) + (removed > 0 ? 1 : 0));
}

function* pairsOf(n: number): Generator<readonly [number, number]> {
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) yield [i, j];
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

interface Problem {
  readonly terms: readonly Labels[];
  readonly output: Labels;
  readonly sizes: Sizes;
  readonly limit: number;
}

interface Route {
  readonly cost: number;
  readonly path: readonly (readonly number[])[];
  readonly terms: readonly Labels[];
}

const cheapest = (list: readonly Route[]): Route => list.reduce((best, x) => (x.cost < best.cost ? x : best));

/** Every order of pairs, as long as intermediate arrays stay below the limit; the first of the cheapest. */
function optimalPath({ terms, output, sizes, limit }: Problem): readonly (readonly number[])[] {
  let found: readonly Route[] = [{ cost: 0, path: [], terms }];
  for (let left = terms.length; left > 1; left--) {
    const next: Route[] = [];
    for (const { cost, path, terms: current } of found) {
      for (const pair of pairsOf(left)) {
        const c = contractionOf(pair, current, output);
        if (elementsOf(c.result, sizes) > limit) continue;
        next.push({ cost: cost + flops(c, 2, sizes), path: [...path, pair], terms: c.remaining });
      }
    }
    if (next.length === 0) return [...cheapest(found).path, range(left)];
    found = next;
  }
  return cheapest(found).path;
}

/** A pair that may be contracted next: fewer elements first, then fewer operations. */
interface Candidate {
  readonly growth: number;
  readonly cost: number;
  readonly pair: readonly [number, number];
  readonly terms: readonly Labels[];
}

interface Search extends Problem {
  readonly naive: number;
  readonly spent: number;
}

function candidate(
  pair: readonly [number, number],
  { terms, output, sizes, limit, naive, spent }: Search,
): Candidate[] {
  const c = contractionOf(pair, terms, output);
  const size = elementsOf(c.result, sizes);
  const cost = flops(c, 2, sizes);
  if (size > limit || spent + cost > naive) return [];
  const before = elementsOf(terms[pair[0]]!, sizes) + elementsOf(terms[pair[1]]!, sizes);
  return [{ growth: size - before, cost, pair, terms: c.remaining }];
}

/** What is left of the other candidates after the best one: those that do not share a term with it, with their positions moved. */
function carriedOver(known: readonly Candidate[], best: Candidate): Candidate[] {
  const [p, q] = best.pair;
  const moved = (x: number): number => x - (x > p ? 1 : 0) - (x > q ? 1 : 0);
  return known.flatMap((other) => {
    const [x, y] = other.pair;
    if (best.pair.includes(x) || best.pair.includes(y)) return [];
    const dropped = [p, q].map((b) => b - (b > x ? 1 : 0) - (b > y ? 1 : 0));
    const terms = other.terms.filter((_, i) => !dropped.includes(i));
    return [
      {
        ...other,
        pair: [moved(x), moved(y)] as const,
        terms: [...terms.slice(0, -1), best.terms.at(-1)!, terms.at(-1)!],
      },
    ];
  });
}

const overlap = (a: Labels, b: Labels): boolean => [...a].some((c) => b.has(c));

/** The best pair again and again; outer products only where there is nothing else. */
function greedyPath(problem: Problem): readonly (readonly number[])[] {
  const { output, sizes } = problem;
  let { terms } = problem;
  const naive = flops(contractionOf(range(terms.length), terms, output), terms.length, sizes);
  const path: (readonly number[])[] = [];
  let known: Candidate[] = [];
  let spent = 0;
  let pairs = [...pairsOf(terms.length)];
  for (let left = terms.length; left > 1; left--) {
    const search: Search = { ...problem, terms, naive, spent };
    known.push(...pairs.filter(([i, j]) => overlap(terms[i]!, terms[j]!)).flatMap((pair) => candidate(pair, search)));
    if (known.length === 0) known = [...pairsOf(terms.length)].flatMap((pair) => candidate(pair, search));
    if (known.length === 0) return [...path, range(terms.length)];
    const best = known.reduce((a, b) => (b.growth < a.growth || (b.growth === a.growth && b.cost < a.cost) ? b : a));
    known = carriedOver(known, best);
    terms = best.terms;
    const last = terms.length - 1;
    pairs = range(last).map((i) => [i, last] as const);
    path.push(best.pair);
    spent += best.cost;
  }
  return path;
}

interface Choice {
  readonly kind: false | 'greedy' | 'optimal' | EinsumPath;
  readonly limit: number | undefined;
}

function choiceOf(optimize: EinsumOptimize): Choice {
  if (typeof optimize === 'boolean') return { kind: optimize && 'greedy', limit: undefined };
  if (optimize === 'greedy' || optimize === 'optimal') return { kind: optimize, limit: undefined };
  if (Array.isArray(optimize) && optimize[0] === 'einsum_path')
    return { kind: optimize as EinsumPath, limit: undefined };
  const [kind, limit] = optimize as readonly [string, unknown];
  if ((kind === 'greedy' || kind === 'optimal') && typeof limit === 'number') return { kind, limit: Math.trunc(limit) };
  throw new ArgumentError({
    where: 'einsum',
    what: `Did not understand the path: ${JSON.stringify(optimize)}`,
    got: JSON.stringify(optimize),
    expected: "true, false, 'greedy', 'optimal', one of the two with a limit, or what einsumPath gave",
    hint: 'a path begins with the mark einsum_path',
  });
}

/** Positions of the operands that each step takes. */
export function pathOf(subscripts: Subscripts, optimize: EinsumOptimize): readonly (readonly number[])[] {
  const { kind, limit } = choiceOf(optimize);
  if (Array.isArray(kind)) return kind.slice(1) as (readonly number[])[];
  const { terms, output, sizes } = subscripts;
  const labels = terms.map((term) => new Set(term));
  const out = new Set(output);
  const isElementwise = labels.every((set) => [...set].every((c) => out.has(c)));
  if (kind === false || terms.length <= 2 || isElementwise) return [range(terms.length)];
  const largest = Math.max(...[...terms, output].map((term) => elementsOf(term, sizes)));
  const problem = { terms: labels, output: out, sizes, limit: limit ?? largest };
  return kind === 'greedy' ? greedyPath(problem) : optimalPath(problem);
}

/** The steps of a path with the subscripts of each. @throws ArgumentError for a path that leaves operands over. */
export function stepsOf({ terms, output, sizes }: Subscripts, path: readonly (readonly number[])[]): Step[] {
  let sets: readonly Labels[] = terms.map((term) => new Set(term));
  const left = [...terms];
  const steps = path.map((positions, i): Step => {
    const order = [...positions].sort((a, b) => b - a);
    const c = contractionOf(order, sets, new Set(output));
    sets = c.remaining;
    const taken = order.map((at) => left.splice(at, 1)[0]!);
    const sorted = [...c.result].sort((a, b) => sizes.get(a)! - sizes.get(b)! || (a < b ? -1 : 1)).join('');
    const result = i === path.length - 1 ? output : sorted;
    left.push(result);
    return {
      positions: order,
      terms: taken,
      result,
      remaining: [...left],
      cost: flops(c, order.length, sizes),
      scaling: c.involved.size,
      size: elementsOf(c.result, sizes),
    };
  });
  if (left.length === 1) return steps;
  throw new ArgumentError({
    where: 'einsum',
    what: `Invalid einsum_path is specified: ${left.length - 1} more operands has to be contracted.`,
    got: JSON.stringify(path),
    expected: 'steps that end with one array',
    hint: 'the result of a step goes to the end of the operands',
  });
}

/** Options of {@link einsumPath}. */
export interface EinsumPathOptions {
  /** Default `'greedy'`. */
  readonly optimize?: EinsumOptimize;
}

/**
 * The order in which `einsum` contracts its operands, and a report on what that costs: NumPy's `einsum_path`.
 *
 * @returns The path, to be given to `einsum` as `optimize`, and the text that NumPy prints.
 * @throws ArgumentError for wrong subscripts or options; ShapeError where lengths do not fit.
 * @example
 * einsumPath('ij,jk,kl->il', ones([2, 9]), ones([9, 9]), ones([9, 3]))[0] // => [ 'einsum_path', [ 0, 1 ], [ 0, 1 ] ]
 */
export function einsumPath(...args: readonly unknown[]): readonly [path: EinsumPath, report: string] {
  const options: EinsumPathOptions = isOptions(args.at(-1)) ? (args.at(-1) as EinsumPathOptions) : {};
  const subscripts = readArguments(isOptions(args.at(-1)) ? args.slice(0, -1) : args);
  const path = pathOf(subscripts, options.optimize ?? 'greedy');
  return [['einsum_path', ...path], pathReport(subscripts, stepsOf(subscripts, path))];
}
