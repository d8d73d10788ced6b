import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, product } from '../core/arithmetic.ts';
import { flag } from './shared/attributes.ts';
import { attend, attentionMacs, attentionOperations, type Heads } from './shared/attention.ts';
import { defineLayer } from './layer.ts';
import { three, type Each, type Three } from './shared/inputs.ts';
import { onnxAttention } from './shared/onnx/attention.ts';

const attributes = z.strictObject({
  dropout_p: z._default(z.number().check(z.minimum(0), z.maximum(1)), 0),
  is_causal: flag(false),
  scale: z.nullish(z.number()),
});

/**
 * Softmax of query·keyᵀ, times value: three inputs of batch × heads × steps × features. Source:
 * torch.nn.functional.scaled_dot_product_attention.
 */
export const scaled_dot_product_attention = defineLayer({
  kind: 'scaled_dot_product_attention',
  family: 'linear',
  stem: 'attention',
  takes: three,
  attributes,
  global: true,
  shape({ inputs }) {
    const { query, key, value } = heads(inputs);
    const fit =
      [query, key, value].every(({ length }) => length === 4) &&
      [key, value].every((one) => one[0] === query[0] && one[1] === query[1]) &&
      query[3] === key[3] &&
      key[2] === value[2];
    if (!fit) throw new VggError('no-attention', { query, key, value });
    return [...query.slice(0, 3), value[3]!];
  },
  // Half of the products are scores, of queries and keys; the other half mixes the values.
  gradientProducts: ([query, key, value]) => [value, query || key, query, key].filter(Boolean).length / 2,
  macs: ({ inputs }) => product(attentionMacs(heads(inputs)), 'the number of MACs'),
  elementwise: ({ inputs: [query, key] }) => attentionOperations([elements(query.slice(0, 3)), key[2]!]),
  onnx: (g, { attributes: a, inputs }) => {
    const factor = a.scale ?? 1 / Math.sqrt(inputs[0].shape[3]!);
    const { output, backward } = onnxAttention(g, heads(inputs), {
      factor,
      dropout: a.dropout_p,
      causal: a.is_causal,
    });
    return {
      output,
      backward: (gradient) => {
        const { query, key, value } = backward(gradient);
        return { inputs: [query, key, value] as const };
      },
    };
  },
  execute: (operators, { inputs }) => attend(operators, heads(inputs)),
});

const heads = <T>([query, key, value]: Each<Three, T>): Heads<T> => ({ query, key, value });
