import { array, Complex, complex as number } from '@isograd/ndarray';
import { describe, expect, test } from 'vitest';
import { complex, gradients, tensor, type Tensor, viewAsComplex, viewAsReal } from '../src/index.ts';

const parts = (x: Tensor | null): unknown => viewAsReal(x!).tolist();
const pair = (requiresGrad = true): Tensor =>
  tensor(array([number(1, 2), number(-3, 0.5)]), { dtype: 'complex128', requiresGrad });

// Values of PyTorch 2.15.
describe('complex tensors differentiate by the convention of PyTorch', () => {
  test('the gradient of |z|² is 2 z, the direction of steepest ascent', () => {
    const z = pair();
    z.abs().square().sum().backward();
    expect(z.grad!.dtype).toBe('complex128');
    expect(viewAsReal(z.grad!).round(12).tolist()).toEqual([
      [2, 4],
      [-6, 1],
    ]);
  });

  test('a real input beside a complex one has a real gradient', () => {
    const [z, r] = [pair(), tensor([2, 5], { dtype: 'float64', requiresGrad: true })];
    z.mul(r).imag.sum().backward();
    expect(r.grad!.dtype).toBe('float64');
    expect(r.grad!.tolist()).toEqual([2, 0.5]);
    expect(parts(z.grad)).toEqual([
      [0, 2],
      [0, 5],
    ]);
  });

  test('parts taken, joined and viewed are the same leaf', () => {
    const z = pair();
    const [a] = gradients(
      [
        viewAsReal(z)
          .mul(tensor([3, 7], { dtype: 'float64' }))
          .sum(),
      ],
      [z],
    );
    const [b] = gradients(
      [
        complex(z.real as Tensor, z.imag as Tensor)
          .real.mul(3)
          .add(z.imag.mul(7))
          .sum() as Tensor,
      ],
      [z],
    );
    expect(parts(a!)).toEqual(parts(b!));
    expect(parts(a!)).toEqual([
      [3, 7],
      [3, 7],
    ]);
  });

  test('writes into a view are seen by what it views', () => {
    const z = pair(false).clone();
    viewAsReal(z).mul_(2);
    expect(parts(z)).toEqual([
      [2, 4],
      [-6, 1],
    ]);
    const x = tensor([1, 2], { dtype: 'float64' });
    expect(viewAsComplex(x).item()).toEqual(new Complex(1, 2));
  });

  test('backward starts from a real number', () => {
    const z = pair();
    expect(() => z.sum().backward()).toThrow('a gradient can be started from a real number only');
    z.sum().backward(tensor(array(number(0, 1)), { dtype: 'complex128' }));
    expect(parts(z.grad)).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});
