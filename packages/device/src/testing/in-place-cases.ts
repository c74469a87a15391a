import type { DType } from '../dtype.ts';
import * as e from '../expr.ts';
import type { Expr } from '../expr.ts';
import { type Device, kernelKey } from '../kernel.ts';
import { compareMemory } from './compare.ts';
import { Comparison, type DeviceCase } from './device-case.ts';
import { cloneView, layOut, PLAIN_LAYOUTS, seeded } from './samples.ts';

/** A program whose outputs are written over inputs; `over` names the input of each output. */
interface InPlace {
  readonly name: string;
  readonly outputs: (x: readonly Expr[]) => readonly Expr[];
  readonly over: readonly number[];
}

const PROGRAMS: readonly InPlace[] = [
  { name: 'one output over its input', outputs: ([x]) => [e.mul(x!, 2)], over: [0] },
  // Both inputs are read after one of them could have been overwritten.
  { name: 'two outputs over each other', outputs: ([x, y]) => [e.add(x!, y!), e.sub(x!, y!)], over: [0, 1] },
  { name: 'copies that swap', outputs: ([x, y]) => [y!, x!], over: [0, 1] },
  {
    name: 'a value used after its output was written',
    outputs: ([x, y, z]) => {
      const sum = e.add(x!, y!);
      return [sum, e.mul(e.sub(sum, z!), x!)];
    },
    over: [0, 1],
  },
  {
    name: 'a step of Adam',
    outputs: ([p, g, m, v]) => {
      const mean = e.add(m!, e.mul(0.1, e.sub(g!, m!)));
      const square = e.add(e.mul(v!, 0.999), e.mul(0.001, e.mul(g!, g!)));
      const size = e.add(e.div(e.sqrt(e.abs(square)), 0.5), 1e-8);
      return [e.sub(p!, e.mul(0.01, e.div(mean, size))), mean, square];
    },
    over: [0, 2, 3],
  },
];
const SHAPES = [[1], [37], [3000], [5, 65], [70, 40], [3, 4, 5]];

function inPlaceCase(program: InPlace, dtype: DType, reference: Device): DeviceCase {
  return {
    name: `map in place ${dtype}, ${program.name}`,
    check(device) {
      const comparison = new Comparison(device, reference);
      const draw = seeded(29);
      const inputs: DType[] = [dtype, dtype, dtype, dtype];
      const outputs = program.outputs(inputs.map((d, i) => e.input(i, d)));
      const desc = { kind: 'map', inputs, scalars: [], outputs } as const;
      const [kernel, right] = [device.compile(desc), reference.compile(desc)!];
      if (!kernel) return { compared: 0, absent: [kernelKey(desc)] };
      for (const shape of SHAPES) {
        for (const layout of PLAIN_LAYOUTS) {
          const views = inputs.map((d) => layOut(d, shape, layout, () => draw() * 4 - 2));
          const [got, want] = [kernel, right].map((k) => {
            const own = views.map(cloneView);
            k.run([...program.over.map((i) => own[i]!), ...own], shape, []);
            return own;
          });
          const where = `map in place, ${program.name}, ${layout} [${shape.join(', ')}]`;
          got!.forEach(
            (view, i) =>
              (comparison.compared += compareMemory(`${where} operand ${i}`, view.memory, want![i]!.memory, 0)),
          );
        }
      }
      return comparison.result;
    },
  };
}

/** Cases of element-wise kernels whose outputs are exactly some of their inputs. */
export function inPlaceCases(reference: Device): DeviceCase[] {
  return PROGRAMS.flatMap((program) => [
    inPlaceCase(program, 'float32', reference),
    inPlaceCase(program, 'float64', reference),
  ]);
}
