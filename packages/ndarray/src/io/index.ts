import '../attach.ts';

export * from './names.ts';
