export * from '../index.ts';
export * as datasets from './datasets.ts';
export * as plt from '@isograd/plot/node';
