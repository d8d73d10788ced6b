import type { Evaluator } from '../python/evaluator.ts';
import { call, getAttribute } from '../python/operate/core.ts';
import { func, named, nativeClass, nativeModule } from '../python/operate/native.ts';
import { objectClass } from '../python/values/classes.ts';
import { PyDict } from '../python/values/dict.ts';
import { PyInstance, PyObject, type Value } from '../python/values/object.ts';
import { PyFloat, PyModule, type PyNative, PyTuple } from '../python/values/values.ts';
import { str } from '../python/operate/text.ts';
import { numpy } from './numpy.ts';
import { Module, moduleClass } from './nn/module.ts';
import { baseClasses, layerClasses } from './nn/layers.ts';
import { prelude } from './nn/prelude.ts';
import { deviceClass } from './operators/creation.ts';
import type { Place } from './operators/define.ts';
import { operations } from './operators/registry.ts';
import { dtypeClass, dtypes, parameterClass, sizeClass, Tensor, tensorClass } from './tensor.ts';
import { unknown } from './trace.ts';
import {
  context,
  contextClass,
  gives,
  handsOn,
  ignored,
  nothing,
  outside,
  OUTSIDE,
  OUTSIDE_MODULES,
  OUTSIDE_PACKAGES,
  stoppingContext,
} from './outside.ts';

for (const { name, places, bound } of operations) {
  if (places.includes('method') && !tensorClass.members.has(name)) tensorClass.members.set(name, bound);
}
const at = (place: Place): [string, Value][] =>
  operations.filter(({ places }) => places.includes(place)).map(({ name, native }) => [name, native]);

const INIT =
  'kaiming_normal_ kaiming_uniform_ xavier_normal_ xavier_uniform_ normal_ uniform_ trunc_normal_ constant_ zeros_ ones_ eye_ dirac_ orthogonal_ sparse_ kaiming_normal xavier_uniform xavier_normal normal uniform constant';

const simple = (name: string, entries: Iterable<readonly [string, Value]>) => nativeModule(name, entries);

/**
 * Packages whose own __init__ imports far more than networks: a name is looked for in these of their modules, when it
 * is asked for.
 */
interface LazyPackage {
  /** Left out where they are too many to name: those whose source defines what is asked for. */
  readonly modules?: string;
  /** What it has besides. */
  readonly own?: (evaluator: Evaluator) => readonly PyNative[];
}

const LAZY_PACKAGES: ReadonlyMap<string, LazyPackage> = new Map<string, LazyPackage>([
  ['torchvision', { modules: 'models ops' }],
  [
    'torchvision.models',
    {
      modules:
        'alexnet convnext densenet efficientnet googlenet inception maxvit mnasnet mobilenetv2 mobilenetv3 regnet resnet shufflenetv2 squeezenet swin_transformer vgg vision_transformer segmentation',
    },
  ],
  ['torchvision.models.segmentation', { modules: 'deeplabv3 fcn lraspp' }],
  ['torchvision.ops', { modules: 'misc stochastic_depth' }],
  ['timm', { modules: 'models', own: (evaluator) => [createModel(evaluator)] }],
  ['timm.models', {}],
]);

