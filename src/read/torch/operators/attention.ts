import { truth } from '../../python/operate/protocols.ts';
import type { Value } from '../../python/values/object.ts';
import { PyTuple } from '../../python/values/values.ts';
import { str } from '../../python/operate/text.ts';
import { isSequence, numberOf, tensorOf } from '../arguments.ts';
import { attributesOf } from '../nn/attributes.ts';
import { type Module, moduleOf } from '../nn/module.ts';
import { Tensor } from '../tensor.ts';
import { emit, emitAll, tracing, unknown } from '../trace.ts';
import { operation, type Operation } from './define.ts';
import { given } from './weighted.ts';

/** Fused where nothing but a causal mask is given, else as the products that it is. */
function attention(
  query: Value,
  key: Value,
  value: Value,
  mask: Value | undefined,
  p: Value | undefined,
  causal: Value | undefined,
  scale: Value | undefined,
): Tensor {
  const [q, k, v] = [query, key, value].map((one) => tensorOf(one)) as [Tensor, Tensor, Tensor];
  const how = (name: string) => ({ name: `scaled_dot_product_attention.${name}` });
  if (!(mask instanceof Tensor) && q.shape.length === 4 && k.shape[1] === q.shape[1]) {
    const attributes = given([
      ['dropout_p', p],
      ['is_causal', causal],
      ['scale', scale],
    ]);
    return emit('scaled_dot_product_attention', attributes, [q, k, v], {
      name: 'scaled_dot_product_attention',
    });
  }
  if (causal === true || (mask instanceof Tensor && !mask.dtype.floats) || q.shape.length !== k.shape.length)
    throw unknown('torch.nn.functional.scaled_dot_product_attention of these');
  const factor = scale === undefined || scale === null ? q.shape.at(-1)! ** -0.5 : numberOf(scale);
  const scaled = emit('mul', { other: factor }, [q], how('scale'));
  const turned = emit('transpose', { dim0: -2, dim1: -1 }, [k], how('transpose'));
  const scores = emit('matmul', {}, [scaled, turned], how('scores'));
  const masked = mask instanceof Tensor ? emit('add', {}, [scores, mask], how('mask')) : scores;
  const shares = emit('softmax', { dim: -1 }, [masked], how('softmax'));
  const rate = p === undefined ? 0 : numberOf(p);
  const kept = rate > 0 ? emit('dropout', { p: rate }, [shares], how('dropout')) : shares;
  return emit('matmul', {}, [kept, v], how('mix'));
}

/** The tensors of a module under the names that its kind has for them. */
function recurrent(module: Module, kind: string, argumentNames: string, x: Tensor, states: Value): Value {
  // The layer begins with zeros.
  if (!isZero(states)) throw unknown(`nn.${module.cls.name} from a state that is not zero`);
  const attributes = attributesOf(
    argumentNames.split(' ').map((name) => [name, module.attributes!.get(name) ?? null] as const),
  );
  const weights = Object.fromEntries(module.parameters());
  const results = emitAll(kind, attributes, [x], {
    name: kind,
    path: tracing.current?.moduleNames.get(module),
    weights,
  });
  const [output, ...last] = results;
  return new PyTuple([output!, last.length > 1 ? new PyTuple(last) : last[0]!]);
}

/** None, or tensors of zeros. */
function isZero(states: Value): boolean {
  if (states === null) return true;
  if (isSequence(states)) return states.items.every(isZero);
  return (
    states instanceof Tensor &&
    states.reference === undefined &&
    states.values?.every((one) => one === 0) === true
  );
}

function multihead(
  module: Module,
  inputs: readonly Tensor[],
  need_weights: boolean,
  average_attn_weights: boolean,
): Value {
  const [q, k, v] = inputs;
  const names = 'embed_dim num_heads dropout bias batch_first';
  const entries = names.split(' ').map((name) => [name, module.attributes!.get(name) ?? null] as const);
  const weights = Object.fromEntries(module.tensors('parameters'));
  const different = q !== k || k !== v;
  const extra = different ? { kdim: k!.shape.at(-1), vdim: v!.shape.at(-1) } : {};
  const given = k === v && q === k ? [q!] : k === v ? [q!, k!] : inputs;
  const results = emitAll(
    'multihead_attention',
    { ...attributesOf(entries), ...extra, need_weights, average_attn_weights },
    given,
    {
      name: 'multihead_attention',
      path: tracing.current?.moduleNames.get(module),
      weights,
    },
  );
  return new PyTuple([results[0]!, results[1] ?? null]);
}

export const attentionOperations: readonly Operation[] = [
  operation(
    'scaled_dot_product_attention',
    ['functional'],
    'query key value attn_mask? dropout_p? is_causal? scale?',
    attention,
  ),
  operation('_recurrent', ['torch'], 'module kind names input states', (module, kind, names, input, states) =>
    recurrent(moduleOf(module), str(kind), str(names), tensorOf(input), states),
  ),
  operation(
    '_multihead',
    ['torch'],
    'module query key value need_weights average',
    (module, q, k, v, need, average) =>
      multihead(
        moduleOf(module),
        [q, k, v].map((one) => tensorOf(one)),
        truth(need),
        truth(average),
      ),
  ),
];
