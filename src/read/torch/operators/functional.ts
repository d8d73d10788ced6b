import { truth } from '../../python/operate/protocols.ts';
import type { Value } from '../../python/values/object.ts';
import { PyTuple } from '../../python/values/values.ts';
import { VggError } from '../../../core/errors/error.ts';
import { intOf, intsOf, isSequence, numberOf, sizesOf, tensorOf, tensorsOf } from '../arguments.ts';
import { attributesOf } from '../nn/attributes.ts';
import { type Module, moduleOf } from '../nn/module.ts';
import { Tensor } from '../tensor.ts';
import { emit, emitAll, here, tracing, unknown, type Weights } from '../trace.ts';
import { become, matmul } from './arithmetic.ts';
import { everywhere, operation, type Operation, type Place } from './define.ts';
import { transpose } from './shape.ts';

const optional = (value: Value | undefined): Tensor | null => (value instanceof Tensor ? value : null);
const given = (entries: readonly (readonly [string, Value | undefined])[]) =>
  attributesOf(entries.map(([name, value]) => [name, value ?? null] as const));

/** The module whose weights these are, when they are a module's. */
function ownerPath(...weights: readonly (Tensor | null)[]): string | undefined {
  const names = weights.flatMap((tensor) => (tensor && tracing.current?.names.get(tensor)) ?? []);
  const paths = new Set(names.map((name) => name.replace(/\.?[^.]*$/, '')));
  const [path] = paths;
  return paths.size === 1 && path !== '' ? path : undefined;
}

/** A layer whose weights are arguments. */
function weighted(kind: string, attributes: object, x: Tensor, weights: Weights, name: string): Tensor {
  const trace = tracing.current;
  const owner = ownerPath(...Object.values(weights));
  const path = owner !== undefined && owner === trace?.modules.at(-1) ? owner : undefined;
  const computed = Object.entries(weights).find(([, tensor]) => tensor && trace && !trace.names.has(tensor));
  if (computed)
    throw new VggError(
      'torch-computed-weight',
      { name: `torch.nn.functional.${name}`, weight: computed[0] },
      here(),
    );
  return emit(kind, attributes, [x], { name, path, weights });
}

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

/** As `nn.functional` names them; each is one layer with the first argument as its input. */
const activations: readonly (readonly [name: string, kind: string, signature: string])[] = [
  ['relu', 'relu', 'inplace?'],
  ['relu6', 'relu6', 'inplace?'],
  ['silu', 'silu', 'inplace?'],
  ['hardswish', 'hardswish', 'inplace?'],
  ['hardsigmoid', 'hardsigmoid', 'inplace?'],
  ['mish', 'mish', 'inplace?'],
  ['selu', 'selu', 'inplace?'],
  ['gelu', 'gelu', 'approximate?'],
  ['leaky_relu', 'leaky_relu', 'negative_slope? inplace?'],
  ['elu', 'elu', 'alpha? inplace?'],
  ['celu', 'celu', 'alpha? inplace?'],
  ['softplus', 'softplus', 'beta? threshold?'],
  ['hardtanh', 'hardtanh', 'min_val? max_val? inplace?'],
  ['threshold', 'threshold', 'threshold value inplace?'],
  ['sigmoid', 'sigmoid', ''],
  ['tanh', 'tanh', ''],
  ['softsign', 'softsign', ''],
  ['logsigmoid', 'logsigmoid', ''],
  ['glu', 'glu', 'dim?'],
  ['softmax', 'softmax', 'dim? _stacklevel? dtype?'],
  ['log_softmax', 'log_softmax', 'dim? _stacklevel? dtype?'],
];

