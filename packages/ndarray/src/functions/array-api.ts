import { type DType, DTYPE_NAMES, DTYPES } from '@isograd/device';

/** What {@link __arrayNamespaceInfo__} tells. */
export interface ArrayNamespaceInfo {
  /** What the library can do that not every one can. */
  capabilities(): Readonly<Record<string, boolean | number>>;
  /** Where arrays live unless said otherwise. */
  defaultDevice(): string;
  /** Dtypes of arrays that are made without one. */
  defaultDtypes(): { readonly [kind: string]: DType };
  /** Where arrays may live. */
  devices(): readonly string[];
  /** Dtypes by name, all or those of one kind. */
  dtypes(options?: { readonly kind?: string }): { readonly [name: string]: DType };
}

const KINDS: Readonly<Record<string, string>> = {
  bool: 'b',
  'signed integer': 'i',
  'unsigned integer': 'u',
  integral: 'iu',
  'real floating': 'f',
  'complex floating': 'c',
  numeric: 'iufc',
};

/**
 * What the Array API standard asks a library about itself.
 *
 * @example
 * __arrayNamespaceInfo__().defaultDtypes().integral // => int64
 */
export function __arrayNamespaceInfo__(): ArrayNamespaceInfo {
  return {
    capabilities: () => ({ 'boolean indexing': true, 'data-dependent shapes': true, 'max dimensions': 64 }),
    defaultDevice: () => 'cpu',
    defaultDtypes: () => ({
      'real floating': 'float64',
      'complex floating': 'complex128',
      integral: 'int64',
      indexing: 'int64',
    }),
    devices: () => ['cpu'],
    dtypes: ({ kind }: { readonly kind?: string } = {}) =>
      Object.fromEntries(
        DTYPE_NAMES.filter((d) => kind === undefined || (KINDS[kind] ?? '').includes(DTYPES[d].kind)).map((d) => [
          d,
          d,
        ]),
      ),
  };
}
