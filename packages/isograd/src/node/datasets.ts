export * from '@isograd/datasets';
export * from '@isograd/datasets/node';
