import { layerKind } from '../../../layers/registry.ts';
import { parseAttributes } from '../../../layers/shared/attributes.ts';
import { weightsOf } from '../../../layers/shared/weights.ts';
import type { Shape } from '../../../core/shape.ts';
import { same } from '../../python/operate/compare.ts';
import { getAttribute } from '../../python/operate/core.ts';
import { func, method, nativeClass } from '../../python/operate/native.ts';
import { repr } from '../../python/operate/text.ts';
import { typeError } from '../../python/values/exceptions.ts';
import type { PyClass, Value } from '../../python/values/object.ts';
import { PyFloat } from '../../python/values/values.ts';
import { tensorOf } from '../arguments.ts';
import { int64, Tensor } from '../tensor.ts';
import { emit, tracing, unknown, type Weights } from '../trace.ts';
import { attributesOf, repeated } from './attributes.ts';
import { Module, moduleClass, moduleOf, newParameter } from './module.ts';

/** A class of `torch.nn` that is one layer. */
interface LayerClass {
  readonly name: string;
  readonly kind: string;
  /** As PyTorch writes them: `stride=1`. */
  readonly signature: string;
  /** Arguments that have a number for each dimension, and how many. */
  readonly windows?: { readonly rank: number; readonly names: string };
  /** An input that fits, of which the weights follow. */
  readonly input?: (attributes: Record<string, unknown>) => Shape;
  /** Arguments that the layer's kind does not know since they change nothing here. */
  readonly ignores?: string;
  /** Arguments that the kind calls otherwise, or has no argument for. */
  readonly attributes?: (attributes: Record<string, unknown>) => Record<string, unknown>;
  readonly shows?: string;
}

interface Argument {
  readonly name: string;
  readonly otherwise: Value | undefined;
}

