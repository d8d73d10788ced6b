import { isContiguous } from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';
import { attend, type Heads } from './attention.ts';
import { reordered, swap, without } from './axes.ts';
import type { Each, OneToThree } from './inputs.ts';
import { runLinear } from './linear.ts';
import { batchedProduct } from './products.ts';
import type { Operators, Value } from './operators.ts';
import { copied, inShape, partOf } from './view.ts';

export interface Multihead {
  readonly embed_dim: number;
  readonly num_heads: number;
  readonly dropout: number;
  readonly batch_first: boolean;
  readonly need_weights: boolean;
  readonly average_attn_weights: boolean;
}

/** By PyTorch's names. */
export interface MultiheadWeights<T> {
  readonly in_proj_weight: T | undefined;
  readonly q_proj_weight: T | undefined;
  readonly k_proj_weight: T | undefined;
  readonly v_proj_weight: T | undefined;
  readonly in_proj_bias: T | undefined;
  readonly 'out_proj.weight': T;
  readonly 'out_proj.bias': T | undefined;
}

/** Steps × batch × features, as the function works. */
function stepsFirst(operators: Operators, { batch_first: first }: Multihead, x: Value): Value {
  return first ? reordered(operators, x, swap(0, 1, x.shape)) : operators.retain(x);
}

/** Source: torch.nn.functional.multi_head_attention_forward. */
export function runMultihead(
  operators: Operators,
  a: Multihead,
  [queries, keys = queries, values = keys]: Each<OneToThree, Value>,
  weights: MultiheadWeights<Value>,
): Value | readonly [Value, ...Value[]] {
  const query = stepsFirst(operators, a, queries!);
  const key = keys === queries ? operators.retain(query) : stepsFirst(operators, a, keys!);
  const value = values === keys ? operators.retain(key) : stepsFirst(operators, a, values!);
  const projected = project(operators, a, { query, key, value }, weights);
  const [steps, batch] = query.shape as readonly [number, number, number];
  const heads = {
    query: inHeads(operators, a, projected.query),
    key: inHeads(operators, a, projected.key),
    value: inHeads(operators, a, projected.value),
  };
  for (const one of [projected.query, projected.key, projected.value]) operators.release(one);
  const run = a.need_weights ? attendWithWeights : attendAlone;
  const { rows, probabilities, held = [] } = run(operators, a, heads, [steps, batch]);
  const mixed = runLinear(operators, rows, weights['out_proj.weight'], weights['out_proj.bias'], [
    steps * batch,
    a.embed_dim,
  ]);
  operators.release(rows);
  const sequence = inShape(operators, mixed, [steps, batch, a.embed_dim]);
  operators.release(mixed);
  const shares = probabilities && averaged(operators, a, probabilities, [batch, steps]);
  for (const one of [...held, query, key, value]) operators.release(one);
  const result = a.batch_first ? reordered(operators, sequence, swap(0, 1, sequence.shape)) : sequence;
  if (result !== sequence) operators.release(sequence);
  return shares ? [result, shares] : result;
}

/** The three projections, each steps × batch × features; by one product where all three are of one tensor. */
function project(
  operators: Operators,
  { embed_dim: e }: Multihead,
  { query, key, value }: Heads<Value>,
  weights: MultiheadWeights<Value>,
): Heads<Value> {
  const { in_proj_weight: packed, in_proj_bias: bias } = weights;
  const like = (x: Value, width: number): Shape => [...x.shape.slice(0, 2), width];
  if (packed && key === value && query === key) {
    const all = runLinear(operators, query, packed, bias, like(query, 3 * e));
    const [q, k, v] = unpacked(operators, all, 3, e);
    return { query: q!, key: k!, value: v! };
  }
  if (packed && key === value) {
    const [own, shared] = cut(operators, packed, [e, 2 * e]);
    const [ownBias, sharedBias] = bias ? cut(operators, bias, [e, 2 * e]) : [];
    const q = runLinear(operators, query, own!, ownBias, like(query, e));
    const [k, v] = unpacked(
      operators,
      runLinear(operators, key, shared!, sharedBias, like(key, 2 * e)),
      2,
      e,
    );
    releaseAll(operators, [own, shared, ownBias, sharedBias]);
    return { query: q, key: k!, value: v! };
  }
  const matrices = packed
    ? cut(operators, packed, [e, e, e])
    : [weights.q_proj_weight!, weights.k_proj_weight!, weights.v_proj_weight!];
  const biases = bias ? cut(operators, bias, [e, e, e]) : [];
  const [q, k, v] = [query, key, value].map((x, i) =>
    runLinear(operators, x, matrices[i]!, biases[i], like(x, e)),
  );
  releaseAll(operators, packed ? [...matrices, ...biases] : biases);
  return { query: q!, key: k!, value: v! };
}

