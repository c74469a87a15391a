import { withObserver } from '@isograd/ndarray';
import { type AnomalyOptions, checkResults, withChecks } from './anomaly-check.ts';
import { withSites } from './call-site.ts';
import type { Immediate } from './grad-mode.ts';

/**
 * Runs a step and stops at the first op that gives NaN, or infinity from finite numbers, forward or backward (more than PyTorch's `detect_anomaly`).
 *
 * The error names the op, the line that called it, shapes and values of what it was given. Every call remembers where it was made, so that errors
 * about values written in place name both lines. Much slower than the step alone: for looking for a fault, not for training.
 *
 * @returns What `fn` returns.
 * @throws GradientError at the first anomaly.
 * @example
 * const x = tensor([0.5, 1], { requiresGrad: true });
 * detectAnomaly(() => x.log().sum()).requiresGrad // => true
 * const found = (() => {
 *   try {
 *     return detectAnomaly(() => x.sub(1).log().sum());
 *   } catch (error) {
 *     return error.message.split('\n')[0];
 *   }
 * })();
 * found // => log: gave NaN in the forward pass
 */
export function detectAnomaly<T>(fn: Immediate<T>, options: AnomalyOptions = {}): T {
  return withSites(() => withChecks(options, () => withObserver(checkResults, fn))) as T;
}
