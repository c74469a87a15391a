import * as autograd from '@isograd/autograd';
import * as nn from '@isograd/nn';
import { expect, test } from 'vitest';
import { opCases } from './op-cases.ts';

const table = new Set(opCases().map(({ op }) => op.name));

/** Exported functions that are on no page of derivatives, by the reason. */
const EXCUSED: { readonly [reason: string]: readonly string[] } = {
  'makes tensors of no others': [
    'arange',
    'asTensor',
    'emptyLike',
    'eye',
    'full',
    'fullLike',
    'leaf',
    'linspace',
    'ones',
    'onesLike',
    'oneHot',
    'tensor',
    'zeros',
    'zerosLike',
  ],
  'draws, which has no derivative': [
    'bernoulli',
    'binomial',
    'drawInto',
    'multinomial',
    'normal',
    'poisson',
    'rand',
    'randLike',
    'randint',
    'randintLike',
    'randn',
    'randnLike',
    'randperm',
  ],
  'is about the stream of random numbers': [
    'forkRng',
    'getRngState',
    'initialSeed',
    'manualSeed',
    'seed',
    'setRngState',
  ],
  'takes derivatives or says how': [
    'backward',
    'checkpoint',
    'customJvp',
    'customVjp',
    'grad',
    'gradcheck',
    'gradgradcheck',
    'gradients',
    'hessian',
    'hvp',
    'jacfwd',
    'jacobian',
    'jacrev',
    'jvp',
    'linearize',
    'rowKernel',
    'valueAndGrad',
    'vjp',
    'vmap',
  ],
  'stops derivatives': ['stopGradient'],
  'is a mode or a tool': [
    'checkFloat',
    'detectAnomaly',
    'enableGrad',
    'explain',
    'getPrintoptions',
    'inferenceMode',
    'isGradEnabled',
    'isInferenceModeEnabled',
    'isRecording',
    'isWatched',
    'noGrad',
    'pause',
    'profile',
    'record',
    'setGradEnabled',
    'setPrintoptions',
    'sizeString',
    'tensorRepr',
    'transformFallbacks',
    'withGradMode',
  ],
  'is about trees': ['treeFlatten', 'treeLeaves', 'treeMap', 'treeUnflatten'],
  'is another name of interpolate': ['upsample'],
  'is standardize or standardizeAffine, which are there': ['standardizeWithStats'],
  'is about the weights of models': ['getEmaAvgFn', 'getEmaMultiAvgFn', 'getSwaAvgFn', 'getSwaMultiAvgFn', 'updateBn'],
  'gives the taps of axisMap': ['tapsOf'],
};

/** The functions that packages export, by the name of their record where they have one. */
const exported = [autograd, nn, nn.functional].flatMap((module) =>
  Object.entries<unknown>({ ...module }).flatMap(([name, value]) =>
    typeof value === 'function' && /^[a-z]/.test(name)
      ? [{ name, op: (value as { spec?: { name: string } }).spec?.name ?? name }]
      : [],
  ),
);
const excused = new Set(Object.values(EXCUSED).flat());

test('every exported function that can be differentiated is on the page of derivatives, or has a reason', () => {
  expect(exported.filter(({ name, op }) => !table.has(op) && !excused.has(name)).map(({ name }) => name)).toEqual([]);
});

test('nothing is excused that is there or is not exported', () => {
  const there = new Set(exported.filter(({ op }) => !table.has(op)).map(({ name }) => name));
  expect([...excused].filter((name) => !there.has(name))).toEqual([]);
});
