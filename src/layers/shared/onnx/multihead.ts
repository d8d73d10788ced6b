import { elements } from '../../../core/arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { Each, OneToThree } from '../inputs.ts';
import type { Multihead, MultiheadWeights } from '../multihead.ts';
import {
  add,
  concat,
  expand,
  matmul,
  mean,
  reshape,
  scale,
  slice,
  sum,
  transpose,
  transposedMatmul,
} from './arithmetic.ts';
import { onnxAttention } from './attention.ts';
import type { OnnxResult } from './result.ts';

type Role = 'query' | 'key' | 'value';
const ROLES = ['query', 'key', 'value'] as const;

/** Multi-head attention spelled out. The batch comes first inside. */
export function onnxMultihead(
  g: OnnxGraph,
  a: Multihead,
  inputs: Each<OneToThree, Tensor>,
  weights: MultiheadWeights<Tensor>,
): OnnxResult<OneToThree> {
  const { embed_dim: e, num_heads: heads } = a;
  const turn = (x: Tensor) => (a.batch_first ? x : transpose(g, x, [1, 0, 2]));
  const [query, key = query, value = key] = inputs as readonly [Tensor, Tensor?, Tensor?];
  const given = { query: turn(query), key: turn(key), value: turn(value) };
  const matrices = matricesOf(g, weights, e);
  const project = (role: Role, i: number) =>
    linear(g, given[role], matrices[role], weights.in_proj_bias && part(g, weights.in_proj_bias, i * e, e));
  const projections = ROLES.map(project);
  const [q, k, v] = projections.map(({ output }) => inHeads(g, output, heads)) as [Tensor, Tensor, Tensor];
  const attention = onnxAttention(
    g,
    { query: q, key: k, value: v },
    { factor: 1 / Math.sqrt(e / heads), dropout: a.dropout, causal: false },
  );
  const rows = outOfHeads(g, attention.output);
  const mixed = linear(g, rows, weights['out_proj.weight'], weights['out_proj.bias']);
  const shares = attention.probabilities;
  const averaged = a.average_attn_weights
    ? reshape(g, mean(g, shares, [1]), [shares.shape[0]!, shares.shape[2]!, shares.shape[3]!])
    : shares;
  return {
    output: turn(mixed.output),
    ...(a.need_weights && { others: [averaged] }),
    backward(gradient, needed, [ofShares]) {
      const out = mixed.backward(turn(gradient));
      const ofProbabilities =
        ofShares && (a.average_attn_weights ? backToHeads(g, ofShares, shares) : ofShares);
      const inner = attention.backward(inHeads(g, out.input, heads), ofProbabilities);
      const derived = ROLES.map((role, i) => projections[i]!.backward(outOfHeads(g, inner[role])));
      const gradients = derived.map(({ input }) => turn(input));
      const of = (...places: number[]) => places.map((i) => gradients[i]!).reduce((x, y) => add(g, x, y));
      const own = inputs.length === 1 ? [of(0, 1, 2)] : inputs.length === 2 ? [of(0), of(1, 2)] : gradients;
      const all = <K extends string>(name: K, parts: readonly (Tensor | undefined)[]) =>
        parts[0] ? { [name]: concat(g, parts as readonly Tensor[], 0) } : {};
      return {
        inputs: own.map((one, i) => (needed[i] ? one : undefined)) as unknown as Each<OneToThree, Tensor>,
        weights: {
          ...(weights.in_proj_weight
            ? all(
                'in_proj_weight',
                derived.map(({ matrix }) => matrix),
              )
            : Object.fromEntries(ROLES.map((role, i) => [`${role[0]}_proj_weight`, derived[i]!.matrix]))),
          ...all(
            'in_proj_bias',
            derived.map(({ bias }) => bias),
          ),
          'out_proj.weight': out.matrix,
          ...(out.bias && { 'out_proj.bias': out.bias }),
        },
      };
    },
  };
}

function matricesOf(g: OnnxGraph, weights: MultiheadWeights<Tensor>, e: number): Record<Role, Tensor> {
  const { in_proj_weight: packed, q_proj_weight: q, k_proj_weight: k, v_proj_weight: v } = weights;
  if (!packed) return { query: q!, key: k!, value: v! };
  return { query: part(g, packed, 0, e), key: part(g, packed, e, e), value: part(g, packed, 2 * e, e) };
}

const part = (g: OnnxGraph, x: Tensor, start: number, count: number): Tensor =>
  slice(g, x, [{ axis: 0, start, count }]);

interface Linear {
  readonly output: Tensor;
  backward(gradient: Tensor): {
    readonly input: Tensor;
    readonly matrix: Tensor;
    readonly bias: Tensor | undefined;
  };
}

/** Rows of the last dimension times a matrix, plus a bias. */
function linear(g: OnnxGraph, x: Tensor, matrix: Tensor, bias: Tensor | undefined): Linear {
  const [out, into] = matrix.shape as readonly [number, number];
  const products = matmul(g, x, transpose(g, matrix, [1, 0]));
  const flat = (t: Tensor, features: number) => reshape(g, t, [elements(t.shape) / features, features]);
  return {
    output: bias ? add(g, products, bias) : products,
    backward(gradient) {
      const rows = flat(gradient, out);
      return {
        input: matmul(g, gradient, matrix),
        matrix: transposedMatmul(g, rows, flat(x, into)),
        bias: bias && reshape(g, sum(g, rows, [0]), bias.shape),
      };
    },
  };
}

/** Batch × steps × features as batch × heads × steps × features of a head. */
function inHeads(g: OnnxGraph, x: Tensor, heads: number): Tensor {
  const [batch, steps, features] = x.shape as readonly [number, number, number];
  return transpose(g, reshape(g, x, [batch, steps, heads, features / heads]), [0, 2, 1, 3]);
}

function outOfHeads(g: OnnxGraph, x: Tensor): Tensor {
  const [batch, heads, steps, features] = x.shape as readonly [number, number, number, number];
  return reshape(g, transpose(g, x, [0, 2, 1, 3]), [batch, steps, heads * features]);
}

/** The gradient of a mean over the heads. */
function backToHeads(g: OnnxGraph, gradient: Tensor, { shape }: Tensor): Tensor {
  const [batch, heads, steps, sources] = shape as readonly [number, number, number, number];
  const each = scale(g, reshape(g, gradient, [batch, 1, steps, sources]), 1 / heads);
  return heads === 1 ? each : expand(g, each, shape);
}
