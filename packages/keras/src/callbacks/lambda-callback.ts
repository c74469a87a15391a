import { ArgumentError } from '@isograd/device';
import { Callback } from './callback.ts';
import type { HookName } from './callback-list.ts';

/** Hooks as functions; each is called without `this`. */
export type Hooks = { readonly [H in HookName]?: Callback[H] };

/**
 * A callback made of functions (`keras.callbacks.LambdaCallback`).
 *
 * @throws ArgumentError for a name that is no hook.
 * @example
 * const seen = [];
 * const model = new Sequential([Input({ shape: [1] }), new layers.Dense(1)]);
 * model.compile({ optimizer: 'sgd', loss: 'mse' });
 * const callback = new callbacks.LambdaCallback({ onEpochEnd: (epoch) => seen.push(epoch) });
 * await model.fit([[1]], [[2]], { epochs: 2, verbose: 0, callbacks: [callback] });
 * seen // => [ 0, 1 ]
 */
export class LambdaCallback extends Callback {
  constructor(hooks: Hooks) {
    super();
    for (const [name, hook] of Object.entries(hooks)) {
      if (hook === undefined) continue;
      if (!name.startsWith('on') || typeof Callback.prototype[name as HookName] !== 'function')
        throw new ArgumentError({
          where: 'LambdaCallback',
          what: 'there is no such hook',
          got: `'${name}'`,
          expected: Object.getOwnPropertyNames(Callback.prototype)
            .filter((own) => own.startsWith('on'))
            .join(', '),
        });
      Object.defineProperty(this, name, { value: hook });
    }
  }
}
