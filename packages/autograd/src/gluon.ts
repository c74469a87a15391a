import { enableGrad, type Immediate, isGradEnabled, noGrad } from './grad-mode.ts';
import { zeros } from './creation.ts';
import { Tensor } from './tensor.ts';

/** What a new gradient does to the old one: takes its place, is added, or there is none. */
export type GradReq = 'write' | 'add' | 'null';

/** Gluon's methods of tensors. */
export interface GluonMethods<Self> {
  /**
   * Makes it a leaf with a gradient of zeros; a backward pass writes over it by default, so that nothing needs to be zeroed (Gluon's `attach_grad`).
   *
   * @example
   * const w = tensor([1, 2], { dtype: 'float32' }).attachGrad();
   * for (let step = 0; step < 2; step++) record(() => w.mul(w).sum()).backward();
   * w.grad.tolist() // => [ 2, 4 ]
   */
  attachGrad(gradReq?: GradReq): Self;
}

/**
 * Gluon's word for {@link enableGrad}.
 *
 * @example
 * const w = tensor([3], { dtype: 'float32' }).attachGrad();
 * record(() => w.mul(w)).backward();
 * w.grad.tolist() // => [ 6 ]
 */
export function record<T>(fn: Immediate<T>): T {
  return enableGrad(fn);
}

/** Gluon's word for {@link noGrad}. */
export function pause<T>(fn: Immediate<T>): T {
  return noGrad(fn);
}

/** Gluon's word for {@link isGradEnabled}. */
export function isRecording(): boolean {
  return isGradEnabled();
}

/** Puts Gluon's methods on the prototype; called once when the package is loaded. */
export function attachGluon(): void {
  Object.defineProperty(Tensor.prototype, 'attachGrad', {
    value(this: Tensor, gradReq: GradReq = 'write'): Tensor {
      this.detach_().requiresGrad_(gradReq !== 'null');
      const { node } = this;
      if (node?.kind === 'leaf') node.overwrites = gradReq === 'write';
      this.grad = gradReq === 'null' ? null : zeros(this.shape, { dtype: this.dtype });
      return this;
    },
    writable: true,
    configurable: true,
  });
}
