import { expect, test } from 'vitest';
import { typescriptName } from './naming.ts';

test.each([
  ['expand_dims', 'expandDims'],
  ['zeros_like', 'zerosLike'],
  ['atleast_1d', 'atleast1d'],
  ['max_pool2d_with_indices', 'maxPool2dWithIndices'],
  ['kaiming_uniform_', 'kaimingUniform_'],
  ['c_', 'c_'],
  ['l1_l2', 'l1L2'],
  ['a_b_c', 'aBC'],
  ['CrossEntropyLoss', 'CrossEntropyLoss'],
  ['argmax', 'argmax'],
])('%s is %s', (python, name) => {
  expect(typescriptName(python)).toBe(name);
});
