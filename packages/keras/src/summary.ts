import { ArgumentError } from '@isograd/device';
import type { AnyModel } from './any-model.ts';
import type { KerasShape } from './keras-tensor.ts';
import type { AnyLayer } from './layer.ts';
import { flatten } from './nested.ts';
import { resolveOutput } from './output.ts';
import { type Column, renderTable } from './text-table.ts';

/** Options of `summary`. */
export interface SummaryOptions {
  /** Characters of a line; default what Keras takes in a terminal of this width, 88 at most. */
  readonly lineLength?: number;
  /** Whether a column says which layers are trained; default false. */
  readonly showTrainable?: boolean;
  /** Given the whole text; default: it is printed. */
  readonly printFn?: (text: string) => void;
}

const thousands = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

function memorySize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let at = 0;
  for (; bytes >= 1024 && at < units.length - 1; at++) bytes /= 1024;
  return `${bytes.toFixed(2)} ${units[at]}`;
}

function outputShape(layer: AnyLayer): string {
  const node = layer.inboundNodes.at(-1);
  if (!node) return '?';
  const shapes = flatten(node.outputs).map(
    (x: { readonly shape: KerasShape }) => `(${x.shape.map((n) => n ?? 'None').join(', ')})`,
  );
  return shapes.length === 1 ? shapes[0]! : `[${shapes.join(', ')}]`;
}

function connections(layer: AnyLayer, model: AnyModel): string {
  const own = new Set(model.graph?.nodes);
  const names = layer.inboundNodes.flatMap((node) =>
    own.has(node)
      ? node.inputs.map(({ history }) => `${history.layer.name}[${history.nodeIndex}][${history.tensorIndex}]`)
      : [],
  );
  return names.join(', ') || '-';
}

function columnsFor(isChain: boolean, showTrainable: boolean, lineLength: number): readonly Column[] {
  const headers = [
    'Layer (type)',
    'Output Shape',
    'Param #',
    ...(isChain ? [] : ['Connected to']),
    ...(showTrainable ? ['Trainable'] : []),
  ];
  const aligns = [
    'left',
    'left',
    'right',
    ...(isChain ? [] : ['left' as const]),
    ...(showTrainable ? ['center' as const] : []),
  ] as readonly Column['align'][];
  const shares = isChain ? [0.45, 0.8, 1] : [0.3, 0.56, 0.74, 1];
  const positions = showTrainable ? [...shares.map((p) => p * 0.9), 1] : shares;
  let used = 0;
  return positions.map((position, i) => {
    const width = Math.trunc(position * lineLength) - used;
    used += width;
    if (width < 4)
      throw new ArgumentError({
        where: 'summary',
        what: 'lines are too short for the table',
        got: `lineLength ${lineLength}`,
        expected: '40 or more',
      });
    return { header: headers[i]!, width, align: aligns[i]! };
  });
}

interface Sized {
  readonly size: number;
  readonly itemsize: number;
}

function total(weights: readonly Sized[]): { readonly count: string; readonly memory: string } {
  const sum = (of: (w: Sized) => number): number => weights.reduce((acc, w) => acc + of(w), 0);
  return { count: thousands(sum((w) => w.size)), memory: memorySize(sum((w) => w.size * w.itemsize)) };
}

/**
 * The summary of a model, as Keras prints it on a terminal of `columns` characters.
 *
 * @throws ArgumentError when lines are too short for the table.
 */
export function summaryText(model: AnyModel, options: SummaryOptions = {}, columns = 80): string {
  const { showTrainable = false } = options;
  const isChain = model.graph?.isChain ?? true;
  const lineLength = options.lineLength ?? Math.min((isChain ? 88 : 108) + (showTrainable ? 12 : 0), columns - 4);
  const rows = model.layers.map((layer) => [
    `${layer.name} (${layer.constructor.name})`,
    outputShape(layer),
    layer.built ? thousands(layer.countParams()) : '0 (unbuilt)',
    ...(isChain ? [] : [connections(layer, model)]),
    ...(showTrainable ? [layer.weights.length === 0 ? '-' : layer.trainable ? 'Y' : 'N'] : []),
  ]);
  const sized = (weights: AnyModel['weights']): Sized[] =>
    weights.map((w) => ({ size: w.size, itemsize: w.dtype === 'float64' ? 8 : 4 }));
  const [trainable, frozen] = [sized(model.trainableWeights), sized(model.nonTrainableWeights)];
  const memory = model.compiled && model.optimizer.iterations > 0 ? model.optimizer.variables : [];
  const line = (name: string, weights: readonly Sized[]): string =>
    ` ${name} params: ${total(weights).count} (${total(weights).memory})`;
  const lines = [
    `Model: "${model.name}"`,
    ...renderTable(columnsFor(isChain, showTrainable, lineLength), rows, lineLength).map((text) =>
      text.slice(0, columns),
    ),
    line('Total', [...trainable, ...frozen, ...memory]),
    line('Trainable', trainable),
    line('Non-trainable', frozen),
    ...(memory.length > 0 ? [line('Optimizer', memory)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Prints the summary of a model, or hands it to `printFn`. */
export function printSummary(model: AnyModel, options: SummaryOptions): void {
  const { output } = resolveOutput(1, undefined);
  const { columns } = output as { readonly columns?: number };
  const text = summaryText(model, options, columns ?? 80);
  if (options.printFn) options.printFn(text);
  else output.write(text);
}
