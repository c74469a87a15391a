import { ArgumentError } from '@isograd/device';
import { checkMetric, get as getMetric, type Metric, type MetricLike } from '../metrics/index.ts';
import { type Compared, weightOf } from './compiled-losses.ts';
import { isTable, type Outputs, type PerOutput, perOutput } from './outputs.ts';

/** Metrics of the only output in a list; or one, or a list, for each output. */
export type CompiledMetric = readonly MetricLike[] | PerOutput<MetricLike | readonly MetricLike[]>;

interface Tracked {
  readonly output: number;
  /** Its name with that of its output before it, where there are several. */
  readonly name: string;
  readonly metric: Metric;
}

const flat = (given: MetricLike | readonly MetricLike[] | null | undefined): readonly MetricLike[] =>
  given === null || given === undefined
    ? []
    : Array.isArray(given)
      ? (given as readonly MetricLike[])
      : [given as MetricLike];

/** Metrics that a model was compiled with; weighted ones see the weights of samples. */
export class CompiledMetrics {
  readonly #given: CompiledMetric;
  readonly #weighted: boolean;
  #tracked: readonly Tracked[] = [];
  #made = false;

  /** @throws ArgumentError for an unknown name, or what is neither a list nor a table. */
  constructor(given: CompiledMetric | undefined, weighted: boolean) {
    this.#given = given ?? [];
    this.#weighted = weighted;
    const all: unknown = this.#given;
    if (!Array.isArray(all) && !isTable(all))
      throw new ArgumentError({
        where: 'compile',
        what: 'metrics is not a list',
        got: typeof given,
        expected: "a list, such as ['accuracy'], or lists by the names of outputs",
      });
    for (const item of Object.values(this.#given) as (MetricLike | readonly MetricLike[] | null)[])
      flat(item).forEach(checkMetric);
  }

  /** The metrics; made at the first batch, as `accuracy` depends on shapes. */
  get metrics(): readonly Metric[] {
    return this.#tracked.map(({ metric }) => metric);
  }

  #make({ y, predicted }: Compared, outputs: Outputs): void {
    this.#made = true;
    const given = this.#given;
    const single = outputs.count === 1;
    const lists = single
      ? [(Object.values(given) as (MetricLike | readonly MetricLike[] | null)[]).flatMap(flat)]
      : (given as readonly unknown[]).length === 0
        ? []
        : perOutput(given as PerOutput<MetricLike | readonly MetricLike[]>, outputs, 'metrics').map(flat);
    this.#tracked = lists.flatMap((list, output) =>
      list.map((like): Tracked => {
        const metric = getMetric(like, y[output]!.shape, predicted[output]!.shape);
        const prefix = single || !outputs.names ? '' : `${outputs.names[output]}_`;
        return { output, metric, name: prefix + metric.name };
      }),
    );
  }

  /** Takes in a batch. */
  update(batch: Compared, outputs: Outputs): void {
    if (!this.#made) this.#make(batch, outputs);
    for (const { output, metric } of this.#tracked)
      metric.updateState(
        batch.y[output]!,
        batch.predicted[output]!,
        this.#weighted ? weightOf(batch.sampleWeight, output) : undefined,
      );
  }

  /** Puts the numbers so far beside others, under names that are still free. */
  report(numbers: Map<string, number>): void {
    for (const { name: own, metric } of this.#tracked) {
      let name = own;
      if (this.#weighted && numbers.has(name)) name = own.replace(metric.name, `weighted_${metric.name}`);
      const base = name;
      for (let i = 1; numbers.has(name); i++) name = `${base}_${i}`;
      const value = metric.result();
      numbers.set(name, typeof value === 'number' ? value : value.reduce((a, b) => a + b, 0) / value.length);
    }
  }
}
