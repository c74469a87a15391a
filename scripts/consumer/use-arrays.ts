// What the types of arrays promise, compiled against the tarballs by every TypeScript that is supported.
import { add, arange, array, exp, type NDArray, sum, zeros } from '@isograd/ndarray';
import { svd } from '@isograd/ndarray/linalg';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_T extends true>(): void => {};

const x = zeros([2, 3], { dtype: 'float32' });
holds<Equal<ReturnType<typeof zeros<'int8'>>, NDArray<'int8'>>>();
holds<Equal<typeof x.data, Float32Array>>();
holds<Equal<typeof x.T.dtype, 'float32'>>();
const views = [x.reshape(6).dtype, x.at(0, '1:').dtype] as const;
holds<Equal<typeof views, readonly ['float32', 'float32']>>();
const cast = x.astype('complex64');
holds<Equal<typeof cast, NDArray<'complex64'>>>();
const [floats, total, more] = [exp(zeros([2], { dtype: 'int64' })), sum(array([true])), add(x, 1)];
holds<Equal<typeof floats, NDArray>>();
const { S } = svd(x);

// @ts-expect-error a slice of words
x.at('a:b');
// @ts-expect-error no such dtype
zeros([2], { dtype: 'float128' });
// @ts-expect-error no such option
arange(6).sum(0, { keepDims: true });
// @ts-expect-error no such option
add(x, 1, { output: x });

void [total, more, S];
