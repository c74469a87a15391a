export * from './arithmetic.ts';
export * from './comparison.ts';
export * from './copying.ts';
export * from './linalg.ts';
export * from './reductions.ts';
export * from './views.ts';
