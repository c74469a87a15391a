export { Callback, type Hook, type Logs, type RunParams } from './callback.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.ts';
export { History } from './history.ts';
export { ProgbarLogger } from './progbar-logger.ts';
