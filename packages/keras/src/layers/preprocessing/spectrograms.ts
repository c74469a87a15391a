import { ArgumentError, ShapeError } from '@isograd/device';
import { array, concatenate, maximum, pad, take } from '@isograd/ndarray';
import { rfft } from '@isograd/ndarray/fft';
import { asTensor, type Tensor } from '@isograd/autograd';
import { convolution } from '@isograd/nn';
import { epsilon } from '../../config.ts';
import { type KerasShape, showShape } from '../../keras-tensor.ts';
import { Layer, type LayerOptions, type SavedOptions } from '../../layer.ts';
import { stft, type StftOptions, windowOf } from '../../stft-initializer.ts';
import { type DataFormat, oneOf } from '../spatial.ts';
import { wholeNumber } from '../../whole-number.ts';

type Window = NonNullable<StftOptions['window']> | null;

/** A number of samples. @throws ArgumentError */
const checkLength = (value: number, where: string, name: string): number =>
  wholeNumber(value, where, `${name} is no length`);

/** What of a short-time Fourier transform is given. */
export type SpectrogramMode = 'log' | 'magnitude' | 'psd' | 'real' | 'imag' | 'angle' | 'stft';

/** Options of {@link STFTSpectrogram}. */
export interface STFTSpectrogramOptions extends LayerOptions {
  /** What is given: `psd` is the power, `stft` real parts followed by imaginary ones; default `log`. */
  readonly mode?: SpectrogramMode;
  /** Number of samples in a frame; default 256. */
  readonly frameLength?: number;
  /** Distance of frames, at most frameLength; default half of it. */
  readonly frameStep?: number | null;
  /** Length of the transform, at least frameLength; default the next power of two. */
  readonly fftLength?: number | null;
  /** Name of a window, its values, or `null` for none; default `hann`. */
  readonly window?: Window;
  /** Whether a named window is one period of a longer one; default false. */
  readonly periodic?: boolean;
  /** By which norm of the window the kernels are divided; default `density`. */
  readonly scaling?: 'density' | 'spectrum' | null;
  /** Default `valid`. */
  readonly padding?: 'valid' | 'same';
  /** Whether channels have an axis of their own; default false. */
  readonly expandDims?: boolean;
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

const MODES: readonly SpectrogramMode[] = ['log', 'magnitude', 'psd', 'real', 'imag', 'angle', 'stft'];

/**
 * Spectrograms of signals `[batch, steps, channels]` → `[batch, frames, channels * bands]`, by convolutions whose kernels can be trained (`keras.layers.STFTSpectrogram`).
 *
 * Bands are `fftLength / 2 + 1`. Kernels `realKernel` and `imagKernel` are `[frameLength, 1, bands]`; modes that need only one have only one.
 *
 * @throws ArgumentError for a mode that is none or lengths that do not fit each other; ShapeError for another number of axes.
 * @example
 * import { ones } from '@isograd/autograd';
 * new STFTSpectrogram({ frameLength: 8, fftLength: 16 })(ones([2, 20, 1])).shape // => [ 2, 4, 9 ]
 */
export class STFTSpectrogram extends Layer {
  static override readonly name: string = 'STFTSpectrogram';
  static override readonly saved: SavedOptions = {
    nullable: ['window', 'scaling'],
    options: {
      mode: 'log',
      frameLength: 256,
      frameStep: null,
      fftLength: null,
      window: 'hann',
      periodic: false,
      scaling: 'density',
      padding: 'valid',
      dataFormat: 'channelsLast',
      expandDims: false,
    },
  };
  readonly mode: SpectrogramMode;
  readonly frameLength: number;
  readonly frameStep: number;
  readonly fftLength: number;
  readonly padding: 'valid' | 'same';
  readonly expandDims: boolean;
  readonly dataFormat: DataFormat;
  /** Made by `build`; `null` with `mode: 'imag'`. */
  realKernel: Tensor | null = null;
  /** Made by `build`; `null` with `mode: 'real'`. */
  imagKernel: Tensor | null = null;
  readonly #stft: StftOptions;

