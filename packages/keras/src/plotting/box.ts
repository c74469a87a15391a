import { pythonName } from '@isograd/nn/python-text';
import type { KerasShape, KerasTensor } from '../keras-tensor.ts';
import { showShape } from '../keras-tensor.ts';
import type { AnyLayer } from '../layer.ts';
import { InputLayer } from '../layers/input.ts';
import { flatten } from '../nested.ts';
import type { Sized } from './layers-in-ranks.ts';

/** What a picture of a model shows of each layer. */
export interface ShownOptions {
  /** Whether shapes of inputs and outputs are shown; default false. */
  readonly showShapes?: boolean;
  /** Whether dtypes of outputs are shown; default false. */
  readonly showDtype?: boolean;
  /** Whether names are shown beside classes; default false. */
  readonly showLayerNames?: boolean;
  /** Whether activations are shown; default false. */
  readonly showLayerActivations?: boolean;
  /** Whether it is shown which layers are trained; default false. */
  readonly showTrainable?: boolean;
}

/** A cell: its text, the part of it that stands out, its colours. */
interface Cell {
  readonly text: string;
  readonly bold: string;
  readonly fill: string;
  readonly color: string;
}

/** A box of a picture: rows of cells under each other. */
export interface Box extends Sized {
  readonly rows: readonly (readonly Cell[])[];
}

const ROW = 30;
const SIZE = 14;
// Of Helvetica's letters in bold, with room at both ends.
const LETTER = 8;

const plain = (text: string, bold: string): Cell => ({ text, bold, fill: 'white', color: 'black' });

const shapesText = (xs: readonly KerasTensor[] | undefined, isList: boolean): string => {
  if (!xs) return '?';
  const shapes = xs.map(({ shape }: { readonly shape: KerasShape }) => showShape(shape));
  return isList ? `[${shapes.join(', ')}]` : shapes[0]!;
};

/** The rows that Keras's `model_to_dot` gives a layer. */
export function rowsOf(layer: AnyLayer, options: ShownOptions): readonly (readonly Cell[])[] {
  const kind = layer.constructor.name;
  const [node] = layer.inboundNodes;
  const outputs = node && flatten<KerasTensor>(node.outputs);
  const header = options.showLayerNames ? plain(` (${kind})`, layer.name) : plain('', kind);
  const rows: Cell[][] = [[{ ...header, fill: 'black', color: 'white' }]];
  const activation = (layer as { readonly activation?: { readonly name: string } }).activation;
  if (options.showLayerActivations && activation) rows.push([plain('Activation: ', pythonName(activation.name))]);
  const cells: Cell[] = [];
  if (options.showShapes) {
    if (!(layer instanceof InputLayer))
      cells.push(plain('Input shape: ', shapesText(node?.inputs, node?.takesList ?? false)));
    cells.push(plain('Output shape: ', shapesText(outputs, Array.isArray(node?.outputs))));
  }
  if (options.showDtype)
    cells.push(plain('Output dtype: ', outputs ? [...new Set(outputs.map(({ dtype }) => dtype))].join(', ') : '?'));
  if (options.showTrainable && layer.weights.length > 0)
    cells.push({
      text: '',
      bold: layer.trainable ? 'Trainable' : 'Non-trainable',
      fill: layer.trainable ? 'forestgreen' : 'firebrick',
      color: 'white',
    });
  return cells.length > 0 ? [...rows, cells] : rows;
}

const widthOf = ({ text, bold }: Cell): number => (text.length + bold.length) * LETTER + 20;

/** The box of a layer. */
export function boxOf(layer: AnyLayer, options: ShownOptions): Box {
  const rows = rowsOf(layer, options);
  const width = Math.max(...rows.map((row) => row.reduce((sum, cell) => sum + widthOf(cell), 0)));
  return { rows, width, height: rows.length * ROW };
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

/** A box with its left upper corner at a place, as SVG. */
export function drawBox({ rows, width }: Box, x: number, y: number): string {
  return rows
    .flatMap((row, r) => {
      const extra = (width - row.reduce((sum, cell) => sum + widthOf(cell), 0)) / row.length;
      let left = x;
      return row.map((cell, c) => {
        const w = widthOf(cell) + extra;
        const [at, top] = [left, y + r * ROW];
        left += w;
        const bold = `<tspan font-weight="bold">${escaped(cell.bold)}</tspan>`;
        const text = r === 0 && c === 0 ? bold + escaped(cell.text) : escaped(cell.text) + bold;
        return [
          `<rect x="${at}" y="${top}" width="${w}" height="${ROW}" fill="${cell.fill}" stroke="black"/>`,
          `<text x="${at + w / 2}" y="${top + ROW / 2 + SIZE / 3}" fill="${cell.color}">${text}</text>`,
        ].join('');
      });
    })
    .join('\n');
}
