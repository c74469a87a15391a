import { DataError } from '@isograd/device';
import type { OpenMnist } from './train.ts';

/** MNIST from files beside the page. */
export const fetchMnist: OpenMnist = async (name) => {
  const response = await fetch(`/mnist/${name}`);
  if (response.ok && response.body !== null) return response.body;
  throw new DataError({
    where: 'fetchMnist',
    what: 'the server has no such file',
    got: `${response.status} for /mnist/${name}`,
    expected: 'a file of the sample in @isograd/datasets',
    hint: 'serve packages/datasets/data as /mnist',
  });
};
