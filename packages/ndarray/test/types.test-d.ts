import { expectTypeOf, test } from 'vitest';
import { add, arange, array, exp, type NDArray, reshape, sum, where, zeros } from '../src/index.ts';

test('makers know their dtype', () => {
  expectTypeOf(zeros([2])).toEqualTypeOf<NDArray<'float64'>>();
  expectTypeOf(zeros([2], { dtype: 'int8' })).toEqualTypeOf<NDArray<'int8'>>();
  expectTypeOf(array([1, 2], { dtype: 'float32' }).data).toEqualTypeOf<Float32Array>();
  expectTypeOf(array(new Int32Array(2)).dtype).toEqualTypeOf<'int32'>();
  expectTypeOf(array([1, 2])).toEqualTypeOf<NDArray>();
});

test('conversions and views keep or change it', () => {
  const x = zeros([2, 3], { dtype: 'float32' });
  expectTypeOf(x.astype('complex64')).toEqualTypeOf<NDArray<'complex64'>>();
  expectTypeOf(x.reshape(6).dtype).toEqualTypeOf<'float32'>();
  expectTypeOf(x.at(0, '1:').dtype).toEqualTypeOf<'float32'>();
  expectTypeOf(x.T.dtype).toEqualTypeOf<'float32'>();
});

test('where the dtype of a result follows from values it is any', () => {
  expectTypeOf(exp(zeros([2], { dtype: 'int64' }))).toEqualTypeOf<NDArray>();
  expectTypeOf(sum(zeros([2], { dtype: 'bool' }))).toEqualTypeOf<NDArray>();
  expectTypeOf(add(zeros([2]), 1)).toEqualTypeOf<NDArray>();
});

test('wrong calls are errors where they stand', () => {
  const x = arange(6);
  // @ts-expect-error a slice of words
  x.at('a:b');
  // @ts-expect-error no such dtype
  zeros([2], { dtype: 'float128' });
  // @ts-expect-error no such option
  x.sum(0, { keepDims: true });
  // @ts-expect-error no such option
  add(x, 1, { output: x });
  // @ts-expect-error a shape is made of numbers
  zeros(['2']);
  expectTypeOf(x.at('1:3', '::-1', null, '...')).toEqualTypeOf<NDArray>();
});

test('lists, numbers and typed arrays become arrays', () => {
  expectTypeOf(sum([1, 2, 3])).toEqualTypeOf<NDArray>();
  expectTypeOf(exp(0)).toEqualTypeOf<NDArray>();
  expectTypeOf(exp(new Float64Array(2))).toEqualTypeOf<NDArray>();
  expectTypeOf(reshape([1, 2], [2, 1])).toEqualTypeOf<NDArray>();
  expectTypeOf(reshape(zeros(2, { dtype: 'int8' }), [2, 1])).toEqualTypeOf<NDArray<'int8'>>();
  expectTypeOf(where([true, false])).toEqualTypeOf<NDArray[]>();
});
