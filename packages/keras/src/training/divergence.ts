import { mapNested, type Nested } from '../nested.ts';
import type { NDArray } from '@isograd/ndarray';
import { noGrad, type Tensor } from '@isograd/autograd';
import type { AnyModel } from '../any-model.ts';
import type { AnyLayer } from '../layer.ts';
import type { Batch } from './batches.ts';
import type { Position } from './position.ts';

const isFinite = ({ data }: NDArray): boolean => (data as Float32Array).every((x) => Number.isFinite(Number(x)));

const largest = ({ data }: NDArray): number =>
  (data as Float32Array).reduce((max, x) => (Number.isNaN(x) ? Infinity : Math.max(max, Math.abs(x))), 0);

/** All layers of a model that have no layers below. */
function leaves(layer: AnyLayer): readonly AnyLayer[] {
  const below = layer.sublayers();
  return below.length === 0 ? [layer] : [...new Set(below.flatMap(leaves))];
}

/** The first layer of a pass whose output is not finite. */
function firstBadOutput(model: AnyModel, batch: Batch): AnyLayer | undefined {
  let found: AnyLayer | undefined;
  const watched = leaves(model);
  for (const layer of watched) {
    const run: AnyLayer['run'] = (inputs, options) => {
      const outputs: Nested<Tensor> = Object.getPrototypeOf(layer).run.call(layer, inputs, options);
      mapNested(outputs, (y) => {
        if (!isFinite(y)) found ??= layer;
      });
      return outputs;
    };
    Object.defineProperty(layer, 'run', { value: run, configurable: true });
  }
  try {
    noGrad(() => model.forwardAll(batch.x, false));
  } finally {
    for (const layer of watched) delete (layer as { run?: unknown }).run;
  }
  return found;
}

/** Where a loss that is not finite comes from. */
function cause(model: AnyModel, batch: Batch): string {
  if (!batch.x.every(isFinite)) return 'the inputs of the batch are not finite';
  if (batch.y && !batch.y.every(isFinite)) return 'the labels of the batch are not finite';
  const sized = leaves(model).flatMap((layer) => layer.weights.map((weight) => ({ layer, size: largest(weight) })));
  const broken = sized.find(({ size }) => !Number.isFinite(size));
  if (broken) return `weights of ${broken.layer.label} are not finite, an earlier gradient was not`;
  const top = sized.toSorted((a, b) => b.size - a.size)[0];
  const bad = firstBadOutput(model, batch);
  const place = bad ? `${bad.label} gives what is not finite` : 'the outputs are finite, the loss of them is not';
  return top ? `${place}; the largest weight, ${top.size.toPrecision(3)}, is in ${top.layer.label}` : place;
}

/** What is said of a training whose loss is no longer a finite number: the step, the layer, the learning rate. */
export function divergenceText(model: AnyModel, batch: Batch, loss: number, position: Position): string {
  const { optimizer } = model;
  return [
    `fit: the loss is ${loss} at step ${optimizer.iterations + 1} (epoch ${position.epoch + 1}, batch ${position.batch + 1})`,
    `  cause: ${cause(model, batch)}`,
    `  learning rate: ${optimizer.learningRate}`,
    '  hint: a smaller learning rate, clipnorm, or inputs scaled to about 1; callbacks.TerminateOnNaN ends such a training',
  ].join('\n');
}
