/**
 * The TypeScript name of a Python name: camel-cased at underscores only. Capitals stay, and so does an underscore at either end.
 *
 * `expand_dims` → `expandDims`, `atleast_1d` → `atleast1d`, `kaiming_uniform_` → `kaimingUniform_`, `CrossEntropyLoss` as it is.
 */
export function typescriptName(python: string): string {
  return python.replace(/(?<=[^_])_+([^_])/g, (_, next: string) => next.toUpperCase());
}
