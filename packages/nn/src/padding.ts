import { ArgumentError, ShapeError } from '@isograd/device';
import type { Tensor } from '@isograd/autograd';
import { pad, type PaddingMode } from './functional/pad.ts';
import type { TensorLayer } from './library-module.ts';
import { Module } from './module.ts';
import type { Rank } from './ops/spatial.ts';
import { pythonText } from './python-text.ts';

/** The class of a layer that adds margins: one width for all sides, or before and after each axis, the last axis first. */
export type PaddingClass = new (padding: number | readonly number[]) => TensorLayer;
/** The class of a layer that adds margins of one value. */
export type ConstantPadClass = new (padding: number | readonly number[], value: number) => TensorLayer;

interface Kind {
  readonly stem: string;
  readonly mode: PaddingMode;
  /** Whether the constructor takes the value of the margin. */
  readonly valued?: boolean;
}

function paddingClass(kind: Kind & { readonly valued: true }, rank: Rank): ConstantPadClass;
function paddingClass(kind: Kind, rank: Rank): PaddingClass;
function paddingClass({ stem, mode, valued = false }: Kind, rank: Rank): PaddingClass | ConstantPadClass {
  const name = `${stem}${rank}d`;
  return class Padding extends Module {
    static override readonly name: string = name;
    readonly padding: readonly number[];
    readonly value: number;

    constructor(padding: number | readonly number[], value = 0) {
      super();
      const widths = typeof padding === 'number' ? new Array<number>(2 * rank).fill(padding) : padding;
      if (widths.length !== 2 * rank || !widths.every(Number.isInteger))
        throw new ArgumentError({
          where: name,
          what: 'padding does not fit',
          got: JSON.stringify(padding),
          expected: `a whole number, or a list of ${2 * rank}`,
        });
      this.padding = widths;
      this.value = value;
    }

    override forward(x: Tensor): Tensor {
      // Zeros and constants go around anything; the others know which axes are channels.
      if (mode !== 'constant' && x.ndim !== rank + 1 && x.ndim !== rank + 2)
        throw new ShapeError({
          where: name,
          what: 'the input has another number of axes',
          got: `[${x.shape.join(', ')}]`,
          expected: `${rank + 1} or ${rank + 2} axes`,
        });
      return pad(x, this.padding, { mode, value: this.value });
    }

    override extraRepr(): string {
      const widths = pythonText(this.padding);
      return valued ? `padding=${widths}, value=${pythonText(this.value)}` : widths;
    }
  };
}

const CONSTANT = { stem: 'ConstantPad', mode: 'constant', valued: true } as const;
const ZERO: Kind = { stem: 'ZeroPad', mode: 'constant' };
const REFLECTION: Kind = { stem: 'ReflectionPad', mode: 'reflect' };
const REPLICATION: Kind = { stem: 'ReplicationPad', mode: 'replicate' };
const CIRCULAR: Kind = { stem: 'CircularPad', mode: 'circular' };

/** Margins of the elements of the other end around a sequence (PyTorch's `nn.CircularPad1d`). */
export const CircularPad1d: PaddingClass = paddingClass(CIRCULAR, 1);
/** See the class. */
export type CircularPad1d = InstanceType<typeof CircularPad1d>;
/** Margins of the elements of the other end around an image (PyTorch's `nn.CircularPad2d`). */
export const CircularPad2d: PaddingClass = paddingClass(CIRCULAR, 2);
/** See the class. */
export type CircularPad2d = InstanceType<typeof CircularPad2d>;
/** Margins of the elements of the other end around a volume (PyTorch's `nn.CircularPad3d`). */
export const CircularPad3d: PaddingClass = paddingClass(CIRCULAR, 3);
/** See the class. */
export type CircularPad3d = InstanceType<typeof CircularPad3d>;
/** Margins of one value around a sequence (PyTorch's `nn.ConstantPad1d`). */
export const ConstantPad1d: ConstantPadClass = paddingClass(CONSTANT, 1);
/** See the class. */
export type ConstantPad1d = InstanceType<typeof ConstantPad1d>;
/** Margins of one value around an image (PyTorch's `nn.ConstantPad2d`). */
export const ConstantPad2d: ConstantPadClass = paddingClass(CONSTANT, 2);
/** See the class. */
export type ConstantPad2d = InstanceType<typeof ConstantPad2d>;
/** Margins of one value around a volume (PyTorch's `nn.ConstantPad3d`). */
export const ConstantPad3d: ConstantPadClass = paddingClass(CONSTANT, 3);
/** See the class. */
export type ConstantPad3d = InstanceType<typeof ConstantPad3d>;
/** Margins of mirrored elements around a sequence, the edge not repeated (PyTorch's `nn.ReflectionPad1d`). */
export const ReflectionPad1d: PaddingClass = paddingClass(REFLECTION, 1);
/** See the class. */
export type ReflectionPad1d = InstanceType<typeof ReflectionPad1d>;
/** Margins of mirrored elements around an image, the edge not repeated (PyTorch's `nn.ReflectionPad2d`). */
export const ReflectionPad2d: PaddingClass = paddingClass(REFLECTION, 2);
/** See the class. */
export type ReflectionPad2d = InstanceType<typeof ReflectionPad2d>;
/** Margins of mirrored elements around a volume, the edge not repeated (PyTorch's `nn.ReflectionPad3d`). */
export const ReflectionPad3d: PaddingClass = paddingClass(REFLECTION, 3);
/** See the class. */
export type ReflectionPad3d = InstanceType<typeof ReflectionPad3d>;
/** Margins of repeated edge elements around a sequence (PyTorch's `nn.ReplicationPad1d`). */
export const ReplicationPad1d: PaddingClass = paddingClass(REPLICATION, 1);
/** See the class. */
export type ReplicationPad1d = InstanceType<typeof ReplicationPad1d>;
/** Margins of repeated edge elements around an image (PyTorch's `nn.ReplicationPad2d`). */
export const ReplicationPad2d: PaddingClass = paddingClass(REPLICATION, 2);
/** See the class. */
export type ReplicationPad2d = InstanceType<typeof ReplicationPad2d>;
/** Margins of repeated edge elements around a volume (PyTorch's `nn.ReplicationPad3d`). */
export const ReplicationPad3d: PaddingClass = paddingClass(REPLICATION, 3);
/** See the class. */
export type ReplicationPad3d = InstanceType<typeof ReplicationPad3d>;
/** Margins of zeros around a sequence (PyTorch's `nn.ZeroPad1d`). */
export const ZeroPad1d: PaddingClass = paddingClass(ZERO, 1);
/** See the class. */
export type ZeroPad1d = InstanceType<typeof ZeroPad1d>;
/** Margins of zeros around an image (PyTorch's `nn.ZeroPad2d`). */
export const ZeroPad2d: PaddingClass = paddingClass(ZERO, 2);
/** See the class. */
export type ZeroPad2d = InstanceType<typeof ZeroPad2d>;
/** Margins of zeros around a volume (PyTorch's `nn.ZeroPad3d`). */
export const ZeroPad3d: PaddingClass = paddingClass(ZERO, 3);
/** See the class. */
export type ZeroPad3d = InstanceType<typeof ZeroPad3d>;
