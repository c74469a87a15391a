import type { NDArray } from '../array.ts';
import { BitGenerator, type Size } from './bit-generator.ts';
import { defaultRng, Generator } from './generator.ts';
import { MT19937 } from './mt19937-bits.ts';
import { PCG64, PCG64DXSM } from './pcg64.ts';
import { Philox } from './philox.ts';
import { RandomState } from './random-state.ts';
import { SeedSequence } from './seed-sequence.ts';
import { SFC64 } from './sfc64.ts';
import { setSource } from './source.ts';

/** Everything that Python has as `np.random`: a shared legacy generator, and what makes others. */
export class RandomModule extends RandomState {
  /** {@link defaultRng} */
  readonly defaultRng: typeof defaultRng = defaultRng;
  /** {@link Generator} */
  readonly Generator: typeof Generator = Generator;
  /** {@link RandomState} */
  readonly RandomState: typeof RandomState = RandomState;
  /** {@link SeedSequence} */
  readonly SeedSequence: typeof SeedSequence = SeedSequence;
  /** {@link BitGenerator} */
  readonly BitGenerator: typeof BitGenerator = BitGenerator;
  /** {@link MT19937} */
  readonly MT19937: typeof MT19937 = MT19937;
  /** {@link PCG64} */
  readonly PCG64: typeof PCG64 = PCG64;
  /** {@link PCG64DXSM} */
  readonly PCG64DXSM: typeof PCG64DXSM = PCG64DXSM;
  /** {@link Philox} */
  readonly Philox: typeof Philox = Philox;
  /** {@link SFC64} */
  readonly SFC64: typeof SFC64 = SFC64;

  /** Uniform values in [0, 1); an old name of `randomSample`. */
  ranf(): number;
  ranf(size: Size): NDArray;
  ranf(size?: Size): NDArray | number {
    return this.randomSample(size as Size);
  }

  /** Uniform values in [0, 1); an old name of `randomSample`. */
  sample(): number;
  sample(size: Size): NDArray;
  sample(size?: Size): NDArray | number {
    return this.randomSample(size as Size);
  }

  /** The bit generator under the shared generator. */
  getBitGenerator(): BitGenerator {
    return this.bitGenerator;
  }

  /** Puts another bit generator under the shared generator. */
  setBitGenerator(bitGenerator: BitGenerator): void {
    setSource(this, bitGenerator);
  }
}

/**
 * The random generator that all share when they ask for none of their own; unpredictable until `random.seed(n)`.
 *
 * @example
 * random.seed(0);
 * random.rand() // => 0.5488135039273248
 * random.randn(2, 3).shape // => [ 2, 3 ]
 * random.defaultRng(42).integers(10) // => 0
 */
export const random: RandomModule = /* @__PURE__ */ new RandomModule();
