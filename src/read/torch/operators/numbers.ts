import { PyFloat } from '../../python/values/values.ts';
import type { Value } from '../../python/values/object.ts';
import type { Dtype } from '../tensor.ts';

/** A value of a tensor as Python has it. */
export const pythonNumber = (value: number, { name, floats }: Dtype): Value =>
  name === 'bool' ? value !== 0 : floats ? new PyFloat(value) : value;
