import { operations } from '../torch/operators/registry.ts';
import type { Operation } from '../torch/operators/define.ts';

/** An ATen operator as the function of torch that it is. */
export interface Operator {
  readonly operation: Operation;
  /** The operator's arguments, by their names in ATen's schema, in the order of the function's. */
  readonly takes: readonly string[];
  /** Arguments that the function has by name only. */
  readonly named: readonly string[];
  /** Those that change neither shapes nor what is kept. */
  readonly ignores: readonly string[];
}

const convolutions = ['conv1d', 'conv2d', 'conv3d'].map(
  (name) => [name, 'input weight bias stride padding dilation groups'] as const,
);
const maxPools = ['max_pool1d', 'max_pool2d', 'max_pool3d'].map(
  (name) => [name, 'self kernel_size stride padding dilation ceil_mode'] as const,
);
const avgPools = ['avg_pool1d', 'avg_pool2d', 'avg_pool3d'].map(
  (name) => [name, 'self kernel_size stride padding ceil_mode count_include_pad divisor_override'] as const,
);
const adaptivePools = [1, 2, 3].map((rank) => [`adaptive_avg_pool${rank}d`, 'self output_size'] as const);
const alone = (names: string) => names.split(' ').map((name) => [name, 'self'] as const);
const ofTwo = (names: string) => names.split(' ').map((name) => [name, 'self other'] as const);

/**
 * ATen's name, the arguments that are read in the order of torch's function, and those that only concern how it is
 * computed. `of` where torch calls it otherwise.
 */
const TABLE: readonly (readonly [
  name: string,
  takes: string,
  more?: { readonly of?: string; readonly named?: string; readonly ignores?: string },
])[] = [
  ...convolutions,
  ...maxPools,
  ...avgPools,
  ...adaptivePools,
  ['linear', 'input weight bias'],
  ['layer_norm', 'input normalized_shape weight bias eps', { ignores: 'cudnn_enable' }],
  ['group_norm', 'input num_groups weight bias eps', { ignores: 'cudnn_enabled' }],
  [
    'batch_norm',
    'input running_mean running_var weight bias training momentum eps',
    { ignores: 'cudnn_enabled' },
  ],
  ['embedding', 'indices weight padding_idx'],
  [
    'scaled_dot_product_attention',
    'query key value attn_mask dropout_p is_causal scale',
    { ignores: 'enable_gqa' },
  ],
  ...alone(
    'relu relu_ relu6 silu silu_ hardswish hardswish_ hardsigmoid hardsigmoid_ mish selu sigmoid tanh',
  ),
  ['gelu', 'self approximate'],
  ['leaky_relu', 'self negative_slope'],
  ['elu', 'self alpha'],
  ['hardtanh', 'self min_val max_val'],
  ['softplus', 'self beta threshold'],
  ['glu', 'self dim'],
  ['softmax', 'self dim', { named: 'dtype' }],
  ['log_softmax', 'self dim', { named: 'dtype' }],
  ['dropout', 'input p train'],
  ['feature_dropout', 'input p train', { of: 'dropout2d' }],
  ...alone('exp log sqrt rsqrt abs neg sin cos floor ceil round sign reciprocal square'),
  ...ofTwo('maximum minimum matmul'),
  ['addmm', 'self mat1 mat2'],
  ['to', 'self dtype', { ignores: 'non_blocking copy memory_format' }],
  ['bmm', 'self mat2'],
  ['mm', 'self mat2'],
  ['add', 'self other', { named: 'alpha' }],
  ['add_', 'self other', { named: 'alpha' }],
  ['sub', 'self other', { named: 'alpha' }],
  ['sub_', 'self other', { named: 'alpha' }],
  ['div', 'self other', { named: 'rounding_mode' }],
  ...ofTwo('mul mul_ div_'),
  ['pow', 'self exponent'],
  ['clamp', 'self min max'],
  ['bernoulli_', 'self p'],
  ['mean', 'self dim keepdim'],
  ['sum', 'self dim keepdim'],
  ['amax', 'self dim keepdim'],
  ['reshape', 'self shape'],
  ['view', 'self size'],
  ['flatten', 'self start_dim end_dim'],
  ['unflatten', 'self dim sizes'],
  ['permute', 'self dims'],
  ['transpose', 'self dim0 dim1'],
  ['swapaxes', 'self axis0 axis1'],
  ['t', 'self'],
  ['unsqueeze', 'self dim'],
  ['squeeze', 'self dim'],
  ['expand', 'self size', { ignores: 'implicit' }],
  ['expand_as', 'self other'],
  ['contiguous', 'self'],
  ['clone', 'self'],
  ['chunk', 'self chunks dim'],
  ['split', 'self split_size dim'],
  ['split_with_sizes', 'self split_sizes dim', { of: 'split' }],
  ['unbind', 'self dim'],
  ['select', 'self dim index'],
  ['narrow', 'self dim start length'],
  ['cat', 'tensors dim'],
  ['stack', 'tensors dim'],
  ['roll', 'self shifts dims'],
  ['flip', 'self dims'],
  ['pad', 'self pad mode value'],
  ['pixel_shuffle', 'self upscale_factor'],
  ['pixel_unshuffle', 'self downscale_factor'],
  ['channel_shuffle', 'self groups'],
];

const byName = new Map(operations.map((one) => [one.name, one]));
const words = (text = '') => text.split(' ').filter((word) => word !== '');

/** Operators that are functions of torch with their arguments as they are, by ATen's names without the overload. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  TABLE.flatMap(([name, takes, { of = name, named, ignores } = {}]) => {
    const operation = byName.get(of);
    return operation
      ? [[name, { operation, takes: words(takes), named: words(named), ignores: words(ignores) }] as const]
      : [];
  }),
);
