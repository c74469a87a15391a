import '../attach.ts';

export { fftfreq, fftshift, ifftshift, rfftfreq, type ShiftOp } from './frequencies.ts';
export { fft, type FftOp, hfft, ifft, ihfft, irfft, rfft } from './one-axis.ts';
export type { FftnOptions, FftOptions, Norm, TransformOptions } from './options.ts';
export { fft2, fftn, type FftnOp, ifft2, ifftn, irfft2, irfftn, rfft2, rfftn } from './several-axes.ts';
