export * from '../index.ts';
export { type PngOptions, savefig, type SaveOptions, toPng } from './save.ts';
