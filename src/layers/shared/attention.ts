import { contiguousStrides, type Strides } from '../../core/layout.ts';
import { product } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import type { Byproduct, Operators, Value } from './operators.ts';

/** Queries, keys and values of attention: batch × heads × steps × features of a head. */
export interface Heads<T> {
  readonly query: T;
  readonly key: T;
  readonly value: T;
}

/** Multiplications of queries by keys, and of what comes out of it by values. */
export function attentionMacs({ query, key, value }: Heads<Shape>): readonly number[] {
  const [batch, heads, steps, features] = query as readonly [number, number, number, number];
  const [sources, given] = [key.at(-2)!, value.at(-1)!];
  return [batch * heads, steps * sources, features + given];
}

/** Maximum, subtraction, exponential, sum and division, and the scale, of each product of a query and a key. */
export const attentionOperations = (products: readonly number[]): number =>
  product([...products, 6], 'the number of operations of an attention');

/**
 * Softmax of the products of queries and keys, times the values, in one kernel that keeps no probabilities, as CUDA
 * picks them by default: the memory-efficient one in float32, FlashAttention in half precision. Source:
 * torch.nn.functional.scaled_dot_product_attention; aten/src/ATen/native/transformers/cuda/attention.cu.
 */
export function attend(operators: Operators, { query, key, value }: Heads<Value>): Value {
  const inputs = [query, key, value].map((one) => operators.lower(one));
  const [q] = inputs as [Value, Value, Value];
  const output = [...query.shape.slice(0, 3), value.shape.at(-1)!];
  const half = q.type !== 'float32';
  const result = operators.run({
    inputs,
    output,
    saves: [...inputs, 'result'],
    layout: half ? q.strides : stepsBeforeHeads(output),
    byproducts: half ? flashStatistics(query.shape) : efficientStatistics(query.shape),
    gradients: inputs.map(({ shape, strides }) => ({ strides: half ? strides : stepsBeforeHeads(shape) })),
  });
  for (const one of inputs) operators.release(one);
  return result;
}

/** The kernel sees batch × steps × heads × features. */
function stepsBeforeHeads([batch, heads, steps, features]: Shape): Strides {
  const [a, b, c, d] = contiguousStrides([batch!, steps!, heads!, features!]);
  return [a!, c!, b!, d!];
}

/** The logarithm of each row's sum, and where the random numbers stood: a seed and an offset. */
const efficientStatistics = ([batch, heads, steps]: Shape): readonly Byproduct[] => [
  { shape: [batch!, heads!, 32 * Math.ceil(steps! / 32)], type: 'float32', onlyForBackward: true },
  { shape: [], type: 'int64' },
  { shape: [], type: 'int64' },
];
const flashStatistics = ([batch, heads, steps]: Shape): readonly Byproduct[] => [
  { shape: [batch!, heads!, steps!], type: 'float32' },
  { shape: [2], type: 'int64' },
  { shape: [], type: 'int64' },
];