function lazyPackage(
  name: string,
  { modules, own = () => [] }: LazyPackage,
  evaluator: Evaluator,
  sources: Sources,
): PyModule {
  const module = new PyModule(
    name,
    new Map<string, Value>([
      ['__name__', name],
      ['__package__', name],
      ['__version__', '0'],
      ...named(own(evaluator)),
    ]),
    true,
  );
  module.missing = (asked) => {
    if (asked.startsWith('__')) return undefined;
    const inside = `${name}.${asked}`;
    if (sources.isThere(inside) || LAZY_PACKAGES.has(inside)) {
      const found = evaluator.importModule(inside);
      // `from .alexnet import *`: the function hides its module.
      const same = found.native ? undefined : found.attributes.get(asked);
      module.attributes.set(asked, same ?? found);
      return same ?? found;
    }
    const near = (one: string) => Number(asked.startsWith(one.slice(0, 3)));
    const among = modules?.split(' ') ?? sources.defining(name, asked);
    for (const one of among.toSorted((a, b) => near(b) - near(a))) {
      const found = evaluator.importModule(`${name}.${one}`).attributes.get(asked);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return module;
}

/** What may be imported. */
export interface Sources {
  isThere(name: string): boolean;
  /** Modules of a package whose source defines a function or a class of this name. */
  defining(name: string, asked: string): readonly string[];
}

export interface Library {
  /** The module of a name, where it is torch's or of no concern. */
  find(name: string): PyModule | undefined;
}

/** `torch` for one evaluator. */
export function makeLibrary(
  evaluator: () => Evaluator,
  readPython: (name: string, source: string) => PyModule,
  sources: Sources,
): Library {
  const functionalModule = simple('torch.nn.functional', [
    ...at('functional'),
    ...[
      'cross_entropy',
      'mse_loss',
      'nll_loss',
      'binary_cross_entropy',
      'binary_cross_entropy_with_logits',
      'l1_loss',
      'smooth_l1_loss',
    ].map((name) => [name, gives(name, ignored)] as const),
  ]);
  const init = simple('torch.nn.init', named(INIT.split(' ').map(nothing)));
  init.attributes.set('calculate_gain', gives('calculate_gain', new PyFloat(1)));
  init.attributes.set(
    '_calculate_fan_in_and_fan_out',
    func('_calculate_fan_in_and_fan_out', 'tensor', (tensor) => {
      const { shape } = tensor as Tensor;
      const inner = shape.slice(2).reduce((a, b) => a * b, 1);
      return new PyTuple([(shape[1] ?? 1) * inner, (shape[0] ?? 1) * inner]);
    }),
  );
  const layersModule = simple('torch._layers', [
    ['Module', moduleClass],
    ['Parameter', parameterClass],
    ...[...baseClasses, ...layerClasses].map((cls) => [cls.name, cls] as const),
  ]);
  layersModule.attributes.set(
    '__all__',
    new PyTuple(['Module', 'Parameter', ...[...baseClasses, ...layerClasses].map(({ name }) => name)]),
  );
  const checkpoint = simple('torch.utils.checkpoint', [
    [
      'checkpoint',
      func('checkpoint', 'function *args use_reentrant? preserve_rng_state? **more', (fn, args) =>
        call(fn, args),
      ),
    ],
    [
      'checkpoint_sequential',
      func('checkpoint_sequential', 'functions segments input use_reentrant?', (fns, _segments, input) =>
        call(fns, [input]),
      ),
    ],
  ]);
  const jit = simple('torch.jit', [
    ...named(
      [
        'script',
        'export',
        'ignore',
        'unused',
        'script_method',
        'interface',
        '_overload_method',
        '_overload',
        'script_if_tracing',
      ].map(handsOn),
    ),
    ...named(['is_scripting', 'is_tracing'].map((name) => gives(name, false))),
    ['Final', objectClass],
    ['annotate', func('annotate', 'type value', (_, value) => value)],
  ]);
  const fx = simple('torch.fx', [
    ...named([handsOn('wrap')]),
    ['Proxy', nativeClass('Proxy', [objectClass], [])],
  ]);
  let nn: PyModule | undefined;
  const makeNn = (): PyModule => {
    if (nn) return nn;
    const made = readPython('torch.nn', prelude);
    made.attributes.set('functional', functionalModule);
    made.attributes.set('init', init);
    for (const name of [
      'modules',
      'parameter',
      'utils',
      'batchnorm',
      'conv',
      'linear',
      'activation',
      'dropout',
      'pooling',
      'container',
    ])
      made.attributes.set(name, made);
    made.attributes.set('parallel', outside('torch.nn.parallel'));
    for (const name of ['DataParallel', 'SyncBatchNorm'])
      made.attributes.set(
        name,
        name === 'DataParallel'
          ? func(name, 'module *args **more', (module) => module)
          : made.attributes.get('BatchNorm2d')!,
      );
    made.missing = (name) => (OUTSIDE.test(name) ? ignored : unknownName('torch.nn', name));
    return (nn = made);
  };
  const autograd = outside('torch.autograd');
  autograd.attributes.set('Function', nativeClass('Function', [objectClass], []));
  const cuda = outside('torch.cuda');
  cuda.attributes.set('is_available', gives('is_available', false));
  cuda.attributes.set('device_count', gives('device_count', 0));
  const backends = outside('torch.backends');
  const constant = (name: string) => [name, name] as const;
  const torch = simple('torch', [
    ...at('torch'),
    ['Tensor', tensorClass],
    ['Size', sizeClass],
    ['dtype', dtypeClass],
    ['device', deviceClass],
    ...dtypes,
    ['float', dtypes.get('float32')!],
    ['double', dtypes.get('float64')!],
    ['half', dtypes.get('float16')!],
    ['long', dtypes.get('int64')!],
    ['int', dtypes.get('int32')!],
    ['pi', new PyFloat(Math.PI)],
    ['inf', new PyFloat(Infinity)],
    ...['channels_last', 'contiguous_format', 'preserve_format', 'strided'].map(constant),
    ['__version__', '2.13.0'],
    ['_layers', layersModule],
    ['jit', jit],
    ['fx', fx],
    ['cuda', cuda],
    ['autograd', autograd],
    ['backends', backends],
    ...['optim', 'distributed', 'amp', 'mps', 'random', 'hub', 'onnx', 'ao'].map(
      (name) => [name, outside(`torch.${name}`)] as const,
    ),
    ...named(['enable_grad', 'autocast'].map(context)),
    ...named(['no_grad', 'inference_mode', 'set_grad_enabled'].map(stoppingContext)),
    ...named(
      [
        'manual_seed',
        'set_default_dtype',
        'set_printoptions',
        'set_default_device',
        'use_deterministic_algorithms',
        'set_float32_matmul_precision',
        'save',
        'seed',
      ].map(nothing),
    ),
    ['compile', handsOn('compile')],
    ['is_grad_enabled', gives('is_grad_enabled', true)],
    ['get_default_dtype', gives('get_default_dtype', dtypes.get('float32')!)],
    ['load', gives('load', new PyDict())],
    ['_assert', gives('_assert', null)],
    [
      '_unknown',
      func('_unknown', 'what', (what) => {
        throw unknown(str(what));
      }),
    ],
    ['_C', outside('torch._C')],
  ]);
  for (const [alias, name] of [
    ['multiply', 'mul'],
    ['divide', 'div'],
    ['subtract', 'sub'],
    ['absolute', 'abs'],
    ['less', 'lt'],
    ['greater', 'gt'],
  ] as const)
    torch.attributes.set(alias, torch.attributes.get(name)!);
  torch.missing = (name) => (name === 'nn' ? evaluator().importModule('torch.nn') : undefined);
  const utils = simple('torch.utils', [['checkpoint', checkpoint]]);
  utils.missing = (name) => (name === 'data' ? outside('torch.utils.data') : undefined);
  torch.attributes.set('utils', utils);
  torch.attributes.set('functional', torch);
  const logging = outside('torchvision.utils');
  const fixed = new Map<string, PyModule>([
    ['torch', torch],
    ['torch.functional', torch],
    ['torch.nn.functional', functionalModule],
    ['torch.nn.init', init],
    ['torch._layers', layersModule],
    ['torch.utils', utils],
    ['torch.utils.checkpoint', checkpoint],
    ['torch.jit', jit],
    ['torch.fx', fx],
    ['torch.cuda', cuda],
    ['torch.autograd', autograd],
    ['torch.backends', backends],
    ['numpy', numpy()],
  ]);
  return {
    find(name) {
      const known = fixed.get(name);
      if (known) return known;
      if (/^torch\.nn(?:\.(?:modules|parameter|utils)(?:\..*)?)?$/.test(name)) return makeNn();
      if (name === 'd2l' || name.startsWith('d2l.')) return book(evaluator());
      const lazy = LAZY_PACKAGES.get(name);
      if (lazy !== undefined && sources.isThere(name)) {
        return lazyPackage(name, lazy, evaluator(), sources);
      }
      if (OUTSIDE_PACKAGES.test(name) || OUTSIDE_MODULES.test(name)) return outside(name);
      if (name === 'torchvision.utils') return logging;
      return undefined;
    },
  };
}

function unknownName(module: string, name: string): undefined {
  if (name.startsWith('__')) return undefined;
  throw unknown(`${module}.${name}`);
}

/** `timm.create_model('resnet50', num_classes=10)`; there are no weights to load. */
const createModel = (evaluator: Evaluator) =>
  func('create_model', 'model_name pretrained? **more', (name, _pretrained, more) => {
    const models = evaluator.importModule('timm.models');
    return call(getAttribute(models, str(name)), [], more);
  });

/** The book's package: its modules are PyTorch's, all else is training and plots. */
function book(evaluator: Evaluator): PyModule {
  const module = outside('d2l');
  const own = (name: string) => evaluator.importModule(name);
  module.attributes.set('torch', module);
  module.attributes.set('nn', own('torch.nn'));
  module.attributes.set('Module', moduleClass);
  module.attributes.set('Classifier', moduleClass);
  module.attributes.set(
    'add_to_class',
    func('add_to_class', 'cls', (cls) =>
      func('wrapper', 'fn', (fn) => {
        if (fn instanceof PyObject)
          (cls as Module['cls']).members.set(String((fn as unknown as { name: string }).name), fn);
        return fn;
      }),
    ),
  );
  module.attributes.set('init_cnn', nothing('init_cnn'));
  module.attributes.set('try_gpu', gives('try_gpu', new PyInstance(contextClass)));
  return module;
}
