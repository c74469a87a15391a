import type { FunctionBuilder, Local } from '../asm/function-builder.ts';
import { ModuleBuilder } from '../asm/module-builder.ts';
import { i32, i64 } from '../asm/scalar.ts';
import { f32x4, f64x2, i32x4, i64x2, v128 } from '../asm/simd.ts';
import type { I32, Vec } from '../asm/value.ts';
import type { Runtime } from '../runtime.ts';

type Int = Local<'i32'>;
/** What is pooled. */
export type Float = 'float32' | 'float64';

/** Parameters of `largest` in linear memory, all int32; addresses and distances in bytes, places in elements. */
export const POOL_BLOCK = {
  planes: 0,
  in: 4,
  /** From plane to plane, from depth to depth, from line to line of the input. */
  plane: 8,
  depth: 12,
  line: 16,
  /** Tables of windows: first element, number of elements, place of the first. */
  depths: 20,
  depthsEnd: 24,
  heights: 28,
  heightsEnd: 32,
  /** Runs of windows along the last axis: number of windows, first element, number of elements, elements from window to window, place of the first. */
  runs: 36,
  runsEnd: 40,
  /** Steps between elements of a window, in the input and as places. */
  depthStep: 44,
  heightStep: 48,
  widthStep: 52,
  placeDepth: 56,
  placeLine: 60,
  depthPlaces: 64,
  heightPlaces: 68,
  widthPlaces: 72,
  values: 76,
  places: 80,
} as const;

/** Bytes of an entry of a table of windows. */
export const WINDOW_ENTRY = 12;
/** Bytes of an entry of a table of runs. */
export const RUN_ENTRY = 20;

/** What differs between the two floats: places stand in lanes as wide as those of the elements. */
interface Kind {
  readonly bytes: 4 | 8;
  readonly lanes: 4 | 2;
  readonly gt: (a: Vec, b: Vec) => Vec;
  readonly ne: (a: Vec, b: Vec) => Vec;
  readonly splat: (x: Int) => Vec;
  readonly add: (a: Vec, b: Vec) => Vec;
  readonly mul: (a: Vec, b: Vec) => Vec;
  readonly first: (at: I32) => Vec;
  readonly lane: (at: I32, x: Vec, lane: number) => Vec;
  readonly evens: (a: Vec, b: Vec) => Vec;
}

const KINDS: { readonly [F in Float]: Kind } = {
  float32: {
    bytes: 4,
    lanes: 4,
    gt: f32x4.gt,
    ne: f32x4.ne,
    splat: (x) => i32x4.splat(x),
    add: i32x4.add,
    mul: i32x4.mul,
    first: v128.load32Zero,
    lane: v128.load32Lane,
    evens: (a, b) => i32x4.shuffle(a, b, [0, 2, 4, 6]),
  },
  float64: {
    bytes: 8,
    lanes: 2,
    gt: f64x2.gt,
    ne: f64x2.ne,
    splat: (x) => i64x2.splat(i64.extendS(x)),
    add: i64x2.add,
    mul: i64x2.mul,
    first: v128.load64Zero,
    lane: v128.load64Lane,
    evens: (a, b) => i64x2.shuffle(a, b, [0, 2]),
  },
};

const bytesOf = (numbers: Float32Array | Float64Array | Int32Array | BigInt64Array): Uint8Array =>
  new Uint8Array(numbers.buffer);

const constants = (dtype: Float): { readonly lowest: Uint8Array; readonly iota: Uint8Array } =>
  dtype === 'float32'
    ? { lowest: bytesOf(new Float32Array(4).fill(-Infinity)), iota: bytesOf(Int32Array.of(0, 1, 2, 3)) }
    : { lowest: bytesOf(new Float64Array(2).fill(-Infinity)), iota: bytesOf(BigInt64Array.of(0n, 1n)) };

/** How many elements a window has along each axis. */
type Counts = readonly [depth: Int, height: Int, width: Int];

/** Some windows side by side: their elements are loaded by `load`. */
function emitWindows(f: FunctionBuilder, kind: Kind, windows: Windows, load: (at: Int) => Vec): void {
  const { g, counts, best, found, iota } = windows;
  const [u, v, w, at, place] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const [plane, line] = [f.local('i32'), f.local('i32')];
  const [planePlace, linePlace] = [f.local('i32'), f.local('i32')];
  f.set(plane, windows.in);
  f.set(planePlace, windows.place);
  f.for(u, { from: 0, to: counts[0], step: 1 }, () => {
    f.set(line, plane);
    f.set(linePlace, planePlace);
    f.for(v, { from: 0, to: counts[1], step: 1 }, () => {
      f.set(at, line);
      f.set(place, linePlace);
      f.for(w, { from: 0, to: counts[2], step: 1 }, () => {
        const x = f.let(load(at));
        const larger = f.let(v128.or(kind.gt(x, best), kind.ne(x, x)));
        f.set(best, v128.bitselect(x, best, larger));
        f.set(found, v128.bitselect(kind.add(kind.splat(place), iota), found, larger));
        f.set(at, i32.add(at, g('widthStep')));
        f.set(place, i32.add(place, g('widthPlaces')));
      });
      f.set(line, i32.add(line, g('heightStep')));
      f.set(linePlace, i32.add(linePlace, g('heightPlaces')));
    });
    f.set(plane, i32.add(plane, g('depthStep')));
    f.set(planePlace, i32.add(planePlace, g('depthPlaces')));
  });
}

