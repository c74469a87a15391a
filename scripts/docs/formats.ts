import { keras as kerasAll, torch } from 'isograd';
import { load, save, savez } from '@isograd/ndarray/io';
import { loadSafetensors, saveSafetensors } from '@isograd/ndarray/safetensors';
import { openHdf5, toHdf5 } from '@isograd/ndarray/hdf5';

const keras = kerasAll.saving;
const nn = torch.nn.saving;

type Named = { readonly name: string };

/** A file format of the libraries, what reads and writes it here, and the tests that hold it. */
export interface Format {
  readonly format: string;
  readonly read: readonly Named[];
  readonly write: readonly Named[];
  /** Why one of the two is missing, or what is not read of it. */
  readonly but?: string;
  /** Golden files, without their ending. */
  readonly goldens?: readonly string[];
  /** Test files. */
  readonly tests: readonly string[];
}

const KERAS_TESTS = ['packages/keras/test/saving.test.ts', 'parity-tests/src/saving.test.ts'];

/** The formats, those of whole models first. Libraries cannot list them, so this table is kept by hand; a test holds its files to be there. */
export const FORMATS: readonly Format[] = [
  {
    format: '`.keras` of Keras 3, with optimizer',
    read: [keras.loadModel],
    write: [keras.saveModel, keras.modelBytes],
    goldens: ['keras-saving'],
    tests: [...KERAS_TESTS, 'packages/keras/test/resume.test.ts'],
  },
  {
    format: '`.h5` of Keras 2 and 3, with optimizer',
    read: [keras.loadModel],
    write: [keras.saveModel, keras.modelBytes],
    goldens: ['keras-saving'],
    tests: [...KERAS_TESTS, 'packages/keras/test/resume.test.ts'],
  },
  {
    format: '`.weights.h5` and `.npz` of Keras 3',
    read: [keras.loadWeights],
    write: [keras.saveWeights, keras.weightsBytes],
    goldens: ['keras-saving'],
    tests: KERAS_TESTS,
  },
  {
    format: 'JSON of a Keras model',
    read: [keras.modelFromJson],
    write: [keras.toJson],
    goldens: ['keras-saving'],
    tests: KERAS_TESTS,
  },
  {
    format: '`model.json` with weights of TensorFlow.js, layers model',
    read: [keras.loadTfjs],
    write: [keras.saveTfjs, keras.toTfjs],
    tests: ['packages/keras/test/saving.test.ts'],
  },
  {
    format: '`.pt`, `.pth` of PyTorch: tensors and state dicts',
    read: [nn.loadTorch, nn.loadTorchStateDict],
    write: [],
    but: 'state dicts are written as safetensors, which PyTorch reads',
    goldens: ['torch-files'],
    tests: ['packages/nn/test/torch-files.test.ts'],
  },
  {
    format: 'ONNX, of Keras models (`@isograd/keras/onnx`) and modules (`@isograd/nn/onnx`)',
    read: [],
    write: [{ name: 'saveOnnx' }, { name: 'toOnnx' }],
    but: 'what is exported is run by ONNX Runtime',
    goldens: ['onnx'],
    tests: ['parity-tests/src/onnx.test.ts', 'packages/nn/test/onnx.test.ts', 'packages/keras/test/onnx.test.ts'],
  },
  {
    format: 'event files of TensorBoard',
    read: [],
    write: [kerasAll.callbacks.TensorBoard],
    but: 'TensorBoard reads them',
    goldens: ['keras-tensorboard'],
    tests: ['packages/keras/test/tensorboard.test.ts', 'parity-tests/src/tensorboard.test.ts'],
  },
  {
    format: 'safetensors',
    read: [loadSafetensors],
    write: [saveSafetensors],
    tests: ['packages/ndarray/test/safetensors.test.ts'],
  },
  {
    format: 'HDF5, as h5py writes arrays',
    read: [openHdf5],
    write: [toHdf5],
    goldens: ['numpy-hdf5'],
    tests: ['packages/ndarray/test/hdf5.test.ts'],
  },
  {
    format: '`.npy` and `.npz` of NumPy',
    read: [load],
    write: [save, savez],
    tests: ['packages/ndarray/test/io-goldens.test.ts', 'packages/ndarray/test/io-damage.test.ts'],
  },
];