const activation = ([name, kind, signature]: (typeof activations)[number]): readonly Operation[] => {
  const words = signature === '' ? [] : signature.split(' ').map((word) => word.replace('?', ''));
  const run = (self: Value, values: readonly (Value | undefined)[], more: object = {}) => {
    const entries = words
      .map((word, i) => [word, values[i]] as const)
      .filter(([word]) => word !== '_stacklevel' && word !== 'dtype');
    return emit(kind, { ...given(entries), ...more }, [tensorOf(self)], { name });
  };
  const places: readonly Place[] = ['functional', 'torch', 'method'];
  const inPlace = words.includes('inplace');
  return [
    operation(
      name,
      places,
      `self ${signature}`.trim() as 'self *more',
      ((self: Value, ...values: (Value | undefined)[]) => run(self, values)) as never,
    ),
    operation(`${name}_`, places, 'self', (self) =>
      become(tensorOf(self), run(self, [], inPlace ? { inplace: true } : {})),
    ),
  ];
};

const ranks = [1, 2, 3];

const convolution = (rank: number): Operation =>
  operation(
    `conv${rank}d`,
    ['functional', 'torch'],
    'input weight bias? stride? padding? dilation? groups?',
    (input, filters, bias, stride, padding, dilation, groups) => {
      const weight = tensorOf(filters);
      const count = groups === undefined ? 1 : intOf(groups);
      const attributes = {
        ...given([
          ['stride', stride],
          ['padding', padding],
          ['dilation', dilation],
        ]),
        in_channels: weight.shape[1]! * count,
        out_channels: weight.shape[0],
        kernel_size: weight.shape.slice(2),
        groups: count,
        bias: optional(bias) !== null,
      };
      return weighted(
        `conv${rank}d`,
        attributes,
        tensorOf(input),
        { weight, bias: optional(bias) },
        `conv${rank}d`,
      );
    },
  );

const pools = (rank: number): readonly Operation[] => [
  ...[`max_pool${rank}d`].map((name) =>
    operation(
      name,
      ['functional', 'torch'],
      'input kernel_size stride? padding? dilation? ceil_mode? return_indices?',
      (input, kernel, stride, padding, dilation, ceil) =>
        emit(
          `maxpool${rank}d`,
          given([
            ['kernel_size', kernel],
            ['stride', emptied(stride)],
            ['padding', padding],
            ['dilation', dilation],
            ['ceil_mode', ceil],
          ]),
          [tensorOf(input)],
          { name },
        ),
    ),
  ),
  operation(
    `avg_pool${rank}d`,
    ['functional', 'torch'],
    'input kernel_size stride? padding? ceil_mode? count_include_pad? divisor_override?',
    (input, kernel, stride, padding, ceil, include, divisor) =>
      emit(
        `avgpool${rank}d`,
        given([
          ['kernel_size', kernel],
          ['stride', emptied(stride)],
          ['padding', padding],
          ['ceil_mode', ceil],
          ['count_include_pad', include],
          ['divisor_override', divisor],
        ]),
        [tensorOf(input)],
        { name: `avg_pool${rank}d` },
      ),
  ),
  ...(['avg', 'max'] as const).map((what) =>
    operation(
      `adaptive_${what}_pool${rank}d`,
      ['functional', 'torch'],
      'input output_size return_indices?',
      (input, size) =>
        emit(`adaptive_${what}pool${rank}d`, given([['output_size', size]]), [tensorOf(input)], {
          name: `adaptive_${what}_pool${rank}d`,
        }),
    ),
  ),
];
/** `stride=[]` is the kernel's size. */
const emptied = (stride: Value | undefined): Value =>
  stride === undefined || (isSequence(stride) && stride.items.length === 0) ? null : stride;

const dropout = (name: string): Operation =>
  operation(
    name,
    ['functional', 'torch'],
    'input p? training? inplace?',
    (input, p, training = true, inplace = false) => {
      if (!truth(training)) return input;
      return emit(
        name.replace('_', ''),
        given([
          ['p', p],
          ['inplace', inplace],
        ]),
        [tensorOf(input)],
        { name },
      );
    },
  );

