import type { DType } from '@isograd/device';
import { ALL_DTYPES, type Chooser, REAL_DTYPES } from '../draw.ts';
import { type PropertyFamily, py } from '../property.ts';
import { EXACT, scaled } from '../tolerance.ts';
import { type Entry, keywords, rows, some } from './functions.ts';

const NORMS = ['backward', 'ortho', 'forward'];

function oneAxis(name: string, dtypes: readonly DType[] = ALL_DTYPES): Entry {
  return {
    name,
    of: `fft.${name}`,
    python: ({ n, axis, ...rest }) => `np.fft.${name}(x1, ${py(n)}, ${py(axis)}${keywords(rest, py)})`,
    ours: (f, [x], { n, axis, ...rest }) => f(x, n, axis, some(rest)),
    tolerance: scaled(32),
    draw: (choose) => {
      const shape = choose.once(3) ? [1 + choose.below(70)] : choose.shape(3, 1);
      return {
        inputs: [choose.array(choose.of(dtypes), shape, 'tame')],
        attrs: {
          n: choose.once(3) ? 1 + choose.below(20) : null,
          axis: choose.axis(shape.length),
          ...(choose.once(3) && { norm: choose.of(NORMS) }),
        },
      };
    },
  };
}

function severalAxes(name: string, dtypes: readonly DType[] = ALL_DTYPES): Entry {
  return {
    name,
    of: `fft.${name}`,
    python: ({ s, axes, ...rest }) => `np.fft.${name}(x1, ${py(s)}, ${py(axes)}${keywords(rest, py)})`,
    ours: (f, [x], { s, axes, ...rest }) => f(x, { ...some({ s, axes: axes ?? undefined, ...rest }) }),
    tolerance: scaled(32),
    draw: (choose) => {
      const shape = choose.shape(3, 2);
      const axes = choose.permutation(shape.length).slice(0, 2);
      return {
        inputs: [choose.array(choose.of(dtypes), shape, 'tame')],
        attrs: {
          s: choose.once(3) ? axes.map(() => 1 + choose.below(6)) : null,
          axes,
          ...(choose.once(3) && { norm: choose.of(NORMS) }),
        },
      };
    },
  };
}

function shifted(name: string): Entry {
  return {
    name,
    of: `fft.${name}`,
    python: ({ axes }) => `np.fft.${name}(x1, axes=${py(axes)})`,
    ours: (f, [x], { axes }) => f(x, axes ?? undefined),
    tolerance: EXACT,
    draw: (choose: Chooser) => {
      const shape = choose.shape(3);
      return { inputs: [choose.array(choose.of(ALL_DTYPES), shape)], attrs: { axes: choose.axes(shape.length) } };
    },
  };
}

/** Fourier transforms of any length, dtype, axis and norm. */
export const FOURIER: PropertyFamily = {
  name: 'fourier',
  rows: rows([
    oneAxis('fft'),
    oneAxis('ifft'),
    oneAxis('rfft', REAL_DTYPES),
    oneAxis('irfft'),
    oneAxis('hfft'),
    oneAxis('ihfft', REAL_DTYPES),
    severalAxes('fftn'),
    severalAxes('ifftn'),
    severalAxes('rfftn', REAL_DTYPES),
    severalAxes('irfftn'),
    severalAxes('fft2'),
    shifted('fftshift'),
    shifted('ifftshift'),
  ]),
};
