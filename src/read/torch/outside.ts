import { func, method, nativeClass } from '../python/operate/native.ts';
import { objectClass } from '../python/values/classes.ts';
import { type PyClass, PyInstance, PyObject, type Value } from '../python/values/object.ts';
import { PyIterator, PyModule } from '../python/values/values.ts';
import { tracing, unknown } from './trace.ts';

/** `with torch.no_grad():`, and `@torch.no_grad()`. */
export const contextClass = nativeClass(
  'context',
  [objectClass],
  [
    ['__enter__', method('__enter__', 'self', (self) => self)],
    ['__exit__', method('__exit__', 'self *args', () => false)],
    ['__call__', method('__call__', 'self fn', (_, fn) => fn)],
    ['__init__', method('__init__', 'self *args **more', () => null)],
  ],
);
/** Nothing is learned through what runs inside of it, which no graph of layers says. */
const stoppingClass = nativeClass('no_grad', [contextClass], []);
stoppingClass.members.set(
  '__enter__',
  method('__enter__', 'self', (self) => {
    if (tracing.current) throw unknown('torch.no_grad in a forward pass');
    return self;
  }),
);
const entered = (name: string, cls: PyClass) =>
  func(name, '*args **more', ([first]) =>
    first instanceof PyObject && isFunction(first) ? first : new PyInstance(cls),
  );
export const context = (name: string) => entered(name, contextClass);
export const stoppingContext = (name: string) => entered(name, stoppingClass);
const isFunction = (value: PyObject) => value.cls.name === 'function';

/** What gives its first argument: a decorator that has nothing to do with shapes. */
export const handsOn = (name: string) =>
  func(name, '*args **more', ([first]) => first ?? func(name, 'fn', (fn) => fn));
/** What does nothing, and gives what it was given first. */
export const nothing = (name: string) => func(name, '*args **more', ([first]) => first ?? null);
export const gives = (name: string, value: Value) => func(name, '*args **more', () => value);

/** Losses, optimizers and the like: made, but never part of the network. */
export const OUTSIDE =
  /^(?:fuse_\w+|clip_grad_\w+|.*Loss|SGD|Adam\w*|RMSprop|Adagrad|.*LR|DataLoader|Dataset|TensorDataset|SummaryWriter)$/;

/** Anything: what is not part of the network may be called and asked, and gives itself. */
const ignoredClass = nativeClass('ignored', [objectClass], []);
export const ignored = new PyInstance(ignoredClass);
for (const [name, one] of Object.entries({
  __call__: method('__call__', 'self *args **more', (self) => self),
  __getattr__: method('__getattr__', 'self name', (self) => self),
  __setattr__: method('__setattr__', 'self name value', () => null),
  __bool__: method('__bool__', 'self', () => {
    throw unknown('a condition on what is not part of the network');
  }),
  __enter__: method('__enter__', 'self', (self) => self),
  __exit__: method('__exit__', 'self *args', () => false),
  __iter__: method('__iter__', 'self', () => new PyIterator(() => undefined)),
}))
  ignoredClass.members.set(name, one);
for (const name of ['add', 'sub', 'mul', 'truediv', 'floordiv', 'mod', 'pow']) {
  for (const dunder of [`__${name}__`, `__r${name}__`])
    ignoredClass.members.set(
      dunder,
      method(dunder, 'self other', (self) => self),
    );
}

/** A module of which everything is ignored. */
export function outside(name: string): PyModule {
  const module = new PyModule(
    name,
    new Map<string, Value>([
      ['__name__', name],
      ['__version__', '0'],
    ]),
    true,
  );
  module.missing = (asked) => (asked.startsWith('__') ? undefined : ignored);
  return module;
}

/** Packages of plots, data and training, of which no network is made. */
export const OUTSIDE_PACKAGES =
  /^(?:fnmatch|glob|shutil|tempfile|urllib|zipfile|hashlib|pickle|argparse|subprocess|threading|platform|traceback|datetime|pprint|csv|gc|pathlib|modulefinder|pkgutil|yaml|timm\.data|torch\.jit\.annotations|matplotlib|IPython|tqdm|pandas|PIL|cv2|sklearn|tensorboard|wandb|torchsummary|torchinfo|torchviz|seaborn|tensorboardX|thop|fvcore|ptflops|requests|safetensors|huggingface_hub)(?:\.|$)/;
export const OUTSIDE_MODULES =
  /^torch(?:vision)?\.(?:optim|utils\.data|utils\.tensorboard|distributed|profiler|transforms|datasets|io|extension|_internally_replaced_utils|utils|onnx|export|quantization|ao|multiprocessing|testing|backends|cuda|mps|amp|autograd|random|serialization|hub|compiler|_dynamo|overrides)(?:\.|$)/;
