export * from './initializers.ts';
export * from './initializer-classes.ts';
