// Vitest loads TypeScript, Node's own require does not: native is handed over here when a run asks for it.
if (process.env['ISOGRAD_DEVICE'] === 'native') {
  await import('@isograd/ndarray');
  const { registerDevice } = await import('@isograd/device');
  const { createNativeDevice } = await import('@isograd/native');
  registerDevice('native', () => createNativeDevice());
}
export {};