const releaseAll = (operators: Operators, values: readonly (Value | undefined)[]): void => {
  for (const value of values) if (value) operators.release(value);
};

/** Views of the rows of a weight. */
function cut(operators: Operators, weight: Value, sizes: readonly number[]): readonly Value[] {
  const [first, ...others] = sizes.map((size) => ({
    viewOf: weight,
    shape: weight.shape.with(0, size),
    strides: weight.strides,
  }));
  return operators.runAll({ inputs: [weight], output: first!, others });
}

/** `count` tensors side by side in the last dimension, laid one behind the other. */
function unpacked(operators: Operators, all: Value, count: number, features: number): readonly Value[] {
  const apart = inShape(operators, all, [...all.shape.slice(0, 2), count, features]);
  operators.release(all);
  const first = reordered(operators, apart, [2, 0, 1, 3]);
  operators.release(apart);
  const laid = isContiguous(first) ? first : copied(operators, first);
  if (laid !== first) operators.release(first);
  const parts = Array.from({ length: count }, () => partOf(operators, laid, without(laid, 0)));
  operators.release(laid);
  return parts;
}

/** Steps × batch × features as (batch · heads) × steps × features of a head. */
function inHeads(operators: Operators, { num_heads: heads, embed_dim: e }: Multihead, x: Value): Value {
  const [steps, batch] = x.shape as readonly [number, number];
  const apart = inShape(operators, x, [steps, batch * heads, e / heads]);
  const turned = reordered(operators, apart, [1, 0, 2]);
  operators.release(apart);
  return turned;
}

interface Attended {
  /** (Steps · batch) × features. */
  readonly rows: Value;
  readonly probabilities?: Value;
  /** Variables that live until the function returns. */
  readonly held?: readonly Value[];
}
type Sizes = readonly [steps: number, batch: number];

function attendAlone(
  operators: Operators,
  { num_heads: heads, embed_dim: e }: Multihead,
  { query, key, value }: Heads<Value>,
  [steps, batch]: Sizes,
): Attended {
  const apart = (x: Value) => inShape(operators, x, [batch, heads, x.shape[1]!, e / heads]);
  const all = { query: apart(query), key: apart(key), value: apart(value) };
  const attended = attend(operators, all);
  // PyTorch deletes these variables before the result is copied into rows.
  for (const one of [all.query, all.key, all.value, query, key, value]) operators.release(one);
  const turned = reordered(operators, attended, [2, 0, 1, 3]);
  operators.release(attended);
  const rows = inShape(operators, turned, [steps * batch, e]);
  operators.release(turned);
  return { rows };
}

/** The same in single steps, because the probabilities are asked for. */
function attendWithWeights(
  operators: Operators,
  { dropout, embed_dim: e }: Multihead,
  { query, key, value }: Heads<Value>,
  [steps, batch]: Sizes,
): Attended {
  const scaled = operators.run({ inputs: [query], output: query.shape, layout: 'elementwise' });
  const turnedKey = reordered(operators, key, [0, 2, 1]);
  const products = batchedProduct(operators, scaled, turnedKey);
  // PyTorch deletes these variables here, and keeps the queries'.
  for (const one of [scaled, turnedKey, key]) operators.release(one);
  const softmax = operators.run({
    inputs: [products],
    output: products.shape,
    saves: ['result'],
    layout: 'contiguous',
    autocast: 'float32Result',
  });
  operators.release(products);
  const drops = operators.training && dropout > 0;
  const probabilities = drops
    ? operators.run({
        inputs: [softmax],
        output: softmax.shape,
        byproducts: [{ shape: softmax.shape, type: 'bool' }],
      })
    : softmax;
  if (drops) operators.release(softmax);
  const attended = batchedProduct(operators, probabilities, value);
  operators.release(value);
  const turned = reordered(operators, attended, [1, 0, 2]);
  operators.release(attended);
  const rows = inShape(operators, turned, [steps * batch, e]);
  operators.release(turned);
  return { rows, probabilities, held: [query] };
}

/** The probabilities by batch, and the mean over the heads. */
function averaged(
  operators: Operators,
  { num_heads: heads, average_attn_weights: average }: Multihead,
  probabilities: Value,
  [batch, steps]: readonly [number, number],
): Value {
  const sources = probabilities.shape[2]!;
  const apart = inShape(operators, probabilities, [batch, heads, steps, sources]);
  operators.release(probabilities);
  if (!average) return apart;
  const mean = operators.run({
    inputs: [apart],
    output: [batch, steps, sources],
    layout: 'contiguous',
    gradients: [{ spread: [1], scaled: true }],
  });
  operators.release(apart);
  return mean;
}
