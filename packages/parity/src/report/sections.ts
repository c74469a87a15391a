import type { CurveResult } from '../curves/compare-curves.ts';
import { short } from '../job/row.ts';
import type { NetResult } from '../job/run-net.ts';
import type { WayResult } from '../job/run-two-layer.ts';
import { type CurvePair, differenceChart, lossChart } from './charts.ts';
import { html, type Markup } from './html.ts';

/** One net: its curves, its gradients and its weights. */
export function netSection(result: NetResult, opponent: string): Markup {
  const { net, ours, theirs, float64, schedule } = result;
  const own = { float32: ours.losses, float64: float64.losses };
  const pair: CurvePair = { ours: ours.losses, theirs: theirs.losses, opponent, own, scale: 'linear' };
  return html`<h2>${net.name}</h2>
    <p>
      From ${net.origin} with learning rate ${net.optimizer.learningRate}. ${schedule.steps} steps of
      ${schedule.batchSize} digits with <code>model.fit</code> on both sides: isograd ${ours.seconds.toFixed(2)} s,
      ${opponent} ${theirs.seconds.toFixed(2)} s.
    </p>
    ${chartPair(pair, 'Training loss of both, drawn over each other.')}
    <h3>Gradients</h3>
    <p>
      Taken at the first weights on the first three batches, and once more in float64, where difference quotients of a
      forward pass in plain loops say what is right.
    </p>
    ${gradientTable(result, opponent)}
    <h3>Weights after training</h3>
    ${weightTable(result, opponent)}`;
}

function chartPair(pair: CurvePair, caption: string): Markup {
  return html`<div class="charts">
    <figure class="chart">
      ${lossChart(pair)}
      <figcaption>${caption}</figcaption>
    </figure>
    <figure class="chart">
      ${differenceChart(pair)}
      <figcaption>
        How far apart they are, step by step, beside the distance of isograd’s own float32 and float64 runs.
      </figcaption>
    </figure>
  </div>`;
}

function stateOf(difference: number, allowed: number): Markup {
  const agrees = difference <= allowed;
  return html`<td class="state ${agrees ? 'good' : 'bad'}">${agrees ? 'agrees' : 'disagrees'}</td>`;
}

function gradientTable({ gradients }: NetResult, opponent: string): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>parameter</th>
          <th>shape</th>
          <th class="number">largest, isograd</th>
          <th class="number">largest, ${opponent}</th>
          <th class="number">relative error</th>
          <th class="number">allowed</th>
          <th></th>
          <th class="number">float64 error</th>
          <th class="number">allowed</th>
          <th></th>
        </tr>
      </thead>
      <tbody>
        ${gradients.map(
          ({ parameter, shape, ours, theirs, difference, allowed, quotients }) =>
            html`<tr>
              <td>${parameter}</td>
              <td>[${shape.join(', ')}]</td>
              <td class="number">${short(ours, 6)}</td>
              <td class="number">${short(theirs, 6)}</td>
              <td class="number">${short(difference)}</td>
              <td class="number">${short(allowed)}</td>
              ${stateOf(difference, allowed)}
              <td class="number">${short(quotients.difference)}</td>
              <td class="number">${short(quotients.allowed)}</td>
              ${stateOf(quotients.directions === 0 ? Infinity : quotients.difference, quotients.allowed)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function weightTable({ weights }: NetResult, opponent: string): Markup {
  return html`<div class="scroll">
      <table>
        <thead>
          <tr>
            <th>parameter</th>
            <th class="number">isograd and ${opponent}</th>
            <th class="number">allowed</th>
            <th></th>
            <th class="number">rounding alone</th>
            <th class="number">another order</th>
            <th class="number">largest element</th>
          </tr>
        </thead>
        <tbody>
          ${weights.map(
            ({ parameter, difference, drift, otherOrder, allowed, largest }) =>
              html`<tr>
                <td>${parameter}</td>
                <td class="number">${short(difference)}</td>
                <td class="number">${short(allowed)}</td>
                ${stateOf(difference, allowed)}
                <td class="number">${short(drift)}</td>
                <td class="number">${short(otherOrder)}</td>
                <td class="number">${short(largest)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="soft">
      Distance of the two results as a share of the way that the parameter went from its first values. To compare: the
      distance of runs of one library that differ by rounding alone (float32 and float64), and of runs that saw the same
      digits in another order. Last column: the largest difference of two elements, relative to the largest weight. A
      ReLU that opens for a sample in one run and not in the other sends a few weights apart, and Adam makes full steps
      of gradients that are next to nothing.
    </p>`;
}

/** The two-layer net in its five ways. */
export function waySection(ways: readonly WayResult[], opponent: string): Markup {
  return html`<h2>The two-layer net, five ways</h2>
    <p>
      Notebook 002 writes one net five times: 64 samples of 1,000 numbers, 100 hidden units with ReLU, 10 outputs, sum
      of squares. Its loss falls by ten powers of ten, so in the end it is rounding error alone, and every library has
      its own.
    </p>
    ${ways.map(
      ({ way, ours, theirs, float32, float64 }) =>
        html`<h3>${way.name}</h3>
          <p class="soft">
            ${way.about}. isograd ${ours.seconds.toFixed(2)} s, ${opponent} ${theirs.seconds.toFixed(2)} s.
          </p>
          ${chartPair({ ours: ours.losses, theirs: theirs.losses, opponent, own: { float32: float32.losses, float64: float64.losses }, scale: 'log' }, 'Loss of both, drawn over each other.')}`,
    )}`;
}

/** Nets trained from the first weights of PyTorch and Keras, beside what those libraries made of them. */
export function curveSection(curves: readonly CurveResult[]): Markup {
  return html`<h2>From their own first weights</h2>
    <p>
      PyTorch, Keras and tfjs trained these nets beforehand on the sample of MNIST, from the weights and in the order
      that PyTorch and Keras draw under a seed; their losses are frozen in files that ship with this command. isograd
      draws the same weights and orders itself, in <code>nn</code> and <code>optim</code> or in <code>keras</code>.
    </p>
    ${curves.map(
      ({ recipe, library, seed, ours, theirs, float64 }) =>
        html`<h3>${recipe.name}, ${library}</h3>
          <p class="soft">From ${recipe.origin}. Seed ${seed}, ${ours.length} steps of ${recipe.batchSize} digits.</p>
          ${chartPair({ ours, theirs, opponent: library, own: { float32: ours, float64 }, scale: 'linear' }, 'Training loss of both, drawn over each other.')}`,
    )}`;
}