type Fields = (name: keyof typeof POOL_BLOCK) => Int;

/** What the windows of one vector share. */
interface Windows {
  readonly g: Fields;
  readonly counts: Counts;
  /** Where the first element of the first window lies, and its place. */
  readonly in: Int;
  readonly place: Int;
  readonly best: Local<'v128'>;
  readonly found: Local<'v128'>;
  /** Distances of the places from the first window's. */
  readonly iota: Local<'v128'>;
}

/** All windows of a run; moves the addresses of the results on. */
function emitRun(f: FunctionBuilder, dtype: Float, { g, counts, run, from, place }: RunOfWindows): void {
  const kind = KINDS[dtype];
  const { lowest, iota } = constants(dtype);
  const [start, counted] = [f.hoist('lowest', v128.const(lowest)), f.hoist('iota', v128.const(iota))];
  const [n, stride] = [f.let(i32.load(run)), f.let(i32.load(run, 12))];
  const [q, target, targets] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const [best, found, apart] = [f.local('v128'), f.local('v128'), f.local('v128')];
  f.set(apart, kind.mul(counted, kind.splat(stride)));
  const step = f.let(i32.mul(stride, kind.bytes));
  const windows: Windows = { g, counts, in: from, place, best, found, iota: apart };
  const far = (at: Int): Vec => {
    let x = kind.first(at);
    for (let lane = 1; lane < kind.lanes; lane++) x = kind.lane(i32.add(at, i32.mul(step, lane)), x, lane);
    return x;
  };
  f.set(target, g('values'));
  f.set(targets, g('places'));
  f.for(q, { from: 0, to: n, step: kind.lanes }, () => {
    f.set(best, start);
    f.set(found, kind.add(kind.splat(place), apart));
    f.if(
      i32.eq(stride, 1),
      () => emitWindows(f, kind, windows, (at) => v128.load(at)),
      () =>
        f.if(
          i32.eq(stride, 2),
          () => emitWindows(f, kind, windows, (at) => kind.evens(v128.load(at), v128.load(at, 16))),
          () => emitWindows(f, kind, windows, far),
        ),
    );
    f.storeVector(target, best);
    f.set(target, i32.add(target, 16));
    if (kind.lanes === 2) f.storeVector(targets, found);
    else {
      f.storeVector(targets, i64x2.extendLowS(found));
      f.storeVector(targets, i64x2.extendHighS(found), 16);
    }
    f.set(targets, i32.add(targets, 8 * kind.lanes));
    f.set(from, i32.add(from, i32.mul(step, kind.lanes)));
    f.set(place, i32.add(place, i32.mul(stride, kind.lanes)));
  });
  // What the last vector wrote behind the run is written over by the next one.
  f.set(g('values'), i32.add(g('values'), i32.mul(n, kind.bytes)));
  f.set(g('places'), i32.add(g('places'), i32.mul(n, 8)));
}

interface RunOfWindows extends Pick<Windows, 'g' | 'counts' | 'place'> {
  /** The entry in the table. */
  readonly run: Int;
  readonly from: Int;
}

/** The largest elements of the windows of some planes that follow each other, and their places. */
export function largest(module: ModuleBuilder, dtype: Float): void {
  const { bytes } = KINDS[dtype];
  const body = (f: FunctionBuilder): void => {
    const block = f.param(0, 'i32');
    const locals = new Map<string, Int>();
    for (const [name, offset] of Object.entries(POOL_BLOCK)) locals.set(name, f.let(i32.load(block, offset)));
    const g: Fields = (name) => locals.get(name)!;
    const [p, depth, height, run] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const [from, place, start, first] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
    const counts = [f.local('i32'), f.local('i32'), f.local('i32')] as const;
    f.for(p, { from: 0, to: g('planes'), step: 1 }, () => {
      f.for(depth, { from: g('depths'), to: g('depthsEnd'), step: WINDOW_ENTRY }, () => {
        f.set(counts[0], i32.load(depth, 4));
        f.for(height, { from: g('heights'), to: g('heightsEnd'), step: WINDOW_ENTRY }, () => {
          f.set(counts[1], i32.load(height, 4));
          const line = i32.add(i32.mul(i32.load(depth), g('depth')), i32.mul(i32.load(height), g('line')));
          f.set(start, i32.add(g('in'), line));
          const places = (table: Int, by: Int) => i32.mul(i32.load(table, 8), by);
          f.set(first, i32.add(places(depth, g('placeDepth')), places(height, g('placeLine'))));
          f.for(run, { from: g('runs'), to: g('runsEnd'), step: RUN_ENTRY }, () => {
            f.set(counts[2], i32.load(run, 8));
            f.set(from, i32.add(start, i32.mul(i32.load(run, 4), bytes)));
            f.set(place, i32.add(first, i32.load(run, 16)));
            emitRun(f, dtype, { g, counts, run, from, place });
          });
        });
      });
      f.set(g('in'), i32.add(g('in'), g('plane')));
    });
  };
  module.function({ params: ['i32'], results: [] }, body, 'largest');
}

/** Makes a module with one function that {@link largest} or `taps` writes. */
export function poolModule(
  { memory }: Pick<Runtime, 'memory'>,
  dtype: Float,
  write: (module: ModuleBuilder, dtype: Float) => void,
): ModuleBuilder {
  const module = new ModuleBuilder({ shared: memory.shared });
  write(module, dtype);
  return module;
}
