import type { Samples } from '../job/batches.ts';
import { predictions } from '../job/compare-net.ts';
import type { NetResult } from '../job/run-net.ts';
import { digitPicture } from './charts.ts';
import { html, type Markup } from './html.ts';

const FIRST = 28;
const MISTAKEN = 28;

/** Test digits with what both nets take them for: the first ones, and some that a net gets wrong. */
export function digitSection({ net, ours, theirs, accuracy }: NetResult, test: Samples, opponent: string): Markup {
  const [mine, other] = [predictions(ours.outputs), predictions(theirs.outputs)];
  const all = Array.from({ length: test.count }, (_, i) => i);
  const mistaken = all.filter((i) => mine[i] !== test.labels[i] || other[i] !== test.labels[i]);
  const show = (i: number): Markup => digitFigure(test, i, [mine[i]!, other[i]!]);
  return html`<h2>What ${net.name} makes of test digits</h2>
    <p>
      Below each digit: what isograd’s net takes it for, and what ${opponent}’s does. Of ${test.count} digits isograd’s
      net knows ${(100 * accuracy.ours).toFixed(2)} %, ${opponent}’s ${(100 * accuracy.theirs).toFixed(2)} %;
      ${accuracy.differing === 0 ? 'both say the same of every digit' : `they differ about ${accuracy.differing}`}.
    </p>
    <h3>The first ${Math.min(FIRST, test.count)}</h3>
    <div class="digits">${all.slice(0, FIRST).map(show)}</div>
    ${
      mistaken.length === 0
        ? html`<p>No test digit was mistaken.</p>`
        : html`<h3>${Math.min(MISTAKEN, mistaken.length)} of the ${mistaken.length} that a net gets wrong</h3>
            <div class="digits">${mistaken.slice(0, MISTAKEN).map(show)}</div>`
    }`;
}

function digitFigure(
  { images, labels, pixels }: Samples,
  i: number,
  [ours, theirs]: readonly [number, number],
): Markup {
  const label = labels[i]!;
  const isRight = ours === label && theirs === label;
  const picture = digitPicture(images.subarray(i * pixels, (i + 1) * pixels), Math.sqrt(pixels));
  return html`<figure class="digit ${isRight ? '' : 'bad'}">
    <div class="pixels">${picture}</div>
    <b>${ours} · ${theirs}</b>${isRight ? '' : html`<br /><small>is ${label}</small>`}
  </figure>`;
}
