/** Names that isograd has with another meaning than the library: they do not count as there. */
type Meanings = Readonly<Record<string, string>>;

// Ops are NumPy's where the two libraries disagree, on tensors too.
const NUMPY_ON_TENSORS: Meanings = {
  equal: 'compares element by element; PyTorch gives one bool',
  flip: 'is a view, so that a write into it is seen by the other; PyTorch copies',
  max: 'with an axis gives the values alone, without their positions',
  min: 'with an axis gives the values alone, without their positions',
  nonzero: 'gives one list of positions an axis, not one row an element',
  scatterAdd: 'takes the indices before the axis',
  split: 'takes the number of parts; PyTorch takes their length',
  std: "divides by n, NumPy's default; PyTorch by n - 1",
  transpose: 'takes the order of all axes; PyTorch swaps two',
  var: "divides by n, NumPy's default; PyTorch by n - 1",
};

/** By namespace of the library, then by our name; the reason goes onto the page. */
export const OTHER_MEANINGS: Readonly<Record<string, Meanings>> = {
  'numpy.ndarray': { strides: 'counts elements; NumPy counts bytes' },
  torch: {
    ...NUMPY_ON_TENSORS,
    asTensor: 'takes arrays alone; lists are for `tensor`',
    sort: 'gives the values alone, without their positions',
  },
  'torch.Tensor': {
    ...NUMPY_ON_TENSORS,
    sort: 'is refused; the function gives the values alone, without their positions',
    data: 'is the typed array; PyTorch gives a tensor without history, which is `detach()`',
    size: 'is the number of elements; PyTorch gives the lengths of the axes, which are `shape`',
  },
  'torch.autograd': { grad: "is JAX's, function in and function out; PyTorch's is `gradients`" },
};
