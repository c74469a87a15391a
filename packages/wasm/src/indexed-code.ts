import type { DescOf } from '@isograd/device';
import type { FunctionBuilder, Local } from './asm/function-builder.ts';
import { ModuleBuilder } from './asm/module-builder.ts';
import { i32 } from './asm/scalar.ts';
import { v128 } from './asm/simd.ts';
import type { I32, Value, Vec } from './asm/value.ts';
import { type Number, numbersOf, storeNumber } from './numbers.ts';
import { LAYOUTS } from './operands.ts';

type Int = Local<'i32'>;

/** Parameters of the code, in order. What is picked or added follows itself without gaps; addresses and distances in bytes. */
export const INDEXED_PARAMETERS = [
  'outer',
  'middle',
  /** Bytes of the inner axis. */
  'width',
  'part',
  'whole',
  'wholeOuter',
  'index',
  'indexOuter',
  'indexMiddle',
  'indexInner',
] as const;

/** How what is there and what comes make what is written. */
interface Combine {
  readonly element: (there: Number, comes: Number) => Number;
  /** The same in vectors, where there are some. */
  readonly vector: ((there: Vec, comes: Vec) => Vec) | undefined;
}

function combineOf({ kind, dtype }: DescOf<'gather'>): Combine {
  if (kind !== 'scatterAdd') return { element: (_, comes) => comes, vector: (_, comes) => comes };
  if (dtype === 'bool') return { element: (a, b) => i32.or(a as Int, b as Int), vector: v128.or };
  const { add, vectors } = numbersOf(dtype);
  return { element: add, vector: LAYOUTS[dtype].shift >= 2 ? vectors.add : undefined };
}

/** Generates the code that picks along the middle of three axes, or writes or adds there in order. */
export function indexedModule(desc: DescOf<'gather'>, shared: boolean): ModuleBuilder {
  const { shift } = LAYOUTS[desc.dtype];
  const bytes = 1 << shift;
  const { load } = numbersOf(desc.dtype);
  const combine = combineOf(desc);
  const element = (f: FunctionBuilder, part: I32, whole: I32): void => {
    const [to, from] = desc.kind === 'gather' ? [part, whole] : [whole, part];
    storeNumber(f, to, combine.element(load(to), load(from)), shift);
  };
  const vector = (f: FunctionBuilder, part: I32, whole: I32): void => {
    const [to, from] = desc.kind === 'gather' ? [part, whole] : [whole, part];
    f.storeVector(to, combine.vector!(v128.load(to), v128.load(from)));
  };
  const body = (f: FunctionBuilder): void => {
    const params = INDEXED_PARAMETERS.map((_, i) => f.param(i, 'i32'));
    const [outer, middle, width, part, whole, wholeOuter] = params as [Int, Int, Int, Int, Int, Int];
    const [index, indexOuter, indexMiddle, indexInner] = params.slice(6) as [Int, Int, Int, Int];
    const [o, j, q, at, line, to] = Array.from({ length: 6 }, () => f.local('i32')) as [Int, Int, Int, Int, Int, Int];
    const even = f.let(combine.vector ? i32.and(width, -16) : i32.const(0));
    // Positions are int64 below 2 ** 31.
    const place = (address: Int): Value<'i32'> => i32.add(whole, i32.mul(i32.load(address), width));
    const alongMiddle = (): void =>
      f.for(j, { from: 0, to: middle, step: 1 }, () => {
        element(f, part, f.let(place(line)));
        f.set(line, i32.add(line, indexMiddle));
        f.set(part, i32.add(part, bytes));
      });
    const slice = (): void => {
      f.set(to, place(line));
      const both = (step: number, from: I32, end: I32, visit: typeof element): void =>
        f.for(q, { from, to: end, step }, () => visit(f, f.let(i32.add(part, q)), f.let(i32.add(to, q))));
      if (combine.vector) both(16, 0, even, vector);
      both(bytes, even, width, element);
    };
    const elements = (): void => {
      f.set(at, line);
      f.for(q, { from: 0, to: width, step: bytes }, () => {
        element(f, f.let(i32.add(part, q)), f.let(i32.add(place(at), q)));
        f.set(at, i32.add(at, indexInner));
      });
    };
    f.for(o, { from: 0, to: outer, step: 1 }, () => {
      f.set(line, index);
      f.if(i32.eq(width, bytes), alongMiddle, () =>
        f.for(j, { from: 0, to: middle, step: 1 }, () => {
          f.if(i32.eqz(indexInner), slice, elements);
          f.set(line, i32.add(line, indexMiddle));
          f.set(part, i32.add(part, width));
        }),
      );
      f.set(whole, i32.add(whole, wholeOuter));
      f.set(index, i32.add(index, indexOuter));
    });
  };
  const module = new ModuleBuilder({ shared });
  module.function({ params: INDEXED_PARAMETERS.map(() => 'i32'), results: [] }, body, 'run');
  return module;
}
