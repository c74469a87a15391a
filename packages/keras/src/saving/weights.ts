import { DataError } from '@isograd/device';
import type { NDArray } from '@isograd/ndarray';
import { noGrad, type Tensor } from '@isograd/autograd';
import { type Hdf5Group, Hdf5Node, type Hdf5Tree } from '@isograd/ndarray/hdf5';
import { pythonName } from '@isograd/nn/python-text';
import type { AnyLayer } from '../layer.ts';
import { Model } from '../model.ts';
import { numbered, snakeCase } from '../session.ts';

/** Parts of a layer under the names that Keras files give them: a field, or in a list the class, numbered from the second one on. */
function partsOf(layer: AnyLayer): readonly (readonly [path: string, part: AnyLayer])[] {
  const listed = (field: string, list: readonly AnyLayer[]): (readonly [string, AnyLayer])[] => {
    const counts = new Map<string, number>();
    return list.map((part) => [`${field}/${numbered(snakeCase(part.constructor.name), counts)}`, part]);
  };
  if (layer instanceof Model && layer.graph) {
    const inner = layer.constructor.name === 'Sequential' ? layer.layers : layer.graph.layers;
    return listed('layers', inner);
  }
  return layer
    .namedSublayers()
    .map(([field, found]) => [pythonName(field), found] as const)
    .flatMap(([field, found]) =>
      Array.isArray(found) ? listed(field, found as readonly AnyLayer[]) : [[field, found as AnyLayer] as const],
    );
}

/** A layer and all below it, each once, under their paths in a Keras file: ``, `layers/dense/`. */
function* walk(
  layer: AnyLayer,
  path = '',
  seen: Set<AnyLayer> = new Set(),
): Generator<readonly [path: string, layer: AnyLayer]> {
  if (seen.has(layer)) return;
  seen.add(layer);
  yield [path, layer];
  for (const [name, part] of partsOf(layer)) yield* walk(part, `${path}${name}/`, seen);
}

/** All weights of a model under their paths in a Keras file: `layers/dense/vars/0`. A layer that is shared comes once. */
export function weightPaths(model: Model): [path: string, weight: Tensor][] {
  return [...walk(model)].flatMap(([path, { ownWeights }]) =>
    ownWeights.map((weight, i): [string, Tensor] => [`${path}vars/${i}`, weight]),
  );
}

/** What an HDF5 file of weights holds, as `model.save_weights` of Keras 3 writes it; layers without weights have their place too. */
export function weightsTree(model: Model): Hdf5Tree {
  interface Folder {
    [name: string]: Folder | Hdf5Node;
  }
  const root: Folder = {};
  for (const [path, layer] of walk(model)) {
    const { name, ownWeights } = layer;
    let folder = root;
    for (const part of path.split('/').slice(0, -1)) folder = (folder[part] ??= {}) as Folder;
    const values = Object.fromEntries(ownWeights.map((weight, i) => [String(i), weight.plain()]));
    folder['vars'] = new Hdf5Node({ ...values, ...layer.savedState().arrays }, { name });
  }
  return root;
}

/** Texts that layers keep, under their paths in a Keras file: `assets/layers/string_lookup/vocabulary.txt`. */
export function assetsOf(model: Model): readonly (readonly [path: string, text: string])[] {
  return [...walk(model)].flatMap(([path, layer]) =>
    Object.entries(layer.savedState().texts).map(([name, text]) => [`assets/${path}${name}`, text] as const),
  );
}

/** Hands layers what a file keeps of them beside their weights. */
export function loadStates(model: Model, weights: Hdf5Group, texts: ReadonlyMap<string, string>): void {
  for (const [path, layer] of walk(model)) {
    const own = [...texts].filter(
      ([name]) => name.startsWith(`assets/${path}`) && !name.slice(7 + path.length).includes('/'),
    );
    const vars = weights.has(`${path}vars`) ? (weights.get(`${path}vars`) as Hdf5Group) : undefined;
    const names = vars?.keys().filter((name) => !/^\d+$/.test(name)) ?? [];
    if (own.length === 0 && names.length === 0) continue;
    layer.loadState({
      arrays: Object.fromEntries(names.map((name) => [name, vars!.array(name)])),
      texts: Object.fromEntries(own.map(([name, text]) => [name.slice(7 + path.length), text])),
    });
  }
}

