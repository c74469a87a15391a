import { Figure } from '@isograd/plot';
import { Markup } from './html.ts';

/** Two runs to draw over each other. */
export interface CurvePair {
  readonly ours: Float64Array;
  readonly theirs: Float64Array;
  readonly opponent: string;
  /** Our losses in both dtypes, whose distance is drawn beside the difference. */
  readonly own: { readonly float32: Float64Array; readonly float64: Float64Array };
  readonly scale: 'linear' | 'log';
}

const SIZE = [6, 3.4] as const;
const [OURS, THEIRS, DRIFT, LIMIT] = ['#0072b2', '#e69f00', '#999999', '#d55e00'] as const;

const stepsOf = ({ length }: Float64Array): Float64Array => Float64Array.from({ length }, (_, i) => i + 1);

/** The losses of both runs by step: ours broad, theirs dashed on top of it. */
export function lossChart({ ours, theirs, opponent, scale }: CurvePair): Markup {
  const figure = new Figure({ figsize: SIZE });
  const steps = stepsOf(ours);
  figure
    .subplot(1, 1, 1)
    .plot(steps, ours, { label: 'isograd', color: OURS, linewidth: 4 })
    .plot(steps, theirs, '--', { label: opponent, color: THEIRS, linewidth: 1.5 })
    .yscale(scale)
    .xlabel('step')
    .ylabel('loss')
    .grid()
    .legend();
  return new Markup(figure.toSvg());
}

/** How far the losses stand apart by step, relative to the larger one, with our own float32 and float64 runs to compare with. */
export function differenceChart({ ours, theirs, opponent, own }: CurvePair): Markup {
  const figure = new Figure({ figsize: SIZE });
  const steps = stepsOf(ours);
  const axes = figure
    .subplot(1, 1, 1)
    .yscale('log')
    .plot(steps, relative(own.float32, own.float64), {
      label: 'isograd float32 and float64',
      color: DRIFT,
      linewidth: 1,
    })
    .plot(steps, relative(ours, theirs), { label: `isograd and ${opponent}`, color: OURS, linewidth: 1.5 })
    .plot(
      steps,
      steps.map((step) => (step <= 100 ? 1e-4 : 1e-3)),
      ':',
      { label: 'allowed without drift', color: LIMIT },
    )
    .xlabel('step')
    .ylabel('relative difference of the loss')
    .grid()
    .legend();
  axes.ylim(1e-9, Math.max(1, ...relative(own.float32, own.float64), ...relative(ours, theirs)));
  return new Markup(figure.toSvg());
}

/** Differences relative to the larger loss; equal losses are drawn at the lower edge, as a logarithm has no 0. */
function relative(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((x, i) => Math.max(1e-9, Math.abs(x - b[i]!) / Math.max(Math.abs(x), Math.abs(b[i]!))));
}

/** A digit as a picture of its own. */
export function digitPicture(pixels: Float32Array, side: number): Markup {
  const figure = new Figure({ figsize: [0.56, 0.56] });
  figure
    .subplot(1, 1, 1)
    .imshow({ shape: [side, side], data: pixels }, { cmap: 'gray', vmin: 0, vmax: 1 })
    .axis('off');
  return new Markup(figure.toSvg());
}
