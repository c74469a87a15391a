import { ArgumentError, DataError } from '@isograd/device';
import { array, type NDArray, type RandomState } from '@isograd/ndarray';
import { fileExists, makeFolder, readFile, removeFiles, writeFile } from '@isograd/ndarray/files';
import { type Hdf5Group, Hdf5Node, openHdf5, toHdf5 } from '@isograd/ndarray/hdf5';
import type { Model } from '../model.ts';
import { optimizerTree } from '../saving/compiling.ts';
import { assign, findWeights, weightsTree } from '../saving/weights.ts';
import type { Place, Position } from '../training/position.ts';
import { Callback } from './callback.ts';

/** Options of {@link BackupAndRestore}. */
export interface BackupAndRestoreOptions {
  /** After each epoch, or after so many batches; default `epoch`. */
  readonly saveFreq?: 'epoch' | number;
  /** Whether the backup before the last one is kept too, for one that is damaged; default false. */
  readonly doubleCheckpoint?: boolean;
  /** Whether the backup is removed when the training has come to its end; default true. */
  readonly deleteCheckpoint?: boolean;
}

type State = ReturnType<RandomState['getState']>;

const WHERE = 'BackupAndRestore';
const LATEST = 'latest.weights.h5';
const BEFORE = `${LATEST}.bkp`;
const WORDS = 624;

/** Generators in rows `[generators, 627]`: the words, the position among them, whether a normal value is kept, and which. */
function packed(states: readonly State[]): NDArray {
  return array(
    states.map(({ key, pos, gauss }) => [...key, pos, gauss === null ? 0 : 1, gauss ?? 0]),
    { dtype: 'float64' },
  );
}

function unpacked(rows: NDArray): State[] {
  return (rows.tolist() as number[][]).map((row) => ({
    key: Uint32Array.from(row.slice(0, WORDS)),
    pos: row[WORDS]!,
    gauss: row[WORDS + 1] === 1 ? row[WORDS + 2]! : null,
  }));
}

/** The bytes of a backup: a file of weights as Keras has it, and where the training stands. */
function backupBytes(model: Model, { epoch, batch, begin, now }: Place): Uint8Array {
  const optimizer = optimizerTree(model);
  const training = { place: array([epoch, batch]), begin: packed(begin), now: packed(now) };
  return toHdf5({ ...weightsTree(model), ...(optimizer && { optimizer }), training: new Hdf5Node(training, {}) });
}

function variablesOf(file: Hdf5Group): readonly NDArray[] {
  if (!file.has('optimizer/vars')) return [];
  const vars = file.get('optimizer/vars') as Hdf5Group;
  return vars.keys().map((_, i) => vars.array(String(i)));
}

/**
 * Writes down after each epoch all that a training needs to go on, and goes on from there when it starts again
 * (`keras.callbacks.BackupAndRestore`).
 *
 * One file holds the weights, the optimizer, the epoch, the batch, and the generators that orders and dropout are drawn from;
 * it is there as a whole, or as it was before. A training that was interrupted ends with the weights, bit for bit, that it would have had.
 * The order of an iterable is its own; of an epoch that is resumed in its middle, metrics count the batches that were left.
 *
 * @param backupDir Folder for the backup of this training alone; it is made where there is none.
 * @throws ArgumentError for an empty path or a frequency that is none; DataError when the backup is damaged or of another model; DeviceError where there are no files.
 * @example
 * const model = new Sequential([Input({ shape: [1] }), new layers.Dense(1)]);
 * model.compile({ optimizer: 'adam', loss: 'mse' });
 * const backup = new callbacks.BackupAndRestore('/tmp/isograd-backup', { saveFreq: 100 });
 * await model.fit([[1]], [[2]], { epochs: 3, verbose: 0, callbacks: [backup] });
 * model.optimizer.iterations // => 3
 */
export class BackupAndRestore extends Callback {
  readonly #folder: string;
  readonly #options: Required<BackupAndRestoreOptions>;
  #sinceSaving = 0;

  constructor(backupDir: string, options: BackupAndRestoreOptions = {}) {
    super();
    this.#options = { saveFreq: 'epoch', doubleCheckpoint: false, deleteCheckpoint: true, ...options };
    const { saveFreq } = this.#options;
    const bad = (what: string, got: string, expected: string): never => {
      throw new ArgumentError({ where: WHERE, what, got, expected });
    };
    if (!backupDir) bad('the path of the folder is empty', "''", 'a folder for the backup');
    if (saveFreq !== 'epoch' && !(Number.isInteger(saveFreq) && saveFreq > 0))
      bad('saveFreq is no frequency', String(saveFreq), "'epoch', or a number of batches");
    this.#folder = backupDir;
  }

  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }

  #position(): Position {
    return this.params.position!;
  }

  override onTrainBegin(): void {
    this.#sinceSaving = 0;
    const [latest, before] = [LATEST, BEFORE].map((name) => this.#path(name)) as [string, string];
    if (!fileExists(latest, WHERE)) return;
    try {
      this.#restore(latest);
    } catch (error) {
      if (!(error instanceof DataError) || !fileExists(before, WHERE)) throw error;
      this.#restore(before);
    }
  }

  /** Takes over a backup; all is read and checked before anything is written. */
  #restore(path: string): void {
    const model = this.model as Model;
    const file = openHdf5(readFile(path, WHERE));
    const found = findWeights(model, file, WHERE);
    const variables = variablesOf(file);
    const [epoch, batch] = file.array('training/place').tolist() as [number, number];
    const [begin, now] = [unpacked(file.array('training/begin')), unpacked(file.array('training/now'))];
    const { optimizer } = model;
    optimizer.build(model.trainableWeights);
    const old = model.getWeights();
    assign(found, WHERE);
    try {
      if (variables.length > 0) optimizer.restore(variables);
    } catch (error) {
      model.setWeights(old);
      throw error;
    }
    this.#position().restore({ epoch, batch, begin, now }, this.params.steps);
  }

  override onTrainBatchEnd(): void {
    const { saveFreq } = this.#options;
    if (saveFreq === 'epoch' || ++this.#sinceSaving < saveFreq) return;
    this.#sinceSaving = 0;
    this.#save();
  }

  override onEpochEnd(): void {
    if (this.#options.saveFreq === 'epoch') this.#save();
  }

  #save(): void {
    makeFolder(this.#folder, WHERE);
    const latest = this.#path(LATEST);
    const bytes = backupBytes(this.model as Model, this.#position().place());
    if (this.#options.doubleCheckpoint && fileExists(latest, WHERE))
      writeFile(this.#path(BEFORE), readFile(latest, WHERE), WHERE);
    writeFile(latest, bytes, WHERE);
  }

  override onTrainEnd(): void {
    const isOver = !this.params.signal?.aborted;
    if (this.#options.deleteCheckpoint && isOver) removeFiles(this.#folder, [LATEST, BEFORE], WHERE);
  }
}