function interpolate(
  input: Value,
  size: Value | undefined,
  scale: Value | undefined,
  mode: Value | undefined,
  align: Value | undefined,
): Tensor {
  return emit(
    'upsample',
    given([
      ['size', size],
      ['scale_factor', scale],
      ['mode', mode],
      ['align_corners', align],
    ]),
    [tensorOf(input)],
    { name: 'interpolate' },
  );
}

const PADS: ReadonlyMap<string, string> = new Map([
  ['reflect', 'reflectionpad'],
  ['replicate', 'replicationpad'],
  ['circular', 'circularpad'],
]);

function pad(input: Value, sizes: Value, mode: Value | undefined, value: Value | undefined): Tensor {
  const x = tensorOf(input);
  const amounts = intsOf(sizes);
  if (amounts.every((one) => one === 0)) return x;
  const kind = typeof mode === 'string' ? PADS.get(mode) : undefined;
  if (kind) return emit(`${kind}${amounts.length / 2}d`, { padding: amounts }, [x], { name: 'pad' });
  if (mode !== undefined && mode !== 'constant') throw unknown(`torch.nn.functional.pad in this mode`);
  return emit(
    'pad',
    { pad: amounts, ...(value !== undefined && value !== null && { value: numberOf(value) }) },
    [x],
    { name: 'pad' },
  );
}

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
    (input, mean, variance, weight, bias, _training, momentum, eps) => {
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
  ...activations.flatMap(activation),
  ...ranks.flatMap((rank) => [convolution(rank), ...pools(rank)]),
  ...norms,
  ...['dropout', 'dropout1d', 'dropout2d', 'dropout3d'].map(dropout),
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
  operation(
    'interpolate',
    ['functional'],
    'input size? scale_factor? mode? align_corners? recompute_scale_factor? antialias?',
    interpolate,
  ),
  operation('upsample', ['functional'], 'input size? scale_factor? mode? align_corners?', interpolate),
  operation('pad', ['functional'], 'input pad mode? value?', pad),
  operation(
    'scaled_dot_product_attention',
    ['functional'],
    'query key value attn_mask? dropout_p? is_causal? scale?',
    attention,
  ),
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
  operation(
    'unfold',
    ['functional'],
    'input kernel_size dilation? padding? stride?',
    (input, kernel, dilation, padding, stride) =>
      emit(
        'unfold',
        given([
          ['kernel_size', kernel],
          ['dilation', dilation],
          ['padding', padding],
          ['stride', stride],
        ]),
        [tensorOf(input)],
        { name: 'unfold' },
      ),
  ),
  operation(
    'grid_sample',
    ['functional'],
    'input grid mode? padding_mode? align_corners?',
    (input, grid, mode, padding, align) =>
      emit(
        'grid_sample',
        given([
          ['mode', mode],
          ['padding_mode', padding],
          ['align_corners', align],
        ]),
        [tensorOf(input), tensorOf(grid)],
        { name: 'grid_sample' },
      ),
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
  operation('_recurrent', ['torch'], 'module kind input', (module, kind, input) =>
    recurrent(moduleOf(module), String(kind), tensorOf(input)),
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

/** The tensors of a module under the names that its kind has for them. */
function recurrent(module: Module, kind: string, x: Tensor): Value {
  const names = 'input_size hidden_size num_layers bias batch_first dropout bidirectional';
  const more = kind === 'rnn' ? ' nonlinearity' : kind === 'lstm' ? ' proj_size' : '';
  const attributes = attributesOf(
    `${names}${more}`.split(' ').map((name) => [name, module.attributes!.get(name) ?? null] as const),
  );
  const weights = Object.fromEntries(module.parameters());
  const results = emitAll(kind, attributes, [x], {
    name: kind,
    path: tracing.current?.moduleNames.get(module),
    weights,
  });
  const [output, ...states] = results;
  return new PyTuple([output!, kind === 'lstm' ? new PyTuple(states) : states[0]!]);
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
