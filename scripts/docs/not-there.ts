/** Why a name of a library has no counterpart, by our name. */
type Reasons = Readonly<Record<string, string>>;

const because = (reason: string, ...names: readonly string[]): Reasons =>
  Object.fromEntries(names.map((name) => [name, reason]));

const NUMPY: Reasons = {
  ...because('`true` and `false` are what JavaScript has', 'False_', 'True_'),
  ...because('dtypes are strings here: there are no scalar types to list', 'ScalarType', 'sctypeDict', 'typecodes'),
  ...because(
    'dates and business days are left to `Temporal` and its libraries',
    'busdayCount',
    'busdayOffset',
    'busdaycalendar',
    'datetimeAsString',
    'datetimeData',
    'isBusday',
    'isnat',
  ),
  ...because('NumPy itself advises against matrices; arrays do the same', 'asmatrix', 'bmat', 'matrix'),
  ...because(
    'JavaScript raises no floating-point flags, so there is nothing to warn of or to call',
    'errstate',
    'geterr',
    'geterrcall',
    'seterr',
    'seterrcall',
  ),
  ...because('ufuncs have no buffer here', 'getbufsize', 'setbufsize'),
  ...because('it is about the C build of NumPy', 'getInclude', 'showConfig', 'showRuntime', 'test'),
  info: 'the documentation stands beside the types, where editors show it',
  memmap: 'JavaScript cannot map files into memory; `load` and `fromfile` read them',
  ndarray: 'the class is `NDArray`, arrays are made by `array`, `zeros`, ...',
  nestedIters: 'loops over `ndindex` nest as they are',
  recarray: 'there are no structured dtypes',
  ufunc: 'every element-wise function carries `reduce`, `outer`, ... itself; the type is `BinaryOp`',
};

const ARRAY: Reasons = {
  ...because('it is about memory that C code would read', 'ctypes', 'dump', 'dumps', 'getfield', 'setfield'),
  ...because(
    'there is one kind of memory; which device computes is a setting of the whole program',
    'device',
    'toDevice',
  ),
  base: 'views share a `storage`; which array made it is not kept',
  byteswap: 'memory is in the order of the machine; files of either order are read by `load` and `frombuffer`',
  flags: '`contiguous` says whether elements lie in C order; `checkWritable` whether they may be written',
  flat: '`flatiter(x)` walks, `x.ravel()` gives the elements, `x.set` writes them',
  resize: 'memory does not grow in place; the function `resize` makes another array',
  setflags: 'what may be written follows from the layout; there are no flags to set',
  ...because(
    'the function of the same name does it; as a method it would come along into every bundle',
    'argpartition',
    'choose',
    'compress',
    'partition',
    'put',
    'searchsorted',
    'tofile',
  ),
};

const KERAS_LAYERS: Reasons = {
  FlaxLayer: 'it wraps a module of Flax, which is Python',
  JaxLayer: 'it wraps a function of JAX, which is Python',
  TFSMLayer: 'it runs a SavedModel, which needs TensorFlow',
  TorchModuleWrapper: 'it wraps a module of PyTorch in Python; modules of `nn` are called in a layer as they are',
};

const KERAS_CALLBACKS: Reasons = {
  OrbaxCheckpoint: 'Orbax is a library and a format of Python; `ModelCheckpoint` and `BackupAndRestore` save',
};

const NN: Reasons = {
  NLLLoss2d: 'PyTorch itself has it for old code alone; `NLLLoss` takes images',
  Container: 'PyTorch keeps the name for old files alone; `Module` is the base',
  SyncBatchNorm: 'there is one device, so `BatchNorm1d`, `2d`, `3d` see the whole batch',
  DataParallel: 'there is one device, so nothing to share a batch among',
  Buffer: '`registerBuffer` names a buffer',
  CrossMapLRN2d: 'PyTorch keeps it for old code alone; `LocalResponseNorm` computes the same',
  UninitializedBuffer: 'lazy layers hold a buffer without elements until their first input',
  UninitializedParameter: 'lazy layers hold a parameter without elements until their first input',
};

const INIT: Reasons = because(
  'PyTorch has deprecated it for the name with an underscore',
  'constant',
  'dirac',
  'eye',
  'kaimingNormal',
  'kaimingUniform',
  'normal',
  'orthogonal',
  'sparse',
  'uniform',
  'xavierNormal',
  'xavierUniform',
);

const NN_UTILS: Reasons = {
  ...because('PyTorch has deprecated it', 'clipGradNorm'),
  ...because(
    'PyTorch has deprecated it for `parametrizations`',
    'removeSpectralNorm',
    'removeWeightNorm',
    'spectralNorm',
    'weightNorm',
  ),
  ...because('arrays have one memory format', 'convertConv2dWeightMemoryFormat', 'convertConv3dWeightMemoryFormat'),
};

/** By namespace of the library, then by our name; the reason goes onto the page. */
export const NOT_THERE: Readonly<Record<string, Reasons>> = {
  numpy: NUMPY,
  'numpy.ndarray': ARRAY,
  'torch.nn.init': INIT,
  'torch.nn.utils': NN_UTILS,
  'keras.layers': KERAS_LAYERS,
  'keras.callbacks': KERAS_CALLBACKS,
  'torch.nn': NN,
};
