export type { ShownOptions } from './box.ts';
export { plotModel, type PlotModelOptions } from './plot-model.ts';
