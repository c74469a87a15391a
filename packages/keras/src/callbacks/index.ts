export { BackupAndRestore, type BackupAndRestoreOptions } from './backup-and-restore.ts';
export { Callback, type Hook, type Logs, type RunParams } from './callback.ts';
export { CallbackList, type CallbackListOptions, type CallbackSource } from './callback-list.ts';
export { CSVLogger, type CSVLoggerOptions } from './csv-logger.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.ts';
export { History } from './history.ts';
export { type Hooks, LambdaCallback } from './lambda-callback.ts';
export {
  LearningRateScheduler,
  type LearningRateSchedulerOptions,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from './learning-rate.ts';
export { ModelCheckpoint, type ModelCheckpointOptions } from './model-checkpoint.ts';
export { MonitorCallback, type MonitorOptions } from './monitor.ts';
export { ProgbarLogger } from './progbar-logger.ts';
export { RemoteMonitor, type RemoteMonitorOptions } from './remote-monitor.ts';
export { SwapEMAWeights, type SwapEMAWeightsOptions } from './swap-ema-weights.ts';
export { TensorBoard, type TensorBoardOptions } from './tensorboard.ts';
export { TerminateOnNaN, type TerminateOnNaNOptions } from './terminate-on-nan.ts';
