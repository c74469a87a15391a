import type { RefArray } from '../references/arrays.ts';
import type { Samples } from './batches.ts';
import type { DenseSpec, NetSpec } from './nets.ts';

/** What a forward pass gives. */
export interface Pass {
  /** Softmax cross-entropy of each sample. */
  readonly losses: Float64Array;
  /** Which ReLUs are open, over all layers and samples. */
  readonly open: Uint8Array;
}

/** Runs a net on one batch; one parameter may be moved. */
export type Evaluate = (moved?: { readonly parameter: number; readonly values: Float64Array }) => Pass;

/**
 * A net in plain loops and float64, which shares no code with any library: what difference quotients are taken of.
 * Layers below a moved parameter are computed once.
 *
 * @param weights - Float64: for each layer kernel `[in, out]` and bias `[out]`.
 */
export function plainNet({ layers }: NetSpec, weights: readonly RefArray[], batch: Samples): Evaluate {
  const values = weights.map((w) => w.values as Float64Array);
  const inputs: Float64Array[] = [Float64Array.from(batch.images)];
  const opened: Uint8Array[] = [];
  const run = (first: number, at: (parameter: number) => Float64Array, keep: boolean): Pass => {
    let x = inputs[first]!;
    const open = opened.slice(0, first);
    layers.slice(first).forEach((layer, i) => {
      const k = first + i;
      const result = dense(x, at(2 * k), at(2 * k + 1), layer);
      x = result.outputs;
      open.push(result.open);
      if (keep) [inputs[k + 1], opened[k]] = [x, result.open];
    });
    return { losses: crossEntropies(x, batch.labels), open: joined(open) };
  };
  const center = run(0, (p) => values[p]!, true);
  return (moved) => {
    if (moved === undefined) return center;
    return run(Math.floor(moved.parameter / 2), (p) => (p === moved.parameter ? moved.values : values[p]!), false);
  };
}

function dense(
  x: Float64Array,
  kernel: Float64Array,
  bias: Float64Array,
  { units, activation }: DenseSpec,
): { readonly outputs: Float64Array; readonly open: Uint8Array } {
  const fanIn = kernel.length / units;
  const rows = x.length / fanIn;
  const outputs = new Float64Array(rows * units);
  for (let r = 0; r < rows; r++) {
    const row = outputs.subarray(r * units, (r + 1) * units);
    row.set(bias);
    for (let i = 0; i < fanIn; i++) {
      const value = x[r * fanIn + i]!;
      // Most pixels of a digit are 0.
      if (value === 0) continue;
      for (let u = 0, k = i * units; u < units; u++, k++) row[u]! += value * kernel[k]!;
    }
  }
  const open = new Uint8Array(activation === 'relu' ? outputs.length : 0);
  for (let i = 0; i < open.length; i++) open[i] = outputs[i]! > 0 ? 1 : 0;
  if (activation === 'relu') for (let i = 0; i < outputs.length; i++) outputs[i]! *= open[i]!;
  if (activation === 'sigmoid') for (let i = 0; i < outputs.length; i++) outputs[i] = 1 / (1 + Math.exp(-outputs[i]!));
  return { outputs, open };
}

function crossEntropies(outputs: Float64Array, labels: Uint8Array): Float64Array {
  const classes = outputs.length / labels.length;
  return Float64Array.from(labels, (label, r) => {
    const row = outputs.subarray(r * classes, (r + 1) * classes);
    const largest = Math.max(...row);
    let total = 0;
    for (const value of row) total += Math.exp(value - largest);
    return Math.log(total) + largest - row[label]!;
  });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
