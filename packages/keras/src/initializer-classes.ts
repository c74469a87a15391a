import type { Initializer } from './initializer.ts';
import * as make from './initializers.ts';
import { stft } from './stft-initializer.ts';

/** An initialiser as Keras's classes are called: with `new`, or without. */
export type InitializerClass<F extends (...args: never[]) => Initializer> = F &
  (new (...args: Parameters<F>) => Initializer);

// A function that gives an object gives it to `new` too.
const asClass = <F extends (...args: never[]) => Initializer>(f: F): InitializerClass<F> => f as InitializerClass<F>;

/** {@link make.constant} as a class (`keras.initializers.Constant`). */
export const Constant: InitializerClass<typeof make.constant> = /* @__PURE__ */ asClass(make.constant);
/** {@link make.glorotNormal} as a class (`keras.initializers.GlorotNormal`). */
export const GlorotNormal: InitializerClass<typeof make.glorotNormal> = /* @__PURE__ */ asClass(make.glorotNormal);
/** {@link make.glorotUniform} as a class (`keras.initializers.GlorotUniform`). */
export const GlorotUniform: InitializerClass<typeof make.glorotUniform> = /* @__PURE__ */ asClass(make.glorotUniform);
/** {@link make.heNormal} as a class (`keras.initializers.HeNormal`). */
export const HeNormal: InitializerClass<typeof make.heNormal> = /* @__PURE__ */ asClass(make.heNormal);
/** {@link make.heUniform} as a class (`keras.initializers.HeUniform`). */
export const HeUniform: InitializerClass<typeof make.heUniform> = /* @__PURE__ */ asClass(make.heUniform);
/** {@link make.identity} as a class (`keras.initializers.Identity`). */
export const Identity: InitializerClass<typeof make.identity> = /* @__PURE__ */ asClass(make.identity);
/** {@link make.lecunNormal} as a class (`keras.initializers.LecunNormal`). */
export const LecunNormal: InitializerClass<typeof make.lecunNormal> = /* @__PURE__ */ asClass(make.lecunNormal);
/** {@link make.lecunUniform} as a class (`keras.initializers.LecunUniform`). */
export const LecunUniform: InitializerClass<typeof make.lecunUniform> = /* @__PURE__ */ asClass(make.lecunUniform);
/** {@link make.ones} as a class (`keras.initializers.Ones`). */
export const Ones: InitializerClass<typeof make.ones> = /* @__PURE__ */ asClass(make.ones);
/** {@link make.orthogonal} as a class (`keras.initializers.Orthogonal`). */
export const Orthogonal: InitializerClass<typeof make.orthogonal> = /* @__PURE__ */ asClass(make.orthogonal);
/** {@link make.randomNormal} as a class (`keras.initializers.RandomNormal`). */
export const RandomNormal: InitializerClass<typeof make.randomNormal> = /* @__PURE__ */ asClass(make.randomNormal);
/** {@link make.randomUniform} as a class (`keras.initializers.RandomUniform`). */
export const RandomUniform: InitializerClass<typeof make.randomUniform> = /* @__PURE__ */ asClass(make.randomUniform);
/** {@link make.truncatedNormal} as a class (`keras.initializers.TruncatedNormal`). */
export const TruncatedNormal: InitializerClass<typeof make.truncatedNormal> = /* @__PURE__ */ asClass(
  make.truncatedNormal,
);
/** {@link make.varianceScaling} as a class (`keras.initializers.VarianceScaling`). */
export const VarianceScaling: InitializerClass<typeof make.varianceScaling> = /* @__PURE__ */ asClass(
  make.varianceScaling,
);
/** {@link make.zeros} as a class (`keras.initializers.Zeros`). */
export const Zeros: InitializerClass<typeof make.zeros> = /* @__PURE__ */ asClass(make.zeros);
/** {@link stft} as a class (`keras.initializers.STFT`). */
export const STFT: InitializerClass<typeof stft> = /* @__PURE__ */ asClass(stft);
/** Another name of {@link Identity}. */
export { Identity as IdentityInitializer, Orthogonal as OrthogonalInitializer, STFT as STFTInitializer };
