import type { Tensor } from '@isograd/autograd';
import { Module } from './module.ts';
import { pythonArguments, pythonName, type PythonValue } from './python-text.ts';

/** Base of the library's own layers: their state is named as in PyTorch, `running_mean`. */
export abstract class LibraryModule extends Module {
  protected override stateName(field: string): string {
    return pythonName(field);
  }
}

/** A layer of one tensor. */
export interface TensorLayer extends Module {
  forward(x: Tensor): Tensor;
}

/** Fields as they stand between the parentheses of a printed module. */
export const fieldText = (module: object, fields: readonly string[]): string =>
  pythonArguments(
    Object.fromEntries(
      fields.map((field) => [pythonName(field), (module as Readonly<Record<string, PythonValue>>)[field]]),
    ),
  );
