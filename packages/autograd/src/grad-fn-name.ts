/** PyTorch's words where its function is called otherwise than NumPy's, or has several backward functions. */
const NAMES: { readonly [op: string]: string } = {
  absolute: 'AbsBackward0',
  astype: 'ToCopyBackward0',
  broadcastTo: 'ExpandBackward0',
  clip: 'ClampBackward1',
  concatenate: 'CatBackward0',
  copy: 'CloneBackward0',
  copySlices: 'CopySlices',
  divide: 'DivBackward0',
  log1p: 'Log1PBackward0',
  max: 'AmaxBackward0',
  min: 'AminBackward0',
  multiply: 'MulBackward0',
  negative: 'NegBackward0',
  power: 'PowBackward0',
  reshape: 'ViewBackward0',
  square: 'PowBackward0',
  subtract: 'SubBackward0',
  transpose: 'PermuteBackward0',
};

// A product of vectors, of a matrix and a vector, of matrices, and of stacks of them are four functions there.
const PRODUCTS = ['DotBackward0', 'MvBackward0', 'MmBackward0', 'UnsafeViewBackward0'];

/** What PyTorch prints as `grad_fn` of the result of an op: `MulBackward0` for `multiply`. */
export function gradFnName({ name: op, ...spec }: { readonly name: string }, ndim: number): string {
  if ('runsUserCode' in spec) return `${op}Backward`;
  if (op === 'matmul') return PRODUCTS[Math.min(ndim, 3)]!;
  return NAMES[op] ?? `${op[0]!.toUpperCase()}${op.slice(1)}Backward0`;
}