/** Values for weights, each with its place in the file, for messages. */
export type Found = readonly (readonly [weight: Tensor, value: NDArray, place: string])[];

/** Copies values into weights; refuses all before it writes any. @throws DataError when a shape differs. */
export function assign(found: Found, where: string): void {
  const bad = found.find(([weight, value]) => weight.shape.join() !== value.shape.join());
  if (bad)
    throw new DataError({
      where,
      what: `the weight ${bad[2]} has another shape`,
      got: `[${bad[1].shape.join(', ')}] in the file`,
      expected: `[${bad[0].shape.join(', ')}]`,
      hint: 'is the model built as the one that was saved?',
    });
  noGrad(() => {
    for (const [weight, value] of found) weight.copy_(value);
  });
}

/** A file that has arrays under the paths of Keras 3. */
export interface WeightsFile {
  has(path: string): boolean;
  array(path: string): NDArray;
}

/** Values of a file of Keras 3 for the weights of a model. @throws DataError that lists what the file lacks. */
export function findWeights(model: Model, file: WeightsFile, where: string): Found {
  const paths = weightPaths(model);
  const missing = paths.filter(([path]) => !file.has(path)).map(([path]) => path);
  if (missing.length > 0)
    throw new DataError({
      where,
      what: 'the file lacks weights of the model',
      got: `none under ${missing.join(', ')}`,
      expected: 'the weights of this model',
      hint: 'is the model built, and as the one that was saved?',
    });
  return paths.map(([path, weight]) => [weight, file.array(path), path] as const);
}

/** Values of a file of Keras 2, or of `model.save('x.h5')`: a group for each layer, with a list of names. */
export function findLegacyWeights(model: Model, file: Hdf5Group, where: string): Found {
  const names = textsOf(file, 'layer_names');
  const withWeights = model.layers.filter((layer) => layer.weights.length > 0);
  const groups = names
    .map((name) => file.get(name) as Hdf5Group)
    .filter((group) => textsOf(group, 'weight_names').length > 0);
  if (groups.length !== withWeights.length)
    throw new DataError({
      where,
      what: 'another number of layers with weights',
      got: `${groups.length} in the file`,
      expected: `${withWeights.length}: ${withWeights.map(({ name }) => name).join(', ')}`,
    });
  return withWeights.flatMap((layer, i) => {
    const group = groups[i]!;
    const places = textsOf(group, 'weight_names');
    if (places.length !== layer.weights.length)
      throw new DataError({
        where,
        what: `another number of weights of ${layer.name}`,
        got: places.join(', '),
        expected: `${layer.weights.length} arrays`,
      });
    return layer.weights.map((weight, j) => [weight, group.array(places[j]!), places[j]!] as const);
  });
}

/** A list of texts that a group has as an attribute. */
export function textsOf(group: Hdf5Group, name: string): readonly string[] {
  const found = group.attrs.get(name);
  if (Array.isArray(found)) return found as readonly string[];
  return typeof found === 'string' ? [found] : [];
}

/** Weights as Keras 2 keeps them, a group for each layer with its name. */
export function legacyTree(model: Model): Hdf5Node {
  const all = [...model.layers];
  const groups = Object.fromEntries(
    all.map((layer) => {
      // Names of layers below may come twice.
      const names =
        layer.ownWeights.length === layer.weights.length
          ? layer.ownWeightNames.map(pythonName)
          : layer.weights.map((_, i) => `weight_${i}`);
      const values = Object.fromEntries(layer.weights.map((weight, i) => [names[i]!, weight.plain()]));
      return [
        layer.name,
        new Hdf5Node({ [layer.name]: values }, { weight_names: names.map((n) => `${layer.name}/${n}`) }),
      ];
    }),
  );
  return new Hdf5Node(groups, { layer_names: all.map(({ name }) => name), backend: 'isograd' });
}
