import { array, type NDArray } from '@isograd/ndarray';
import { fromNpy, toNpy } from '@isograd/ndarray/io';
import { ALL_DTYPES } from '../draw.ts';
import type { PropertyFamily } from '../property.ts';
import { EXACT } from '../tolerance.ts';
import { rows } from './functions.ts';

const SAVED = '(lambda f: (np.save(f, x1), f.getvalue())[1])(__import__("io").BytesIO())';
const bytes = (x: NDArray): NDArray => array(toNpy(x) as Uint8Array);

/** Files of arrays: the bytes that are written, and what is read from them. */
export const FILES: PropertyFamily = {
  name: 'files',
  rows: rows([
    {
      name: 'toNpy',
      python: () => `np.frombuffer(${SAVED}, np.uint8)`,
      ours: (_f, [x]) => bytes(x!),
      tolerance: EXACT,
      draw: (choose) => ({ inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape())] }),
    },
    {
      name: 'fromNpy',
      python: () => `np.load(__import__("io").BytesIO(${SAVED}))`,
      ours: (_f, [x]) => fromNpy(toNpy(x!) as Uint8Array),
      tolerance: EXACT,
      draw: (choose) => ({ inputs: [choose.array(choose.of(ALL_DTYPES), choose.shape())] }),
    },
  ]),
};
