import { ArgumentError } from '@isograd/device';
import { writeFile } from '@isograd/ndarray/files';
import type { AnyLayer } from '../layer.ts';
import { Model } from '../model.ts';
import { Sequential } from '../sequential.ts';
import { type Box, boxOf, drawBox, type ShownOptions } from './box.ts';
import { type Place, placeInRanks, type Sized } from './layers-in-ranks.ts';

/** Options of {@link plotModel}. */
export interface PlotModelOptions extends ShownOptions {
  /** File that is written, which ends in .svg; default none. */
  readonly toFile?: string;
  /** From top to bottom, or from left to right; default `TB`. */
  readonly rankdir?: 'TB' | 'LR';
  /** Whether the layers of models within the model are shown, in a frame; default false. */
  readonly expandNested?: boolean;
}

/** A layer as a box, or a model within the model as a frame. */
type Part = Box | Frame;

/** Parts that stand in a frame, and the lines between them. */
interface Frame extends Sized {
  readonly name: string;
  readonly parts: readonly Part[];
  readonly places: readonly Place[];
  readonly lines: readonly { readonly from: number; readonly to: number; readonly via: readonly Place[] }[];
  /** Parts at which lines from outside end, by the number of the input, and from which they go on, by that of the output. */
  readonly entries: readonly number[];
  readonly exits: readonly number[];
}

const MARGIN = 20;
const TITLE = 22;

const isFrame = (part: Part): part is Frame => 'parts' in part;

/** Layers of a model, and which leads to which: `[from, to, output of from, input of to]`. */
function graphOf(model: Model): {
  readonly layers: readonly AnyLayer[];
  readonly edges: readonly (readonly [from: number, to: number, output: number, input: number])[];
} {
  if (model instanceof Sequential) {
    const { layers } = model;
    return { layers, edges: layers.slice(1).map((_, i) => [i, i + 1, 0, 0] as const) };
  }
  if (!model.graph) return { layers: [model], edges: [] };
  const layers = [...new Set(model.graph.nodes.map(({ layer }) => layer))];
  const edges = model.graph.nodes.flatMap((node) =>
    node.inputs.map(
      ({ history }, i) => [layers.indexOf(history.layer), layers.indexOf(node.layer), history.tensorIndex, i] as const,
    ),
  );
  return { layers, edges };
}

function frameOf(model: Model, options: PlotModelOptions): Frame {
  const { layers, edges } = graphOf(model);
  const sideways = options.rankdir === 'LR';
  const parts = layers.map((layer): Part =>
    options.expandNested && layer !== model && layer instanceof Model && layer.graph
      ? frameOf(layer, options)
      : boxOf(layer, options),
  );
  const turned = ({ width, height }: Sized): Sized => (sideways ? { width: height, height: width } : { width, height });
  const ranked = placeInRanks(parts.map(turned), edges.map(([from, to]) => [from, to] as const)); // prettier-ignore
  const move = ({ x, y }: Place): Place =>
    sideways ? { x: y + MARGIN, y: x + MARGIN + TITLE } : { x: x + MARGIN, y: y + MARGIN + TITLE };
  const { width, height } = turned(ranked);
  const ends = (xs: readonly { readonly history: { readonly layer: AnyLayer } }[]): number[] =>
    xs.map(({ history }) => Math.max(0, layers.indexOf(history.layer)));
  return {
    name: model.name,
    parts,
    places: ranked.places.map(move),
    lines: ranked.edges.map(({ from, to, via }) => ({ from, to, via: via.map(move) })),
    entries: model.graph ? ends(model.inputs) : [0],
    exits: model.graph ? ends(model.outputs) : [0],
    width: width + 2 * MARGIN,
    height: height + 2 * MARGIN + TITLE,
  };
}

/** Where a line begins or ends: at a side of a box, which may stand in frames. */
function endAt(frame: Frame, index: number, side: 'first' | 'last', sideways: boolean): Place {
  const part = frame.parts[index]!;
  const { x, y } = frame.places[index]!;
  const corner = { x: x - part.width / 2, y: y - part.height / 2 };
  if (isFrame(part)) {
    const [inner = 0] = side === 'first' ? part.entries : part.exits;
    const end = endAt(part, inner, side, sideways);
    return { x: corner.x + end.x, y: corner.y + end.y };
  }
  if (sideways) return { x: side === 'first' ? corner.x : corner.x + part.width, y };
  return { x, y: side === 'first' ? corner.y : corner.y + part.height };
}

