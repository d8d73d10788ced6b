import { elements } from '../../core/arithmetic.ts';
import type { Operator } from '../../layers/shared/operators.ts';
import { BYTES } from './storage.ts';
import type { Tensor } from './tensor.ts';

/**
 * The input and the output of a convolution that cuDNN may compute on transformed copies of them, in bytes; undefined for
 * any other operator. Depthwise convolutions have kernels that need no copies, and 1×1 convolutions are products of
 * matrices as they lie.
 */
export function transformedBytes({ convolution, inputs }: Operator, result: Tensor): number | undefined {
  if (!convolution) return undefined;
  const { groups, taps } = convolution;
  const { shape } = inputs[0]!;
  if (taps === 1 || (groups > 1 && groups === shape[1])) return 0;
  return (elements(shape) + elements(result.shape)) * BYTES[result.type];
}
