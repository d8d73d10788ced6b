import * as z from 'zod/mini';
import { VggError } from '../../core/errors/error.ts';
import { elements } from '../../core/arithmetic.ts';
import type { TensorType } from '../../core/tensor-type.ts';
import type { Shape } from '../../core/shape.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import { integer } from './attributes.ts';
import type { ElementType } from './operators.ts';

/** A tensor by its shape, what it holds, and its numbers, row after row, where they are known: only training asks for them. */
export const tensorAttributes = {
  shape: z.array(integer(1)),
  dtype: z._default(z.enum(['float', 'int64', 'bool']), 'float'),
  values: z.optional(z.array(z.number())),
};

interface Table {
  readonly shape: Shape;
  readonly values?: readonly number[] | undefined;
}

/** Its shape; throws `bad-attribute` where there is not a number for each element. */
export function tabled(kind: string, { shape, values }: Table): Shape {
  const count = elements(shape);
  if (values && values.length !== count) {
    const problem = `must have a number for each of its ${count} elements`;
    throw new VggError('bad-attribute', { kind, name: 'values', value: `${values.length} numbers`, problem });
  }
  return shape;
}

/** What the tensor is in ONNX, and in PyTorch where that is the network's own type. */
export const tableOf = (
  g: OnnxGraph,
  { shape, dtype, values = [] }: Table & { readonly dtype: TensorType },
): Tensor => g.constant(values, dtype === 'float' ? 'float32' : dtype, shape);

/** Its type in a network of such floats. */
export const typeOf = (dtype: TensorType, floats: ElementType): ElementType =>
  dtype === 'float' ? floats : dtype;