  constructor(options: STFTSpectrogramOptions = {}) {
    super(options);
    const where = 'STFTSpectrogram';
    this.mode = oneOf(options.mode ?? 'log', MODES, { where, name: 'mode' });
    this.frameLength = checkLength(options.frameLength ?? 256, where, 'frameLength');
    this.frameStep = checkLength(options.frameStep ?? Math.max(this.frameLength >> 1, 1), where, 'frameStep');
    this.fftLength = checkLength(options.fftLength ?? 2 ** Math.ceil(Math.log2(this.frameLength)), where, 'fftLength');
    this.padding = oneOf(options.padding ?? 'valid', ['valid', 'same'], { where, name: 'padding' });
    this.expandDims = options.expandDims ?? false;
    this.dataFormat = oneOf(options.dataFormat ?? 'channelsLast', ['channelsLast', 'channelsFirst'], {
      where,
      name: 'dataFormat',
    });
    if (this.frameStep > this.frameLength || this.fftLength < this.frameLength)
      throw new ArgumentError({
        where,
        what: 'lengths do not fit each other',
        got: `frameLength ${this.frameLength}, frameStep ${this.frameStep}, fftLength ${this.fftLength}`,
        expected: 'frameStep at most, fftLength at least frameLength',
      });
    const { window = 'hann', scaling = 'density', periodic = false } = options;
    this.#stft = { window, scaling, periodic };
    // A window that is none is refused here, not when the layer is built.
    stft(this.#stft)([this.frameLength, 1, 2], 'float32');
  }

  get #bands(): number {
    return (this.fftLength >> 1) + 1;
  }

