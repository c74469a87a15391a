export * from '@isograd/ndarray/ops';
export * from '@isograd/autograd';
export * as nn from '@isograd/nn';
export * as optim from '@isograd/optim';
