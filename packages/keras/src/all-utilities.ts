export * from './plotting/index.ts';
export * from './preparing.ts';
