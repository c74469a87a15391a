import { expExact } from './exact/exp.ts';
import { logExact } from './log.ts';

/** 256 layers of equal area under a density: what a draw of a whole number is compared with and multiplied by. */
export interface Layers {
  /** Below it a draw lies inside the layer for sure. */
  readonly inside: Float64Array;
  /** What a draw is multiplied by. */
  readonly width: Float64Array;
  /** The density at the layer's edge. */
  readonly density: Float64Array;
}

/** The layers for draws of 52 or 53 bits, and for draws of 23 bits in single precision. */
export interface Ziggurat {
  readonly double: Layers;
  readonly single: Layers;
}

interface Curve {
  readonly bits: number;
  readonly edge: number;
  readonly area: number;
  readonly density: (x: number) => number;
  readonly inverse: (y: number) => number;
  /** What NumPy's constants are above ours, in units of the last place, six added to each; see {@link nudged}. */
  readonly widths: string;
  readonly densities: string;
  readonly insides: string;
  /** Constants of single precision that are not the rounded double. */
  readonly single: readonly (readonly ['width' | 'density', number, number])[];
}

const NORMAL: Curve = {
  bits: 52,
  edge: 3.6541528853610088,
  area: 0.004928673233974655,
  density: (x) => expExact(-0.5 * x * x),
  inverse: (y) => Math.sqrt(-2 * logExact(y)),
  widths: '0zzi7zo7zz67i7zz67t76',
  densities: 'zj7zzzzzzzz6',
  insides:
    'd7677777a7a7b767f7b7d7h7a7a767h7a767j7767a777d7a7e7l7b7d767a7a77d776767a77b7a777767e77k7677e7a7i7d767e77a7e7c7c777a',
  single: [],
};

const EXPONENTIAL: Curve = {
  bits: 53,
  edge: 7.69711747013105,
  area: 0.003949659822581557,
  density: (x) => expExact(-x),
  inverse: (y) => -logExact(y),
  widths: '68145a4876567b57869745c55557c777a5g556557e755c7c76767765767c56777c7a5r75m7b55za75a55567i57j57b5c7b5l7t',
  densities:
    'q57i5k5h5655h5c7b5a7a7c76765b77a567a5655577c77h57a5b567b7c5b767a576564455558746577a5757645547a55a5765577464677776557757567a756565575555a77688863684555858574674589',
  insides:
    '3646564454544a555465554555655465564557454656555555555555a455455445554655346555453573646545c55555643654464554655445555655464654545564a55565564554565465454565546445a554454645a565446554636476453a45464b45554456353556556545555365644564545655474564556',
  single: [
    ['density', 128, 0.188181199],
    ['density', 154, 0.132445328],
    ['density', 171, 0.101322997],
    ['width', 226, 4.4002546e-7],
  ],
};

const cell = new Float64Array(1);
const cellBits = new BigInt64Array(cell.buffer);

/** Digit `i` of the corrections, which are digits with runs of the most frequent one written as a letter. */
function corrections(text: string): Int8Array {
  const digits = text.replace(/[a-z]/g, (run) => '6'.repeat(run.charCodeAt(0) - 95));
  return Int8Array.from(digits, (digit) => Number(digit) - 6);
}

/** A number some units of the last place away. NumPy's constants were computed once, in another precision. */
function nudged(x: number, units: number): number {
  cell[0] = x;
  cellBits[0] = cellBits[0]! + BigInt(units);
  return cell[0];
}

function doubleLayers(curve: Curve): Layers {
  const { bits, edge, area } = curve;
  const [widths, densities, insides] = [curve.widths, curve.densities, curve.insides].map(corrections);
  const scale = 2 ** bits;
  const width = new Float64Array(256);
  const density = new Float64Array(256);
  for (let i = 255; i > 0; i--) {
    const x = i === 255 ? edge : curve.inverse(area / (width[i + 1]! * scale) + density[i + 1]!);
    width[i] = nudged(x / scale, widths![i]!);
    density[i] = nudged(curve.density(width[i]! * scale), densities![i]!);
  }
  width[0] = nudged(area / density[255]! / scale, widths![0]!);
  density[0] = 1;
  const inside = Float64Array.from(width, (w, i) => {
    const ratio = i === 0 ? edge / (w * scale) : i === 1 ? 0 : width[i - 1]! / w;
    return Math.floor(ratio * scale) + insides![i]!;
  });
  return { inside, width, density };
}

function ziggurat(curve: Curve): Ziggurat {
  const double = doubleLayers(curve);
  const coarser = 2 ** (curve.bits - 23);
  const single = {
    inside: double.inside.map((k) => Math.round(k / coarser)),
    width: double.width.map((w) => Math.fround(w * coarser)),
    density: double.density.map(Math.fround),
  };
  for (const [name, i, value] of curve.single) single[name][i] = Math.fround(value);
  return { double, single };
}

let lazyNormal: Ziggurat | undefined;
let lazyExponential: Ziggurat | undefined;

/** The layers of the standard normal density, made at first use. */
export function normalLayers(): Ziggurat {
  return (lazyNormal ??= ziggurat(NORMAL));
}

/** The layers of the standard exponential density, made at first use. */
export function exponentialLayers(): Ziggurat {
  return (lazyExponential ??= ziggurat(EXPONENTIAL));
}
