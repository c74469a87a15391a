/** What Python prints for a value in the line of a module. */
export type PythonValue = number | boolean | string | null | undefined | readonly PythonValue[];

/** A value as Python prints it: `True`, `None`, `(2, 3)`; a single number in a list keeps its comma. */
export function pythonText(value: PythonValue): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number') return pythonNumber(value);
  const items = value.map(pythonText).join(', ');
  return `(${items}${value.length === 1 ? ',' : ''})`;
}

function pythonNumber(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  return String(value);
}

/** A number as Python prints a float: `1.0`. */
export const pythonFloat = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : pythonNumber(value);

/** Named values as they stand between the parentheses of a module: `p=0.5, inplace=False`. */
export const pythonArguments = (values: Readonly<Record<string, PythonValue>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${pythonText(value)}`)
    .join(', ');

/** A name as PyTorch spells it: `inFeatures` is `in_features`. */
export const pythonName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
