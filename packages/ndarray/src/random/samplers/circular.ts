import { acosNear, cosExact } from '../exact/trig.ts';
import { logExact } from '../log.ts';
import type { Source } from '../source.ts';
import { zigguratNormal } from './ziggurat.ts';

/** An angle of the von Mises distribution around `mu`; far concentrated ones are normal ones, wrapped. */
export function vonmises(source: Source, mu: number, kappa: number): number {
  if (!(kappa > 1e6)) return legacyVonmises(source, mu, kappa);
  const angle = mu + Math.sqrt(1 / kappa) * zigguratNormal(source.bits);
  if (angle < -Math.PI) return angle + 2 * Math.PI;
  return angle > Math.PI ? angle - 2 * Math.PI : angle;
}

function concentration(kappa: number): number {
  if (kappa < 1e-5) return 1 / kappa + kappa;
  const r = 1 + Math.sqrt(1 + 4 * kappa * kappa);
  const rho = (r - Math.sqrt(2 * r)) / (2 * kappa);
  return (1 + rho * rho) / (2 * rho);
}

/** {@link vonmises} as `RandomState` draws it, by the same method for every concentration. Source: Best & Fisher 1979. */
export function legacyVonmises({ bits }: Source, mu: number, kappa: number): number {
  if (!(kappa < Infinity)) return NaN;
  if (kappa < 1e-8) return Math.PI * (2 * bits.nextDouble() - 1);
  const s = concentration(kappa);
  let w: number;
  for (;;) {
    const z = cosExact(Math.PI * bits.nextDouble());
    w = (1 + s * z) / (s + z);
    const y = kappa * (s - w);
    const v = bits.nextDouble();
    if (y * (2 - y) - v >= 0 || logExact(y / v) + 1 - y >= 0) break;
  }
  const angle = acosNear(w);
  const around = bits.nextDouble() < 0.5 ? mu - angle : angle + mu;
  const wrapped = ((Math.abs(around) + Math.PI) % (2 * Math.PI)) - Math.PI;
  return around < 0 ? -wrapped : wrapped;
}
