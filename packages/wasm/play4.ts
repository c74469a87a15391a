import * as d from '@isograd/device';
import { createWasmDevice } from './src/index.ts';
import { writeFileSync } from 'node:fs';
const device = createWasmDevice({ fma: process.argv[2] !== 'nofma' }) as d.Device;
const e = d.expr as any;
let s = 1; const R = () => { s = (Math.imul(s, 1103515245) + 12345) >>> 0; return s / 4294967296; };
const v = (m: any): d.View => ({ memory: m, offset: 0, strides: [1], contiguous: true });
const result: any = {};
for (const dt of ['float64', 'float32'] as const) {
  const A: any = dt === 'float64' ? Float64Array : Float32Array;
  const N = 6000;
  const gens: any = {
    exp: [() => (R() - .5) * 1400, () => (R() - .5) * 4, () => (R() - .5) * 160], expm1: [() => (R() - .5) * 4, () => (R() - .5) * 40], log: [() => Math.exp((R() - .5) * 100), () => 0.5 + R() * 1.5],
    log1p: [() => R() * 3 - .99, () => (R() - .5) * .1, () => Math.exp(R() * 50)], tanh: [() => (R() - .5) * 4, () => (R() - .5) * 30], erf: [() => (R() - .5) * 4, () => (R() - .5) * 11], sin: [() => (R() - .5) * 10, () => (R() - .5) * 1e5], cos: [() => (R() - .5) * 10, () => (R() - .5) * 1e5],
    pow: [() => Math.exp((R() - .5) * 12)],
  };
  for (const op of Object.keys(gens)) {
    const x = A.from({ length: N }, (_: any, i: number) => gens[op][i % gens[op].length]());
    const y = A.from({ length: N }, () => (R() - .5) * (dt === 'float64' ? 200 : 20));
    for (const [name, dev] of [['wasm', device], ['js', d.jsDevice]] as const) {
      const out = new A(N);
      const args = op === 'pow' ? [e.input(0, dt), e.input(1, dt)] : [e.input(0, dt)];
      dev.compile({ kind: 'map', inputs: args.map(() => dt), scalars: [], outputs: [e[op](...args)] })!.run([v(out), v(x), ...(op === 'pow' ? [v(y)] : [])], [N], []);
      result[`${dt} ${op} ${name}`] = [...out].map((o: number, i: number) => [x[i], y[i], o].map(String));
    }
  }
}
writeFileSync('/tmp/acc.json', JSON.stringify(result));
