import type { NDArray } from '@isograd/ndarray';
import type { Tensor } from '@isograd/autograd';
import { type OnnxGraph, refuse } from '@isograd/nn/onnx';
import { pythonName } from '@isograd/nn/python-text';
import type { KerasShape } from '../keras-tensor.ts';
import type { AnyLayer } from '../layer.ts';
import type { Config, Json } from '../json.ts';

/** One call of a layer that is written down. */
export class LayerCall {
  readonly g: OnnxGraph;
  readonly layer: AnyLayer;
  /** The layer's options in Keras's words. */
  readonly config: Config;
  /** Names of the inputs. */
  readonly inputs: readonly string[];
  /** Shapes of the inputs. */
  readonly shapes: readonly KerasShape[];
  /** Shapes of the outputs. */
  readonly outputs: readonly KerasShape[];

  constructor(g: OnnxGraph, layer: AnyLayer, rest: Pick<LayerCall, 'config' | 'inputs' | 'shapes' | 'outputs'>) {
    this.g = g;
    this.layer = layer;
    this.config = rest.config;
    this.inputs = rest.inputs;
    this.shapes = rest.shapes;
    this.outputs = rest.outputs;
  }

  /** The one input. */
  get x(): string {
    if (this.inputs.length > 1) this.refuse('it is called with more than its input');
    return this.inputs[0]!;
  }

  /** Shape of the one input. */
  get shape(): KerasShape {
    return this.shapes[0]!;
  }

  /** An option. */
  option<T extends Json>(name: string): T {
    return this.config[name] as T;
  }

  /** An option that is one number for all spatial axes, or one for each. */
  each(name: string): readonly number[] {
    const given = this.option<number | readonly number[]>(name);
    return typeof given === 'number' ? this.lengths.map(() => given) : given;
  }

  /** A weight of the layer, or of the cell in it, by Keras's name; undefined where the layer has none. */
  find(name: string): Tensor | undefined {
    for (const part of [this.layer, ...this.layer.sublayers()]) {
      const i = part.ownWeightNames.findIndex((own) => pythonName(own) === name);
      if (i !== -1) return part.ownWeights[i];
    }
    return undefined;
  }

  /** Writes a weight that is there, its axes turned where that is needed. */
  weight(name: string, turned?: (x: NDArray) => NDArray): string {
    return this.g.weight(name, this.find(name)!, turned);
  }

  /** An axis counted from the first one. */
  axis(axis: number): number {
    return axis < 0 ? axis + this.shape.length : axis;
  }

  /** Whether channels stand right after the batch. */
  get channelsFirst(): boolean {
    return this.config['data_format'] === 'channels_first';
  }

  /** Lengths of the spatial axes. */
  get lengths(): KerasShape {
    return this.channelsFirst ? this.shape.slice(2) : this.shape.slice(1, -1);
  }

  /** Writes with channels after the batch, and gives the layout of the layer back. */
  withChannelsFirst(write: (x: string) => string): string {
    if (this.channelsFirst) return write(this.x);
    const rank = this.shape.length - 2;
    const spatial = Array.from({ length: rank }, (_, i) => i + 1);
    const y = write(this.g.transpose(this.x, [0, rank + 1, ...spatial]));
    return this.g.transpose(y, [0, ...spatial.map((i) => i + 1), 1]);
  }

  /** Refuses the layer by its name. */
  refuse(what: string, hint?: string): never {
    return refuse(what, this.layer.label, hint);
  }
}

/** Writes a call, and gives the names of its outputs. */
export type WriteCall = (call: LayerCall) => string | readonly string[];
