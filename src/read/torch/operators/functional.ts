import { intOf, isSequence, sizesOf, tensorOf, tensorsOf } from '../arguments.ts';
import { truth } from '../../python/operate/protocols.ts';
import { Tensor } from '../tensor.ts';
import { emit, tracing, unknown } from '../trace.ts';
import { matmul } from './arithmetic.ts';
import { everywhere, operation, type Operation } from './define.ts';
import { given, optional, weighted } from './weighted.ts';
import { transpose } from './shape.ts';
import { activationOperations } from './activations.ts';
import { attentionOperations } from './attention.ts';
import { windowOperations } from './windows.ts';

function linear(x: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
  if (tracing.current && !tracing.current.names.has(weight)) {
    const product = matmul(x, transpose(weight, -2, -1, 't'), 'linear');
    return bias ? emit('add', {}, [product, bias], { name: 'linear_bias' }) : product;
  }
  const [out_features, in_features] = weight.shape;
  const trace = tracing.current;
  // A bias that is read elsewhere too is added for itself.
  if (bias && trace && (!trace.names.has(bias) || (trace.owners.has(bias) && !trace.owners.has(weight)))) {
    const product = weighted('linear', { in_features, out_features, bias: false }, x, { weight }, 'linear');
    return emit('add', {}, [product, bias], { name: 'linear_bias' });
  }
  return weighted(
    'linear',
    { in_features, out_features, bias: bias !== null },
    x,
    { weight, bias },
    'linear',
  );
}

const norms: readonly Operation[] = [
  operation(
    'layer_norm',
    ['functional', 'torch'],
    'input normalized_shape weight? bias? eps?',
    (input, shape, weight, bias, eps) => {
      const weights = { weight: optional(weight), bias: optional(bias) };
      const attributes = {
        ...given([
          ['normalized_shape', shape],
          ['eps', eps],
        ]),
        elementwise_affine: weights.weight !== null,
        bias: weights.bias !== null,
      };
      return weighted('layernorm', attributes, tensorOf(input), weights, 'layer_norm');
    },
  ),
  operation(
    'group_norm',
    ['functional', 'torch'],
    'input num_groups weight? bias? eps?',
    (input, groups, weight, bias, eps) => {
      const weights = { weight: optional(weight), bias: optional(bias) };
      return weighted(
        'groupnorm',
        {
          ...given([
            ['num_groups', groups],
            ['eps', eps],
          ]),
          affine: weights.weight !== null,
        },
        tensorOf(input),
        weights,
        'group_norm',
      );
    },
  ),
  operation(
    'batch_norm',
    ['functional', 'torch'],
    'input running_mean running_var weight? bias? training? momentum? eps?',
    (input, mean, variance, weight, bias, training = false, momentum, eps) => {
      if (tracing.current?.training && !truth(training))
        throw unknown('torch.nn.functional.batch_norm with training=False while the network trains');
      const x = tensorOf(input);
      const weights = {
        weight: optional(weight),
        bias: optional(bias),
        running_mean: optional(mean),
        running_var: optional(variance),
      };
      const attributes = {
        ...given([
          ['momentum', momentum],
          ['eps', eps],
        ]),
        affine: weights.weight !== null,
      };
      return weighted(`batchnorm${Math.max(1, x.shape.length - 2)}d`, attributes, x, weights, 'batch_norm');
    },
  ),
];

export const functional: readonly Operation[] = [
  ...activationOperations,
  ...windowOperations,
  ...attentionOperations,
  ...norms,
  operation('linear', ['functional'], 'input weight bias?', (input, weight, bias) =>
    linear(tensorOf(input), tensorOf(weight), optional(bias)),
  ),
  operation('embedding', ['functional'], 'input weight padding_idx?', (input, weight, padding) => {
    const [num_embeddings, embedding_dim] = tensorOf(weight).shape;
    return weighted(
      'embedding',
      { num_embeddings, embedding_dim, ...given([['padding_idx', padding]]) },
      tensorOf(input),
      { weight: tensorOf(weight) },
      'embedding',
    );
  }),
  operation('normalize', ['functional'], 'input p? dim? eps? out?', (input, p, dim, eps) =>
    emit(
      'normalize',
      given([
        ['p', p],
        ['dim', dim],
        ['eps', eps],
      ]),
      [tensorOf(input)],
      { name: 'normalize' },
    ),
  ),
  operation(
    'rms_norm',
    ['functional', 'torch'],
    'input normalized_shape weight? eps?',
    (input, shape, weight, eps) => {
      const weights = { weight: optional(weight) };
      const attributes = {
        ...given([
          ['normalized_shape', shape],
          ['eps', eps],
        ]),
        elementwise_affine: weights.weight !== null,
      };
      return weighted('rms_norm', attributes, tensorOf(input), weights, 'rms_norm');
    },
  ),
  operation('einsum', ['torch'], 'equation *operands', (equation, operands) => {
    const [first] = operands;
    const tensors =
      first !== undefined && isSequence(first) ? tensorsOf(first) : operands.map((one) => tensorOf(one));
    return emit('einsum', { equation: String(equation) }, tensors, { name: 'einsum' });
  }),
  operation('pixel_unshuffle', ['functional', 'torch'], 'input downscale_factor', (input, factor) =>
    emit('pixel_unshuffle', { downscale_factor: intOf(factor) }, [tensorOf(input)], {
      name: 'pixel_unshuffle',
    }),
  ),
  operation('flip', everywhere, 'self *places dims?', (self, places, dims) =>
    emit('flip', { dims: sizesOf(dims === undefined ? places : [dims]) }, [tensorOf(self)], { name: 'flip' }),
  ),
  operation('pixel_shuffle', ['functional', 'torch'], 'input upscale_factor', (input, factor) =>
    emit('pixel_shuffle', { upscale_factor: intOf(factor) }, [tensorOf(input)], { name: 'pixel_shuffle' }),
  ),
  operation('channel_shuffle', ['functional', 'torch'], 'input groups', (input, groups) =>
    emit('channel_shuffle', { groups: intOf(groups) }, [tensorOf(input)], { name: 'channel_shuffle' }),
  ),
  operation('one_hot', ['functional'], 'input num_classes', (input, classes) =>
    emit('one_hot', { num_classes: intOf(classes) }, [tensorOf(input)], { name: 'one_hot' }),
  ),
  operation('baddbmm', everywhere, 'self a b', (self, a, b) =>
    emit('add', {}, [tensorOf(self), matmul(tensorOf(a), tensorOf(b), 'bmm')], { name: 'baddbmm' }),
  ),
  operation('addmm', everywhere, 'self a b', (self, a, b) =>
    emit('add', {}, [tensorOf(self), matmul(tensorOf(a), tensorOf(b), 'mm')], { name: 'addmm' }),
  ),
];
