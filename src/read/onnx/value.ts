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
  /** Written into the graph as a number, as Python's `x * 0.5` is: nobody learns it. */
  readonly written?: boolean;
}

/** A tensor that a node gives, or an input. */
export interface Computed {
  readonly constant: false;
  /** As nodes of our graph refer to it. */
  readonly reference: string;
  readonly shape: Shape;
  readonly type: TensorType;
}

export type Value = Constant | Computed;

export const fromFile = ({ name, type, shape, values }: FileTensor, written = false): Constant => ({
  constant: true,
  root: name,
  shape,
  holds: type.holds,
  values,
  written,
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
});

/** What a constant is as an input of a layer. */
export const typeOf = (value: Value): TensorType =>
  value.constant ? (value.holds === 'other' ? 'float' : value.holds) : value.type;

/** A single number that somebody wrote into the formula: no weight. */
export const isWritten = ({ written = false, shape }: Constant): boolean => written && elements(shape) === 1;
