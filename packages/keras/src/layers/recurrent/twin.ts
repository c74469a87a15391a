import type { Initializer } from '../../initializer.ts';
import { type AnyLayer, Layer } from '../../layer.ts';

/** An option of a layer for another one: layers are made again, and initialisers, so that those without a seed draw others. */
function again(value: unknown): unknown {
  if (value instanceof Layer) return twinOf(value);
  if (Array.isArray(value)) return value.map(again);
  return typeof value === 'function' ? ((value as Partial<Initializer>).again?.() ?? value) : value;
}

/** A layer made as another one was, with some options changed and with weights of its own. */
export function twinOf<L extends AnyLayer>(layer: L, changed: Readonly<Record<string, unknown>> = {}): L {
  const own = layer as AnyLayer as Layer;
  const fields = layer as unknown as Readonly<Record<string, unknown>>;
  const { saved } = layer.constructor as typeof Layer;
  const args = (saved.args ?? []).map((key) => again(fields[key]));
  const options = Object.fromEntries(Object.entries(own.savedOptions()).map(([key, value]) => [key, again(value)]));
  const { name, dtype, trainable } = own;
  const Made = layer.constructor as new (...args: readonly unknown[]) => L;
  return new Made(...args, { ...options, name, dtype, trainable, ...changed });
}
