import { appendFile, fileExists, readFile, writeFile } from '@isograd/ndarray/files';
import { Callback, type Logs } from './callback.ts';

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions {
  /** Between two columns; default a comma. */
  readonly separator?: string;
  /** Whether lines are added to a file that is there; default false: it is written anew. */
  readonly append?: boolean;
}

/** A field of a CSV file; quoted where it must be. */
function field(value: string, separator: string): string {
  return value.includes(separator) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/**
 * Writes the numbers of each epoch into a file (`keras.callbacks.CSVLogger`): `epoch`, then all that is reported by name.
 *
 * The columns are those of the first epoch. A number that is missing later is `NA`.
 *
 * @throws DeviceError where there are no files; DataError when the file cannot be written.
 */
export class CSVLogger extends Callback {
  readonly #filename: string;
  readonly #separator: string;
  readonly #append: boolean;
  #keys: readonly string[] | undefined;
  #header = true;

  constructor(filename: string, { separator = ',', append = false }: CSVLoggerOptions = {}) {
    super();
    this.#filename = filename;
    this.#separator = separator;
    this.#append = append;
  }

  override onTrainBegin(): void {
    this.#keys = undefined;
    const there = this.#append && fileExists(this.#filename, 'CSVLogger');
    this.#header = !there || readFile(this.#filename, 'CSVLogger').length === 0;
    if (!there) writeFile(this.#filename, new Uint8Array(), 'CSVLogger');
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    if (!this.#keys) {
      const keys = Object.keys(logs).sort();
      // As Keras: without validation in the first epoch there is a column for each of its numbers all the same.
      this.#keys = keys.some((key) => key.startsWith('val_')) ? keys : [...keys, ...keys.map((key) => `val_${key}`)];
      if (this.#header) this.#write(['epoch', ...this.#keys]);
    }
    this.#write([String(epoch), ...this.#keys.map((key) => String(logs[key] ?? 'NA'))]);
  }

  #write(fields: readonly string[]): void {
    const line = fields.map((text) => field(text, this.#separator)).join(this.#separator);
    appendFile(this.#filename, new TextEncoder().encode(`${line}\r\n`), 'CSVLogger');
  }
}