  override build(): void {
    const shape = [this.frameLength, 1, this.#bands];
    if (this.mode !== 'imag')
      this.realKernel = this.addWeight('real_kernel', shape, stft({ ...this.#stft, side: 'real' }));
    if (this.mode !== 'real')
      this.imagKernel = this.addWeight('imag_kernel', shape, stft({ ...this.#stft, side: 'imag' }));
  }

  /** Frames and their samples on both sides of a signal. */
  #frames(steps: number): { readonly frames: number; readonly sides: readonly [number, number] } {
    const { frameLength, frameStep } = this;
    if (this.padding === 'valid') return { frames: Math.floor((steps - frameLength) / frameStep) + 1, sides: [0, 0] };
    const frames = Math.ceil(steps / frameStep);
    const all = Math.max((frames - 1) * frameStep + frameLength - steps, 0);
    return { frames, sides: [all >> 1, all - (all >> 1)] };
  }

  /** A signal `[batch, channels, steps]` as `[batch, channels, frames, bands]`. */
  #transformed(x: Tensor, kernel: Tensor): Tensor {
    const [batch, channels, steps] = x.shape as readonly [number, number, number];
    const { frames, sides } = this.#frames(steps);
    const y = convolution(x.reshape([batch * channels, steps, 1]), kernel, null, {
      stride: this.frameStep,
      padding: [sides],
      channelsLast: true,
      where: this.label,
    });
    return y.reshape([batch, channels, frames, this.#bands]);
  }

  override call(inputs: Tensor): Tensor {
    this.computeOutputShape(inputs.shape);
    const x = this.dataFormat === 'channelsLast' ? inputs.transpose([0, 2, 1]) : inputs;
    const part = (kernel: Tensor | null): Tensor => this.#transformed(x, kernel!);
    switch (this.mode) {
      case 'real':
        return this.#arranged(part(this.realKernel));
      case 'imag':
        return this.#arranged(part(this.imagKernel));
      case 'angle':
        return this.#arranged(part(this.imagKernel).arctan2(part(this.realKernel)) as Tensor);
      case 'stft':
        return this.#arranged(asTensor(concatenate([part(this.realKernel), part(this.imagKernel)], { axis: -1 })));
      default:
        return this.#arranged(this.#ofPower(part(this.realKernel).square().add(part(this.imagKernel).square())));
    }
  }

  #ofPower(power: Tensor): Tensor {
    if (this.mode === 'psd') {
      // All bands but the first and the last stand for two.
      const inner = pad(
        power.at('...', '1:-1') as Tensor,
        [
          [0, 0],
          [0, 0],
          [0, 0],
          [1, 1],
        ] as never,
      );
      return power.add(asTensor(inner));
    }
    const magnitude = asTensor(maximum(power, epsilon())).sqrt();
    return this.mode === 'magnitude' ? magnitude : asTensor(maximum(magnitude, epsilon())).log();
  }

  /** `[batch, channels, frames, bands]` as the options say. */
  #arranged(y: Tensor): Tensor {
    const [batch, channels, frames, bands] = y.shape as readonly [number, number, number, number];
    const last = this.dataFormat === 'channelsLast';
    if (this.expandDims) return last ? y.transpose([0, 2, 3, 1]) : y;
    const joined = y.transpose([0, 1, 3, 2]).reshape([batch, channels * bands, frames]);
    return last ? joined.transpose([0, 2, 1]) : joined;
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const last = this.dataFormat === 'channelsLast';
    const [batch = null, a = null, b = null] = inputShape;
    const [steps, channels] = last ? [a, b] : [b, a];
    const frames = steps === null ? null : this.#frames(steps).frames;
    if (inputShape.length !== 3 || channels === null || (frames !== null && frames < 1))
      throw new ShapeError({
        where: this.label,
        what: 'the input is no batch of signals',
        got: showShape(inputShape),
        expected: `${last ? '[batch, steps, channels]' : '[batch, channels, steps]'}, at least ${this.frameLength} steps`,
      });
    const bands = this.#bands * (this.mode === 'stft' ? 2 : 1);
    if (this.expandDims) return last ? [batch, frames, bands, channels] : [batch, channels, frames, bands];
    return last ? [batch, frames, bands * channels] : [batch, bands * channels, frames];
  }
}

/** Options of {@link MelSpectrogram}. */
export interface MelSpectrogramOptions extends LayerOptions {
  /** Length of the transform; default 2048. */
  readonly fftLength?: number;
  /** Distance of frames; default 512. */
  readonly sequenceStride?: number;
  /** Number of samples in a frame, at most fftLength; default fftLength. */
  readonly sequenceLength?: number | null;
  /** Name of a window, which is periodic, its values, or `null` for none; default `hann`. */
  readonly window?: Window;
  /** Samples in a second; default 16000. */
  readonly samplingRate?: number;
  /** Default 128. */
  readonly numMelBins?: number;
  /** Where the first band begins, in hertz; default 20. */
  readonly minFreq?: number;
  /** Where the last band ends, in hertz; default half of samplingRate. */
  readonly maxFreq?: number | null;
  /** Whether powers are given in decibels; default true. */
  readonly powerToDb?: boolean;
  /** How far below the loudest a power is at least; default 80 dB. */
  readonly topDb?: number;
  /** Exponent of the magnitude: 1 for energy, 2 for power; default 2. */
  readonly magExp?: number;
  /** Below, powers count as this; default 1e-10. */
  readonly minPower?: number;
  /** What 0 dB stands for; default 1. */
  readonly refPower?: number;
}

const { fround } = Math;

// Rounded to float32 at each step, as Keras does whatever the dtype of the layer: bands are narrow where mel is large.
const mel = (hertz: number): number => fround(1127 * fround(Math.log(fround(1 + fround(hertz / 700)))));

/** Element `i` of `n` from one number to another, as JAX's `linspace` rounds it. */
function spaced(first: number, last: number, i: number, n: number): number {
  const share = fround(i / (n - 1));
  return fround(fround(first * fround(1 - share)) + fround(last * share));
}

/**
 * Powers of signals `[batch, samples]` or `[samples]` in bands that are as wide as they are heard: → `[..., numMelBins, frames]` (`keras.layers.MelSpectrogram`).
 *
 * Signals are continued by their mirror image at both ends.
 *
 * @throws ArgumentError for lengths that do not fit each other; ShapeError for signals that are shorter than half of fftLength.
 * @example
 * import { ones } from '@isograd/autograd';
 * new MelSpectrogram({ fftLength: 16, sequenceStride: 8, numMelBins: 5, samplingRate: 8000 })(ones([2, 40])).shape // => [ 2, 5, 6 ]
 */
export class MelSpectrogram extends Layer {
  static override readonly name: string = 'MelSpectrogram';
  static override readonly saved: SavedOptions = {
    nullable: ['window'],
    options: {
      fftLength: 2048,
      sequenceStride: 512,
      sequenceLength: null,
      window: 'hann',
      samplingRate: 16000,
      numMelBins: 128,
      minFreq: 20,
      maxFreq: null,
      powerToDb: true,
      topDb: 80,
      magExp: 2,
      minPower: 1e-10,
      refPower: 1,
    },
  };
  readonly fftLength: number;
  readonly sequenceStride: number;
  readonly sequenceLength: number;
  readonly window: Window;
  readonly samplingRate: number;
  readonly numMelBins: number;
  readonly minFreq: number;
  readonly maxFreq: number;
  readonly powerToDb: boolean;
  readonly topDb: number;
  readonly magExp: number;
  readonly minPower: number;
  readonly refPower: number;
  readonly #frame: Float64Array;

  constructor(options: MelSpectrogramOptions = {}) {
    super(options);
    const where = 'MelSpectrogram';
    this.fftLength = checkLength(options.fftLength ?? 2048, where, 'fftLength');
    this.sequenceStride = checkLength(options.sequenceStride ?? 512, where, 'sequenceStride');
    this.sequenceLength = checkLength(options.sequenceLength ?? this.fftLength, where, 'sequenceLength');
    this.window = options.window === undefined ? 'hann' : options.window;
    this.samplingRate = options.samplingRate ?? 16000;
    this.numMelBins = checkLength(options.numMelBins ?? 128, where, 'numMelBins');
    this.minFreq = options.minFreq ?? 20;
    this.maxFreq = options.maxFreq ?? Math.trunc(this.samplingRate / 2);
    this.powerToDb = options.powerToDb ?? true;
    this.topDb = options.topDb ?? 80;
    this.magExp = options.magExp ?? 2;
    this.minPower = options.minPower ?? 1e-10;
    this.refPower = options.refPower ?? 1;
    if (this.sequenceLength > this.fftLength)
      throw new ArgumentError({
        where,
        what: 'a frame is longer than the transform',
        got: `sequenceLength ${this.sequenceLength}, fftLength ${this.fftLength}`,
        expected: 'sequenceLength at most fftLength',
      });
    // The window stands in the middle of the transform; without one the frame is as long as that.
    this.#frame = new Float64Array(this.fftLength);
    const values = windowOf({ window: this.window, periodic: true }, this.sequenceLength);
    if (values === null) this.#frame.fill(1);
    else this.#frame.set(Array.from(values), (this.fftLength - this.sequenceLength) >> 1);
  }

  override savedOptions(): Readonly<Record<string, unknown>> {
    const { sequenceLength, maxFreq } = this;
    return { ...this.given, sequenceLength, maxFreq };
  }

  /** Shares of the transform's bands in those that are given, `[fftLength / 2 + 1, numMelBins]`: triangles on the mel scale. */
  linearToMelWeightMatrix(): Tensor {
    const bins = (this.fftLength >> 1) + 1;
    const [first, last] = [mel(this.minFreq), mel(this.maxFreq)];
    const edges = Array.from({ length: this.numMelBins + 2 }, (_, i) => spaced(first, last, i, this.numMelBins + 2));
    const values = Array.from({ length: bins * this.numMelBins }, (_, k) => {
      const [bin, band] = [Math.floor(k / this.numMelBins), k % this.numMelBins];
      if (bin === 0) return 0;
      const at = mel(spaced(0, this.samplingRate / 2, bin, bins));
      const [low, middle, high] = edges.slice(band, band + 3) as [number, number, number];
      const up = fround(fround(at - low) / fround(middle - low));
      return Math.max(0, Math.min(up, fround(fround(high - at) / fround(high - middle))));
    });
    return asTensor(array(values, { dtype: this.dtype, shape: [bins, this.numMelBins] }));
  }

  /** Number of frames; Keras's `compute_output_shape` counts one more where the last is cut by one sample. */
  #frames(steps: number): number {
    return Math.floor((steps + 2 * (this.fftLength >> 1) - this.fftLength) / this.sequenceStride) + 1;
  }

  override call(x: Tensor): Tensor {
    this.computeOutputShape(x.shape);
    const steps = x.shape.at(-1)!;
    const half = this.fftLength >> 1;
    const frames = this.#frames(steps);
    const mirrored = (i: number): number => {
      const at = Math.abs(i - half);
      return at < steps ? at : 2 * (steps - 1) - at;
    };
    const index = Int32Array.from({ length: frames * this.fftLength }, (_, k) =>
      mirrored(Math.floor(k / this.fftLength) * this.sequenceStride + (k % this.fftLength)),
    );
    const framed = asTensor(take(x, array(index, { shape: [frames, this.fftLength] }), { axis: -1 }));
    const spectrum = asTensor(rfft(framed.mul(asTensor(array(this.#frame).astype(this.dtype)))));
    const powers = asTensor(spectrum.abs()).pow(this.magExp).matmul(this.linearToMelWeightMatrix());
    return (this.powerToDb ? this.#decibels(powers) : powers).swapaxes(-1, -2) as Tensor;
  }

  #decibels(powers: Tensor): Tensor {
    const reference = 10 * Math.log10(Math.max(Math.abs(this.refPower), this.minPower));
    const loud = asTensor(maximum(powers, this.minPower)).log10().mul(10).sub(reference);
    return asTensor(maximum(loud, loud.max().sub(this.topDb)));
  }

  override computeOutputShape(inputShape: KerasShape): KerasShape {
    const steps = inputShape.at(-1) ?? null;
    if (inputShape.length < 1 || inputShape.length > 2 || (steps !== null && steps <= this.fftLength >> 1))
      throw new ShapeError({
        where: this.label,
        what: 'the input is no signal that is long enough',
        got: showShape(inputShape),
        expected: `[batch, samples] or [samples], more than ${this.fftLength >> 1} samples`,
      });
    return [...inputShape.slice(0, -1), this.numMelBins, steps === null ? null : this.#frames(steps)];
  }
}
