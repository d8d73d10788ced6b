import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, product, sum } from '../core/arithmetic.ts';
import type { Shape } from '../core/shape.ts';
import { flag, integer } from './shared/attributes.ts';
import { attentionMacs, attentionOperations, type Heads } from './shared/attention.ts';
import { constant, matrixAndBias, uniform } from './shared/initialization.ts';
import { defineLayer, type Call } from './layer.ts';
import { oneToThree, type Each, type OneToThree } from './shared/inputs.ts';
import { runMultihead } from './shared/multihead.ts';
import { onnxMultihead } from './shared/onnx/multihead.ts';
import type { Weight } from './shared/weight.ts';

const attributes = z.strictObject({
  embed_dim: integer(1),
  num_heads: integer(1),
  dropout: z._default(z.number().check(z.minimum(0), z.maximum(1)), 0),
  bias: flag(true),
  kdim: z.nullish(integer(1)),
  vdim: z.nullish(integer(1)),
  batch_first: flag(false),
  need_weights: flag(true),
  average_attn_weights: flag(true),
});
type Attributes = z.output<typeof attributes>;

/**
 * Projections of queries, keys and values, attention by heads, and a projection of what comes out. One input is all
 * three, a second the keys and values, a third the values. Gives the attention's weights beside it unless
 * `need_weights` is false. Source: torch.nn.MultiheadAttention.
 */
export const multihead_attention = defineLayer({
  kind: 'multihead_attention',
  family: 'linear',
  stem: 'attention',
  takes: oneToThree,
  attributes,
  global: true,
  shape({ attributes: a, inputs }) {
    const { query } = checked(a, inputs);
    return [...query.slice(0, 2), a.embed_dim];
  },
  others({ attributes: a, inputs }) {
    if (!a.need_weights) return [];
    const { batch, steps, sources } = sizes(a, checked(a, inputs));
    return [a.average_attn_weights ? [batch, steps, sources] : [batch, a.num_heads, steps, sources]];
  },
  weights({ attributes: a }) {
    const { embed_dim: e, kdim, vdim } = a;
    const apart = !packs(a);
    const matrix = (columns: number): Weight => matrixAndBias([e, columns], false).weight;
    const zeros = (size: number): Weight | undefined =>
      a.bias ? { shape: [size], init: constant(0) } : undefined;
    return {
      in_proj_weight: apart ? undefined : matrixAndBias([3 * e, e], false).weight,
      q_proj_weight: apart ? matrix(e) : undefined,
      k_proj_weight: apart ? matrix(kdim ?? e) : undefined,
      v_proj_weight: apart ? matrix(vdim ?? e) : undefined,
      in_proj_bias: zeros(3 * e),
      'out_proj.weight': { shape: [e, e], init: uniform(1 / Math.sqrt(e)) } as Weight,
      'out_proj.bias': zeros(e),
    };
  },
  macs({ attributes: a, inputs }) {
    const all = given(inputs);
    const { batch, steps, sources } = sizes(a, all);
    const e = a.embed_dim;
    const heads = [batch, a.num_heads, steps, e / a.num_heads];
    const others = heads.with(2, sources);
    const what = 'the number of MACs';
    const projected = [all.query, all.key, all.value].map((shape) => product([elements(shape), e], what));
    const attended = product(attentionMacs({ query: heads, key: others, value: others }), what);
    return sum([...projected, attended, product([batch, steps, e, e], what)], what);
  },
  elementwise({ attributes: a, inputs }) {
    const { batch, steps, sources } = sizes(a, given(inputs));
    return attentionOperations([batch, a.num_heads, steps, sources]);
  },
  onnx: (g, { attributes: a, inputs, weights }) => onnxMultihead(g, a, inputs, weights),
  execute: (operators, { attributes: a, inputs, weights }) => runMultihead(operators, a, inputs, weights),
});

/** One matrix holds all three projections unless keys or values have another size. */
const packs = ({ embed_dim: e, kdim, vdim }: Attributes): boolean => (kdim ?? e) === e && (vdim ?? e) === e;

/** Which input is what. */
const given = <T>([query, key = query, value = key]: Each<OneToThree, T>): Heads<T> =>
  ({ query, key, value }) as Heads<T>;

function sizes({ batch_first: first }: Attributes, { query, key }: Heads<Shape>) {
  const [batch, steps, sources] = first ? [query[0]!, query[1]!, key[1]!] : [query[1]!, query[0]!, key[0]!];
  return { batch, steps, sources };
}

/** Throws `heads-do-not-divide`, `not-a-sequence`, `features-mismatch` and `sequences-do-not-match`. */
function checked(a: Attributes, inputs: Call<Attributes, OneToThree>['inputs']): Heads<Shape> {
  const { embed_dim: e, num_heads: heads, batch_first: batchFirst } = a;
  if (e % heads !== 0) throw new VggError('heads-do-not-divide', { embedDim: e, heads });
  const all = given<Shape>(inputs);
  const expected = { query: e, key: a.kdim ?? e, value: a.vdim ?? e };
  for (const name of ['query', 'key', 'value'] as const) {
    const shape = all[name];
    if (shape.length !== 3)
      throw new VggError('not-a-sequence', { kind: 'multihead_attention', batchFirst, shape });
    if (shape[2] !== expected[name])
      throw new VggError('features-mismatch', { expected: expected[name], actual: shape[2]! });
  }
  const { query, key, value } = all;
  const batch = batchFirst ? 0 : 1;
  if (key[batch] !== query[batch] || key[0] !== value[0] || key[1] !== value[1])
    throw new VggError('sequences-do-not-match', { query, key, value });
  return all;
}
