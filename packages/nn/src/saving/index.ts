export { loadTorch, loadTorchStateDict, type TorchValue } from './torch-file.ts';