const round = (n: number): number => Math.round(n * 10) / 10;

/** A line that leaves and arrives along the direction of the ranks. */
function curve(points: readonly Place[], sideways: boolean): string {
  const [first, ...rest] = points as readonly [Place, ...Place[]];
  let from = first;
  let path = `M${round(from.x)} ${round(from.y)}`;
  for (const to of rest) {
    const [mx, my] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    const controls = sideways ? [mx, from.y, mx, to.y] : [from.x, my, to.x, my];
    path += ` C${[...controls, to.x, to.y].map(round).join(' ')}`;
    from = to;
  }
  return `<path d="${path}" fill="none" stroke="black" marker-end="url(#arrow)"/>`;
}

function drawFrame(frame: Frame, at: Place, sideways: boolean, isOuter: boolean): string {
  const moved = ({ x, y }: Place): Place => ({ x: at.x + x, y: at.y + y });
  const outline = isOuter
    ? []
    : [
        `<rect x="${at.x}" y="${at.y}" width="${frame.width}" height="${frame.height}" fill="none" stroke="black" stroke-dasharray="6 4"/>`,
        `<text x="${at.x + 10}" y="${at.y + 20}" style="text-anchor: start">${frame.name.replace(/[&<]/g, '_')}</text>`,
      ];
  const parts = frame.parts.map((part, i) => {
    const { x, y } = moved(frame.places[i]!);
    const corner = { x: round(x - part.width / 2), y: round(y - part.height / 2) };
    return isFrame(part) ? drawFrame(part, corner, sideways, false) : drawBox(part, corner.x, corner.y);
  });
  const lines = frame.lines.map(({ from, to, via }) =>
    curve([endAt(frame, from, 'last', sideways), ...via, endAt(frame, to, 'first', sideways)].map(moved), sideways),
  );
  return [...outline, ...parts, ...lines].join('\n');
}

/**
 * A picture of the layers of a model and of how they are connected, as SVG (`keras.utils.plot_model`).
 *
 * A model of a class of its own is one box. What is shown of a layer is what Keras shows; where it stands is decided here, without Graphviz.
 *
 * @returns The text of the picture.
 * @throws ArgumentError for a model that is not built, or a file that does not end in .svg; DataError when it cannot be written; DeviceError where there are no files.
 * @example
 * const model = new Sequential([Input({ shape: [2] }), new layers.Dense(3), new layers.Dense(1)]);
 * utils.plotModel(model, { showShapes: true }).startsWith('<svg') // => true
 */
export function plotModel(model: Model, options: PlotModelOptions = {}): string {
  const where = 'plotModel';
  const { toFile, rankdir = 'TB' } = options;
  if (!model.built)
    throw new ArgumentError({
      where,
      what: 'the model is not built',
      got: model.label,
      expected: 'a model whose layers are known',
      hint: 'begin with Input, or call it on a batch first',
    });
  if (toFile !== undefined && !toFile.endsWith('.svg'))
    throw new ArgumentError({
      where,
      what: 'only SVG is written',
      got: `'${toFile}'`,
      expected: 'a name that ends in .svg',
    });
  const frame = frameOf(model, options);
  const [width, height] = [Math.ceil(frame.width), Math.ceil(frame.height - TITLE)];
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 ${TITLE} ${width} ${height}">`,
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 1L10 5L0 9z"/></marker></defs>',
    `<rect y="${TITLE}" width="100%" height="100%" fill="white"/>`,
    '<g font-family="Helvetica, Arial, sans-serif" font-size="14" text-anchor="middle">',
    drawFrame(frame, { x: 0, y: 0 }, rankdir === 'LR', true),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
  if (toFile !== undefined) writeFile(toFile, new TextEncoder().encode(svg), where);
  return svg;
}
