import { IsogradError } from '@isograd/device';

/**
 * A matrix on which an algorithm of linear algebra cannot work: singular, not positive definite, not square, or one that does not converge.
 *
 * @example
 * new LinAlgError({ where: 'inv', what: 'Singular matrix' }).name // => LinAlgError
 */
export class LinAlgError extends IsogradError {
  override get name(): string {
    return 'LinAlgError';
  }
}