const literal = (text: string): Value => {
  if (text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  if (text.startsWith("'")) return text.slice(1, -1);
  return /[.e]/.test(text) ? new PyFloat(Number(text)) : Number(text);
};

const parse = (signature: string): readonly Argument[] =>
  `${signature} device=None dtype=None`
    .trim()
    .split(' ')
    .map((word) => {
      const [name, otherwise] = word.split('=') as [string, string | undefined];
      return { name, otherwise: otherwise === undefined ? undefined : literal(otherwise) };
    });

const PLACED = new Set(['device', 'dtype']);

/** Layers that run otherwise in evaluation. */
const TRAINS = /^(?:BatchNorm|InstanceNorm|Dropout|RReLU)/;

/** What programs ask whether a module is one of, whatever its dimensions. */
export const baseClasses: readonly PyClass[] = ['_ConvNd', '_BatchNorm', '_InstanceNorm', '_DropoutNd'].map(
  (name) => nativeClass(name, [moduleClass], [], { module: 'torch.nn' }),
);
const bases: ReadonlyMap<string, PyClass> = new Map(
  ['Conv', 'BatchNorm', 'InstanceNorm', 'Dropout'].map((name, i) => [name, baseClasses[i]!]),
);

/** A class whose objects hold the arguments, the weights of its kind, and run as one layer of it. */
function classOf(layer: LayerClass): PyClass {
  const args = parse(layer.signature);
  const ignored = new Set((layer.ignores ?? '').split(' '));
  const windows = new Set((layer.windows?.names ?? '').split(' '));
  const own = args.filter(({ name }) => !PLACED.has(name));

  /** The kind's attributes as the object's own say them now. */
  const attributesNow = (module: Module): Record<string, unknown> => {
    const entries = own
      .filter(({ name }) => !ignored.has(name))
      .map(({ name }) => {
        const value = module.attributes!.get(name) ?? null;
        // Whether there is a weight; `None` where there is none.
        return [
          name,
          value instanceof Tensor ? true : value === null && module.weightNames.has(name) ? false : value,
        ] as const;
      });
    const attributes = attributesOf(entries);
    return layer.attributes ? layer.attributes(attributes) : attributes;
  };

  const init = func('__init__', 'self *args **more', (self, given, more) => {
    const module = moduleOf(self);
    if (given.length > args.length)
      throw typeError(
        `${layer.name}.__init__() takes ${args.length + 1} positional arguments but ${given.length + 1} were given`,
      );
    for (const name of more.keys()) {
      if (!args.some((one) => one.name === name))
        throw typeError(`${layer.name}.__init__() got an unexpected keyword argument '${name}'`);
    }
    for (const [i, { name, otherwise }] of args.entries()) {
      const value = i < given.length ? given[i]! : more.has(name) ? more.get(name)! : otherwise;
      if (value === undefined)
        throw typeError(`${layer.name}.__init__() missing required argument: '${name}'`);
      if (PLACED.has(name)) continue;
      // What stands for a default of PyTorch's that is another argument.
      const filled = name === 'stride' && value === null ? module.attributes!.get('kernel_size')! : value;
      module.attributes!.set(
        name,
        windows.has(name) && typeof filled !== 'string' ? repeated(filled, layer.windows!.rank) : filled,
      );
    }
    // What changes the shapes, or what runs, is not passed over.
    for (const { name, otherwise } of own) {
      const value = module.attributes!.get(name)!;
      if (ignored.has(name) && !same(value, otherwise!) && !(value === null && otherwise === false))
        throw unknown(`nn.${layer.name} with ${name}=${repr(value)}`);
    }
    makeWeights(module);
  });

  const makeWeights = (module: Module): void => {
    const attributes = attributesNow(module);
    const kind = layerKind(layer.kind);
    if (!kind.weights || !layer.input) return;
    const parsed = parseAttributes(kind, attributes);
    const specs = weightsOf(kind, { attributes: parsed, inputs: [layer.input(attributes)] });
    if (specs.some(({ name }) => name === 'weight')) module.attributes!.set('weight', null);
    for (const { name, shape, buffer, integer } of specs) {
      if (buffer) module.buffers.set(name, true);
      const tensor = buffer ? new Tensor(shape, { ...(integer && { dtype: int64 }) }) : newParameter(shape);
      module.attributes!.delete(name);
      module.attributes!.set(name, tensor);
      module.weightNames.add(name);
    }
    if (module.attributes!.get('bias') === false) {
      module.attributes!.set('bias', null);
      module.weightNames.add('bias');
    }
  };

  const forward = method('forward', 'self *inputs', (self, inputs) => {
    const module = moduleOf(self);
    if (tracing.current?.training && !module.training && TRAINS.test(layer.name))
      throw unknown(`nn.${layer.name} in eval() while the network trains`);
    const weights: Record<string, Tensor> = {};
    for (const name of module.weightNames) {
      const tensor = weightAt(module, name);
      if (tensor) weights[name] = tensor;
    }
    return runLayer(
      module,
      layer.kind,
      attributesNow(module),
      inputs.map((one) => tensorOf(one, `${layer.name}'s input`)),
      weights,
    );
  });

  const shown = method('extra_repr', 'self', (self) =>
    layer.shows === undefined ? '' : showing(layer.shows, moduleOf(self), args),
  );
  const cls = nativeClass(
    layer.name,
    [bases.get(layer.name.replace(/\dd$/, '')) ?? moduleClass],
    [
      ['forward', forward],
      ['extra_repr', shown],
    ],
    { module: 'torch.nn' },
  );
  cls.members.set(
    '__init__',
    method('__init__', 'self *args **more', (self, given, more) => init.invoke([self, ...given], more)),
  );
  cls.members.set(
    'reset_parameters',
    method('reset_parameters', 'self', () => null),
  );
  return cls;
}

const weightAt = (module: Module, name: string): Tensor | undefined => {
  const value = getAttribute(module, name);
  return value instanceof Tensor ? value : undefined;
};

/** A layer of the module that runs, under its own path. */
function runLayer(
  module: Module,
  kind: string,
  attributes: object,
  inputs: readonly Tensor[],
  weights: Weights,
): Tensor {
  return emit(kind, attributes, inputs, {
    name: module.cls.name.toLowerCase(),
    path: pathOf(module),
    weights,
  });
}

const pathOf = (module: Module): string | undefined => {
  const path = tracing.current?.moduleNames.get(module);
  return path === '' ? undefined : path;
};

/** `{in_channels}, {out_channels}, kernel_size={kernel_size}`; what follows `?` only where it is not the default. */
function showing(template: string, module: Module, args: readonly Argument[]): string {
  const text = (name: string) => {
    const value = module.attributes!.get(name) ?? null;
    return value instanceof Tensor ? 'True' : name === 'bias' && value === null ? 'False' : repr(value);
  };
  return template
    .split(', ')
    .flatMap((part) => {
      const always = !part.startsWith('?');
      const name = part.replace('?', '').replace('=', '').replace('{', '').replace('}', '');
      const plainName = /\{(\w+)\}/.exec(part)?.[1] ?? name;
      const otherwise = args.find((one) => one.name === plainName)?.otherwise;
      const now = text(plainName);
      if (
        !always &&
        (now === (otherwise === undefined ? '' : repr(otherwise)) || /^\((0(, 0)*|1(, 1)*),?\)$/.test(now))
      )
        return [];
      return [part.includes('{') ? part.replace('?', '').replace(/\{\w+\}/, now) : `${plainName}=${now}`];
    })
    .join(', ');
}

const convolution = (rank: number): LayerClass => ({
  name: `Conv${rank}d`,
  kind: `conv${rank}d`,
  signature:
    "in_channels out_channels kernel_size stride=1 padding=0 dilation=1 groups=1 bias=True padding_mode='zeros'",
  windows: { rank, names: 'kernel_size stride padding dilation' },
  input: (a) => [1, a['in_channels'] as number, ...Array.from({ length: rank }, () => 4096)],
  shows:
    '{in_channels}, {out_channels}, kernel_size, stride, ?padding, ?dilation, ?groups, ?bias, ?padding_mode',
});
const transposed = (rank: number): LayerClass => ({
  name: `ConvTranspose${rank}d`,
  kind: `convtranspose${rank}d`,
  signature:
    "in_channels out_channels kernel_size stride=1 padding=0 output_padding=0 groups=1 bias=True dilation=1 padding_mode='zeros'",
  windows: { rank, names: 'kernel_size stride padding output_padding dilation' },
  input: (a) => [1, a['in_channels'] as number, ...Array.from({ length: rank }, () => 4096)],
  shows:
    '{in_channels}, {out_channels}, kernel_size, stride, ?padding, ?output_padding, ?groups, ?bias, ?dilation',
});
const batchNorm = (rank: number): LayerClass => ({
  name: `BatchNorm${rank}d`,
  kind: `batchnorm${rank}d`,
  signature: 'num_features eps=1e-5 momentum=0.1 affine=True track_running_stats=True',
  input: (a) => [2, a['num_features'] as number, ...Array.from({ length: rank }, () => 2)],
  shows: '{num_features}, eps, momentum, affine, track_running_stats',
});
const instanceNorm = (rank: number): LayerClass => ({
  ...batchNorm(rank),
  name: `InstanceNorm${rank}d`,
  kind: `instancenorm${rank}d`,
  signature: 'num_features eps=1e-5 momentum=0.1 affine=False track_running_stats=False',
});
const maxPool = (rank: number): LayerClass => ({
  name: `MaxPool${rank}d`,
  kind: `maxpool${rank}d`,
  signature: 'kernel_size stride=None padding=0 dilation=1 return_indices=False ceil_mode=False',
  ignores: 'return_indices',
  shows: 'kernel_size, stride, padding, dilation, ceil_mode',
});
const avgPool = (rank: number): LayerClass => ({
  name: `AvgPool${rank}d`,
  kind: `avgpool${rank}d`,
  signature: `kernel_size stride=None padding=0 ceil_mode=False count_include_pad=True${rank > 1 ? ' divisor_override=None' : ''}`,
  shows: 'kernel_size, stride, padding',
});
const adaptive = (what: 'Avg' | 'Max', rank: number): LayerClass => ({
  name: `Adaptive${what}Pool${rank}d`,
  kind: `adaptive_${what.toLowerCase()}pool${rank}d`,
  signature: `output_size${what === 'Max' ? ' return_indices=False' : ''}`,
  ignores: 'return_indices',
  shows: 'output_size',
});
const dropout = (name: string): LayerClass => ({
  name,
  kind: name.toLowerCase(),
  signature: 'p=0.5 inplace=False',
  shows: 'p, inplace',
});
const padding = (name: string, rank: number): LayerClass => ({
  name: `${name}${rank}d`,
  kind: `${name.toLowerCase()}${rank}d`,
  signature: `padding${name === 'ConstantPad' ? ' value' : ''}`,
});
const activation = (name: string, kind: string, signature = '', shows?: string): LayerClass => ({
  name,
  kind,
  signature,
  ...(shows !== undefined && { shows }),
});
const inplace = (name: string, kind: string): LayerClass =>
  activation(name, kind, 'inplace=False', '?inplace');

const ranks = [1, 2, 3];
const layers: readonly LayerClass[] = [
  ...ranks.flatMap((rank) => [
    convolution(rank),
    transposed(rank),
    batchNorm(rank),
    instanceNorm(rank),
    maxPool(rank),
    avgPool(rank),
    adaptive('Avg', rank),
    adaptive('Max', rank),
    dropout(`Dropout${rank}d`),
    ...['ZeroPad', 'ConstantPad', 'ReflectionPad', 'ReplicationPad', 'CircularPad'].map((name) =>
      padding(name, rank),
    ),
  ]),
  dropout('Dropout'),
  {
    name: 'Linear',
    kind: 'linear',
    signature: 'in_features out_features bias=True',
    input: (a) => [1, a['in_features'] as number],
    shows: 'in_features, out_features, bias',
  },
  {
    name: 'Embedding',
    kind: 'embedding',
    signature:
      'num_embeddings embedding_dim padding_idx=None max_norm=None norm_type=2.0 scale_grad_by_freq=False sparse=False',
    ignores: 'max_norm norm_type scale_grad_by_freq sparse',
    input: () => [1],
    shows: '{num_embeddings}, {embedding_dim}',
  },
  {
    name: 'LayerNorm',
    kind: 'layernorm',
    signature: 'normalized_shape eps=1e-5 elementwise_affine=True bias=True',
    windows: { rank: 1, names: 'normalized_shape' },
    input: (a) => [1, ...(a['normalized_shape'] as number[])],
    shows: '{normalized_shape}, eps, elementwise_affine',
  },
  {
    name: 'GroupNorm',
    kind: 'groupnorm',
    signature: 'num_groups num_channels eps=1e-5 affine=True',
    input: (a) => [1, a['num_channels'] as number, 2, 2],
    shows: '{num_groups}, {num_channels}, eps, affine',
  },
  {
    name: 'LocalResponseNorm',
    kind: 'local_response_norm',
    signature: 'size alpha=0.0001 beta=0.75 k=1.0',
    shows: '{size}, alpha, beta, k',
  },
  {
    name: 'PReLU',
    kind: 'prelu',
    signature: 'num_parameters=1 init=0.25',
    input: (a) => [1, a['num_parameters'] as number],
    shows: 'num_parameters',
  },
  inplace('ReLU', 'relu'),
  inplace('ReLU6', 'relu6'),
  inplace('SiLU', 'silu'),
  inplace('Hardswish', 'hardswish'),
  inplace('Hardsigmoid', 'hardsigmoid'),
  inplace('Mish', 'mish'),
  inplace('SELU', 'selu'),
  activation('GELU', 'gelu', "approximate='none'", 'approximate'),
  activation('LeakyReLU', 'leaky_relu', 'negative_slope=0.01 inplace=False', 'negative_slope, ?inplace'),
  activation('ELU', 'elu', 'alpha=1.0 inplace=False', 'alpha, ?inplace'),
  activation('CELU', 'celu', 'alpha=1.0 inplace=False', 'alpha, ?inplace'),
  activation('Softplus', 'softplus', 'beta=1.0 threshold=20.0', 'beta, threshold'),
  activation('Hardtanh', 'hardtanh', 'min_val=-1.0 max_val=1.0 inplace=False', 'min_val, max_val, ?inplace'),
  activation('Threshold', 'threshold', 'threshold value inplace=False', 'threshold, value, ?inplace'),
  activation('Softmax', 'softmax', 'dim=None', 'dim'),
  activation('LogSoftmax', 'log_softmax', 'dim=None', 'dim'),
  activation('GLU', 'glu', 'dim=-1', 'dim'),
  activation('RReLU', 'rrelu', 'lower=0.125 upper=0.3333333333333333 inplace=False'),
  activation('Sigmoid', 'sigmoid'),
  activation('Tanh', 'tanh'),
  activation('Softsign', 'softsign'),
  activation('LogSigmoid', 'logsigmoid'),
  activation('Flatten', 'flatten', 'start_dim=1 end_dim=-1', 'start_dim, end_dim'),
  {
    name: 'Upsample',
    kind: 'upsample',
    signature: "size=None scale_factor=None mode='nearest' align_corners=None recompute_scale_factor=None",
    ignores: 'recompute_scale_factor',
    shows: 'scale_factor, mode',
  },
  { name: 'PixelShuffle', kind: 'pixel_shuffle', signature: 'upscale_factor', shows: 'upscale_factor' },
  {
    name: 'PixelUnshuffle',
    kind: 'pixel_unshuffle',
    signature: 'downscale_factor',
    shows: 'downscale_factor',
  },
  {
    name: 'Unfold',
    kind: 'unfold',
    signature: 'kernel_size dilation=1 padding=0 stride=1',
    shows: 'kernel_size, dilation, padding, stride',
  },
  {
    name: 'Fold',
    kind: 'fold',
    signature: 'output_size kernel_size dilation=1 padding=0 stride=1',
    shows: 'output_size, kernel_size, dilation, padding, stride',
  },
  { name: 'ChannelShuffle', kind: 'channel_shuffle', signature: 'groups', shows: 'groups' },
  {
    name: 'RMSNorm',
    kind: 'rms_norm',
    signature: 'normalized_shape eps=None elementwise_affine=True',
    windows: { rank: 1, names: 'normalized_shape' },
    input: (a) => [1, ...(a['normalized_shape'] as number[])],
    shows: '{normalized_shape}, eps, elementwise_affine',
  },
];

export const layerClasses: readonly PyClass[] = layers.map(classOf);
