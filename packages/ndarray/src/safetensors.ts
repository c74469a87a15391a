import './attach.ts';

export { loadSafetensors, type Safetensors, saveSafetensors, toSafetensors } from './io/safetensors.ts';
