import { alongAxesBatch, elementwiseBatch, stackedBatch } from './batching.ts';
import type { BatchRule, NamedBatchRule } from './op.ts';
import { alongLinesBatch, takeBatch, takeGradBatch } from './ops/gathering-batch.ts';

/** The rules that records name. */
export const BATCH_RULES: { readonly [N in NamedBatchRule]: BatchRule } = {
  elementwise: elementwiseBatch as BatchRule,
  alongAxes: alongAxesBatch as BatchRule,
  alongLines: alongLinesBatch as BatchRule,
  stacked: stackedBatch as BatchRule,
  take: takeBatch as BatchRule,
  takeGrad: takeGradBatch as BatchRule,
};
