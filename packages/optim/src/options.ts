/** Options with all of them there, as groups keep them. */
export type Settings<O> = { -readonly [K in keyof O]-?: O[K] };

/** Options of every optimizer. */
export interface LearningOptions {
  /** Learning rate, from 0. */
  readonly lr?: number;
  /** Whether to climb instead of descend; default false. */
  readonly maximize?: boolean;
}

/** Options of optimizers with an L2 penalty. */
export interface DecayOptions extends LearningOptions {
  /** Share of each weight, from 0, that is added to its gradient; where decay is decoupled it is taken off the weight, times the learning rate. */
  readonly weightDecay?: number;
}

/** Options of optimizers with running means of the gradient and of its square. */
export interface MomentsOptions extends DecayOptions {
  /** Decay of the running means of the gradient and of its square (or size), each from 0 to below 1; default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** Added to the denominator, from 0; default 1e-8. */
  readonly eps?: number;
}

/** Options of optimizers whose decay may leave the gradient alone. */
export interface DecouplingOptions extends MomentsOptions {
  /** Whether weight decay shortens the weights and does not enter the running means (Loshchilov & Hutter 2019). */
  readonly decoupledWeightDecay?: boolean;
}
