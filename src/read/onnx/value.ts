import { elements } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import type { TensorType } from '../../core/tensor-type.ts';
import type { FileTensor } from '../../onnx/file.ts';
import type { DataType } from '../../onnx/tensor-data.ts';

/** A tensor that does not depend on the inputs. */
export interface Constant {
  readonly constant: true;
  /** The tensor of the file that it is or is another view of: two that have the same are tied. */
  readonly root: string;
  readonly shape: Shape;
  readonly holds: DataType['holds'];
  /** Where there are few, for shape arithmetic. */
  readonly values?: Float64Array | undefined;
  readonly origin: Origin;
  /** Of a tensor of the file: what it takes there. */
  readonly stored?: { readonly type: string; readonly bytes: number };
}

/**
 * Where a constant comes from: a tensor of the file, a number written into the graph, as Python's `x * 0.5` is, a tensor
 * filled when the network runs, in files without their weights, or arithmetic, as on shapes.
 */
export type Origin = 'tensor' | 'written' | 'filled' | 'computed';

/** A tensor that a node gives, or an input. */
export interface Computed {
  readonly constant: false;
  /** As nodes of our graph refer to it. */
  readonly reference: string;
  readonly shape: Shape;
  readonly type: TensorType;
}

export type Value = Constant | Computed;

export const fromFile = ({ name, type, shape, values }: FileTensor, origin: Origin = 'tensor'): Constant => ({
  constant: true,
  root: name,
  shape,
  holds: type.holds,
  values,
  origin,
  stored: { type: type.name, bytes: Math.ceil((type.bits * elements(shape)) / 8) },
});

/** Integers that were computed, as of a shape. */
export const integers = (
  values: readonly number[],
  root: string,
  shape: Shape = [values.length],
): Constant => ({
  constant: true,
  root,
  shape,
  holds: 'int64',
  values: Float64Array.from(values),
  origin: 'computed',
});

/** Quantized numbers are weights like those that they stand for, which are not computed here. */
export const asFloats = (constant: Constant): Constant => ({
  ...constant,
  holds: 'float',
  values: undefined,
});

/** What a constant is as an input of a layer. */
export const typeOf = (value: Value): TensorType =>
  value.constant ? (value.holds === 'other' ? 'float' : value.holds) : value.type;

/**
 * What nobody learns: the result of arithmetic, a number without dimensions, or a single one that is written into the
 * graph.
 */
export const isFormula = ({ origin, shape }: Constant): boolean =>
  origin === 'computed' || shape.length === 0 || (origin === 'written' && elements(shape) === 1);
