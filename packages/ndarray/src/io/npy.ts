import { DataError, DTYPES } from '@isograd/device';
import { NDArray, stridesOf } from '../array.ts';
import { isfortran } from '../functions/dtype-choice.ts';
import { Storage } from '../storage.ts';
import { bytesOf, type ByteSource, checkFileShape, elementBytes, fromBytes, LITTLE_ENDIAN, swapped } from './bytes.ts';
import { headerBytes, readHeader } from './npy-header.ts';

/**
 * An array as the bytes of an .npy file, those that `numpy.save` writes; columns first when that is how it lies in memory.
 *
 * Source: NumPy reference, `numpy.lib.format`, version 1.0.
 *
 * @example
 * toNpy(array([1, 2, 3])).length // => 152
 * fromNpy(toNpy(array([1, 2, 3]))).tolist() // => [ 1, 2, 3 ]
 */
export function toNpy(x: NDArray): Uint8Array {
  const plain = x.plain();
  const fortran = isfortran(plain);
  const head = headerBytes(plain.dtype, plain.shape, fortran);
  const raw = elementBytes(fortran ? plain.T : plain);
  const { itemsize, lanes } = DTYPES[plain.dtype];
  const body = LITTLE_ENDIAN ? raw : swapped(raw, itemsize / lanes);
  const out = new Uint8Array(head.length + body.length);
  out.set(head);
  out.set(body, head.length);
  return out;
}

/** The bytes of an .npy file as an array; it may keep them as its memory where they are its own (`owned`). */
export function readNpy(source: ByteSource, owned = false): NDArray {
  const bytes = bytesOf(source);
  const { header, begin } = readHeader(bytes);
  const { dtype, shape, fortranOrder, bigEndian } = header;
  const { itemsize, lanes } = DTYPES[dtype];
  const need = checkFileShape(shape, itemsize, 'load') * itemsize;
  if (begin + need > bytes.length)
    throw new DataError({
      where: 'load',
      what: 'EOF: reading array data',
      got: `${bytes.length - begin} bytes`,
      expected: `${need} bytes for shape (${shape.join(', ')}) of ${dtype}`,
      hint: 'the file is cut',
    });
  // bytes behind the elements are left alone, as NumPy does: files may hold several arrays
  const raw = bytes.subarray(begin, begin + need);
  const elements = bigEndian === LITTLE_ENDIAN ? swapped(raw, itemsize / lanes) : owned ? raw : raw.slice();
  if (!fortranOrder) return fromBytes(elements, dtype, [...shape]);
  const turned = fromBytes(elements, dtype, [...shape].reverse());
  const strides = stridesOf(turned.shape).reverse();
  return new NDArray(new Storage(turned.memory), dtype, { shape: [...shape], strides, offset: 0 });
}
