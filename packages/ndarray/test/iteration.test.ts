import { describe, expect, test } from 'vitest';
import * as nd from '../src/index.ts';

// All expectations of this file: NumPy 2.4.6.
describe('walking', () => {
  test('positions and elements', () => {
    expect([...nd.ndindex(2, 2)]).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect([...nd.ndindex([2, 0])]).toEqual([]);
    expect([...nd.ndindex()]).toEqual([[]]);
    expect([...nd.ndenumerate(nd.array([[1, 2]]).T)]).toEqual([
      [[0, 0], 1],
      [[1, 0], 2],
    ]);
    expect([
      ...nd.nditer(
        nd.array([
          [1, 2],
          [3, 4],
        ]),
      ),
    ]).toEqual([1, 2, 3, 4]);
    expect([...nd.nditer([nd.array([1, 2]), 5])]).toEqual([
      [1, 5],
      [2, 5],
    ]);
    expect(() => nd.ndindex(-1)).toThrow('not a shape');
  });

  test('broadcast goes on where it stopped, until it is reset', () => {
    const b = nd.broadcast(nd.array([[1], [2]]), nd.array([3, 4]));
    expect([b.shape, b.ndim, b.nd, b.size, b.numiter]).toEqual([[2, 2], 2, 2, 4, 2]);
    for (const pair of b) {
      expect(pair).toEqual([1, 3]);
      break;
    }
    expect(b.index).toBe(1);
    expect([...b]).toEqual([
      [1, 4],
      [2, 3],
      [2, 4],
    ]);
    b.reset();
    expect([...b].length).toBe(4);
    expect([...b.iters[1]!]).toEqual([3, 4, 3, 4]);
    expect(() => nd.broadcast([1, 2], [1, 2, 3])).toThrow('could not be broadcast together');
  });

  test('flatiter reads and writes by position', () => {
    const x = nd.arange(6).reshape(2, 3).T;
    const flat = nd.flatiter(x);
    expect([flat.length, flat.get(1), flat.get(-1)]).toEqual([6, 3, 5]);
    flat.set(1, 9);
    expect(x.get(0, 1)).toBe(9);
    expect(flat.copy().tolist()).toEqual([0, 9, 1, 4, 2, 5]);
    const first = flat[Symbol.iterator]().next();
    expect([first.value, flat.index, flat.coords]).toEqual([0, 1, [0, 1]]);
    expect([...flat]).toEqual([9, 1, 4, 2, 5]);
    expect(() => flat.get(6)).toThrow('index 6 is out of bounds for size 6');
    expect(() => nd.flatiter(3 as unknown as nd.NDArray)).toThrow('not an array');
  });
});

describe('functions applied', () => {
  const x = nd.arange(6).reshape(2, 3);

  test('along an axis and over axes', () => {
    expect(nd.applyAlongAxis((v) => v.max(), 0, x).tolist()).toEqual([3, 4, 5]);
    expect(nd.applyAlongAxis((v) => v.outer(v), 0, x).shape).toEqual([2, 2, 3]);
    expect(nd.applyAlongAxis(() => [1, 2], 1, x).tolist()).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(nd.applyOverAxes((v, axis) => v.sum(axis), x, [0, 1]).tolist()).toEqual([[15]]);
    expect(() => nd.applyAlongAxis((v) => v, 0, nd.zeros([2, 0]))).toThrow(
      'Cannot apply_along_axis when any iteration dimensions are 0',
    );
    expect(() => nd.applyOverAxes(() => nd.array(1), x, 0)).toThrow(
      'function is not returning an array of the correct shape',
    );
  });

  test('vectorize and frompyfunc', () => {
    const step = nd.vectorize((a: number, b: number) => (a > b ? 1 : 0));
    expect((step(x, 2) as nd.NDArray).tolist()).toEqual([
      [0, 0, 0],
      [1, 1, 1],
    ]);
    const both = nd.vectorize((a: number) => [a, a > 1], { otypes: ['float32', 'bool'] });
    expect((both([1, 2]) as nd.NDArray[]).map((y) => [y.dtype, y.tolist()])).toEqual([
      ['float32', [1, 2]],
      ['bool', [false, true]],
    ]);
    const named = nd.vectorize((a: number, name: string) => a + name.length, { excluded: [1] });
    expect((named([1, 2], 'abc' as unknown as number) as nd.NDArray).tolist()).toEqual([4, 5]);
    expect(() => step([], 2)).toThrow('cannot call `vectorize` on size 0 inputs unless `otypes` is set');
    const divmod = nd.frompyfunc((a: number, b: number) => [Math.floor(a / b), a % b], 2, 2);
    expect((divmod([7, 8], 3) as nd.NDArray[]).map((y) => y.tolist())).toEqual([
      [2, 2],
      [1, 2],
    ]);
    expect(() => divmod(1)).toThrow('takes 2 arguments');
  });

  test('piecewise and select', () => {
    const v = nd.array([0, 1, 2, 3], { dtype: 'float64' });
    expect(nd.piecewise(v, [v.lt(1), v.ge(2)], [-1, 1, 9]).tolist()).toEqual([-1, 9, 1, 1]);
    expect(nd.piecewise(v, v.lt(1), [1]).tolist()).toEqual([1, 0, 0, 0]);
    expect(nd.piecewise(nd.arange(4), [v.lt(1), v.ge(1)], [0.5, (y) => y.div(2)]).tolist()).toEqual([0, 0, 1, 1]);
    expect(nd.piecewise(nd.array(3.5), [nd.array(true)], [(y) => y.mul(2)]).item()).toBe(7);
    expect(() => nd.piecewise(v, [v.lt(1), v.ge(2)], [1])).toThrow(
      'with 2 condition(s), either 2 or 3 functions are expected',
    );
    const i = nd.arange(4);
    expect(nd.select([i.gt(2), i.gt(1)], [i, v]).tolist()).toEqual([0, 0, 2, 3]);
    expect(nd.select([i.gt(2)], [i.astype('int8')], 3).dtype).toBe('int8');
    expect(nd.select([i.gt(2)], [1], 2.5).tolist()).toEqual([2.5, 2.5, 2.5, 1]);
    expect(() => nd.select([i], [i])).toThrow('invalid entry 0 in condlist: should be boolean ndarray');
    expect(() => nd.select([], [])).toThrow('select with an empty condition list is not possible');
    expect(() => nd.select([i.gt(1)], [])).toThrow('list of cases must be same length as list of conditions');
    const out = nd.zeros([2], { dtype: 'int64' });
    expect(
      nd.choose(
        [0, 1],
        [
          [1, 2],
          [3, 4],
        ],
        { out },
      ),
    ).toBe(out);
    expect(out.tolist()).toEqual([1, 4]);
  });
});
