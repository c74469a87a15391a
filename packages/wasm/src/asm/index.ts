// The assembler, for packages with kernels of their own.
export type { FunctionBuilder, Local, Signature } from './function-builder.ts';
export { ModuleBuilder } from './module-builder.ts';
export { f64, i32 } from './scalar.ts';
export { f64x2, i64x2, v128 } from './simd.ts';
export type { I32, Value, Vec } from './value.ts';
