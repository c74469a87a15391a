/** What is timed, on one size. */
export interface Row {
  readonly group: string;
  readonly op: string;
  readonly dtype: 'float64' | 'float32' | 'int64';
  /** Number of elements; of matrices the length of a side. */
  readonly n: number;
}

const SIZES = [1e3, 1e5, 1e7];
const ELEMENTWISE = 'add multiply divide sqrt exp log sin cos tanh power maximum greater where'.split(' ');
const REDUCTIONS = 'sum sum0 sum1 mean max argmax std any'.split(' ');
const MOVING = 'sort argsort take mask cumsum transpose'.split(' ');

const rows = (group: string, ops: readonly string[], dtype: Row['dtype'], sizes: readonly number[] = SIZES): Row[] =>
  ops.flatMap((op) => sizes.map((n) => ({ group, op, dtype, n })));

/** Every row of the table. */
export const ROWS: readonly Row[] = [
  ...rows('small', ['add'], 'float64', [8]),
  ...rows('element-wise', ELEMENTWISE, 'float64'),
  ...rows('element-wise', ['add', 'exp', 'tanh', 'maximum'], 'float32'),
  ...rows('element-wise', ['add', 'multiply', 'greater'], 'int64'),
  ...rows('reductions', REDUCTIONS, 'float64'),
  ...rows('reductions', ['sum', 'sum0', 'sum1', 'max'], 'float32'),
  ...rows('reductions', ['sum', 'max'], 'int64'),
  ...rows('matmul', ['matmul'], 'float64', [64, 256, 1024]),
  ...rows('matmul', ['matmul'], 'float32', [64, 256, 1024]),
  ...rows('moving', MOVING, 'float64'),
  ...rows('moving', ['sort', 'argsort', 'cumsum'], 'float32'),
  ...rows('moving', ['sort', 'argsort', 'cumsum'], 'int64'),
];

/** Name of a row, unique. */
export function rowName({ op, dtype, n }: Row): string {
  return `${op} ${dtype} ${n >= 1000 && n % 1000 === 0 ? n.toExponential().replace('+', '') : n}`;
}

/** Side of the square matrix of about `n` elements. */
export function sideOf(n: number): number {
  return Math.floor(Math.sqrt(n));
}

/** Seeded numbers in [0, 1): the same in every contender (mulberry32). */
export function numbers(n: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: n }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  });
}

/** What a worker is asked: a row and how long to measure. */
export interface ArrayRequest {
  readonly row: Row;
  readonly ms: number;
}

/** What it answers: the best time of one call, or why there is none. */
export interface ArrayReply {
  readonly ns?: number;
  readonly error?: string;
}
