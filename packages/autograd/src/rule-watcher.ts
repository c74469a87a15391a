import type { CallNode } from './node.ts';

/** Stands around every gradient rule, for tools that watch: `run` runs it. */
export type RuleWatcher = <T>(node: CallNode, run: () => T) => T;

let watcher: RuleWatcher | undefined;

/** Runs `fn` with a watcher around every rule; it stands inside those that are there already. */
export function withRuleWatcher<T>(watch: RuleWatcher, fn: () => T): T {
  const outer = watcher;
  watcher = outer === undefined ? watch : (node, run) => outer(node, () => watch(node, run));
  try {
    return fn();
  } finally {
    watcher = outer;
  }
}

/** Runs a rule, watched when somebody watches. */
export function runRule<T>(node: CallNode, run: () => T): T {
  return watcher === undefined ? run() : watcher(node, run);
}
