import { call, callMethod, setPlain } from '../../python/operate/core.ts';
import { func, method, nativeClass } from '../../python/operate/native.ts';
import { truth } from '../../python/operate/protocols.ts';
import { repr, str } from '../../python/operate/text.ts';
import { objectClass } from '../../python/values/classes.ts';
import { PyDict } from '../../python/values/dict.ts';
import { raised, typeError } from '../../python/values/exceptions.ts';
import { type PyClass, PyInstance, type Value } from '../../python/values/object.ts';
import { PyGetSet, PyIterator, PyTuple } from '../../python/values/values.ts';
import { parameterClass, Tensor } from '../tensor.ts';
import { feed, tracing } from '../trace.ts';

export const moduleClass = nativeClass('Module', [objectClass], [], { module: 'torch.nn' });

/** An object of `nn.Module`: children, parameters and buffers are attributes, in the order in which they were set. */
export class Module extends PyInstance {
  /** Names of attributes that are buffers, and whether they are saved. */
  readonly buffers = new Map<string, boolean>();
  readonly hooks: { readonly when: 'before' | 'after'; readonly hook: Value }[] = [];
  training = true;
  /** Of a layer that is written here: the names that its kind has for its tensors. */
  readonly weightNames = new Set<string>();

  private *own<T>(fits: (name: string, value: Value) => value is Value & T): Generator<[string, T]> {
    for (const [name, value] of this.attributes!) if (fits(name, value)) yield [name, value];
  }

  children(): Generator<[string, Module]> {
    return this.own((_, value): value is Module => value instanceof Module);
  }

  parameters(): Generator<[string, Tensor]> {
    return this.own((_, value): value is Tensor => value instanceof Tensor && value.isParameter);
  }

  ownBuffers(): Generator<[string, Tensor]> {
    return this.own((name, value): value is Tensor => value instanceof Tensor && this.buffers.has(name));
  }

  /** Itself and all below, each once, with their paths. */
  *all(prefix = '', seen = new Set<Module>()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.children())
      yield* child.all(prefix === '' ? name : `${prefix}.${name}`, seen);
  }

  /** Parameters or buffers of itself and of all below, each once. */
  *tensors(which: 'parameters' | 'ownBuffers', prefix = ''): Generator<[string, Tensor]> {
    const seen = new Set<Tensor>();
    for (const [path, module] of this.all(prefix)) {
      for (const [name, tensor] of module[which]()) {
        if (seen.has(tensor)) continue;
        seen.add(tensor);
        yield [path === '' ? name : `${path}.${name}`, tensor];
      }
    }
  }
}

export function moduleOf(value: Value): Module {
  if (!(value instanceof Module)) throw typeError(`expected a Module`);
  return value;
}

/** What PyTorch prints: the class, and the children indented. */
function describe(module: Module): string {
  const extra = str(callMethod(module, 'extra_repr', []));
  const children = [...module.children()].map(
    ([name, child]) => `(${name}): ${repr(child).replaceAll('\n', '\n  ')}`,
  );
  const name = module.cls.name;
  if (children.length === 0) return `${name}(${extra})`;
  return `${name}(\n${[...(extra === '' ? [] : [extra]), ...children].map((line) => `  ${line}\n`).join('')})`;
}

function set(module: Module, name: string, value: Value): void {
  const { attributes } = module;
  const special = value instanceof Module || (value instanceof Tensor && value.isParameter);
  // It comes where it is first a child or a parameter.
  const old = attributes!.get(name);
  if (special && old !== undefined && !(old instanceof Module || old instanceof Tensor))
    attributes!.delete(name);
  setPlain(module, name, value);
}

/** Runs `forward` with its hooks; the path of the module is that of what it adds to a graph. */
function callModule(module: Module, args: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
  const trace = tracing.current;
  if (!trace) feed(module, args);
  const path = trace?.moduleNames.get(module);
  if (trace && path !== undefined) trace.modules.push(path);
  try {
    let given: readonly Value[] = args;
    for (const { when, hook } of module.hooks) {
      if (when !== 'before') continue;
      const changed = call(hook, [module, new PyTuple(given)]);
      if (changed !== null) given = changed instanceof PyTuple ? changed.items : [changed];
    }
    let result = callMethod(module, 'forward', given, keywords);
    for (const { when, hook } of module.hooks) {
      if (when !== 'after') continue;
      const changed = call(hook, [module, new PyTuple(given), result]);
      if (changed !== null) result = changed;
    }
    return result;
  } finally {
    if (trace && path !== undefined) trace.modules.pop();
  }
}

/** A copy of its own weights, with what it shares inside shared inside the copy. */
function copyOf(module: Module, known: Map<Value, Value>): Module {
  const copied = (value: Value): Value => {
    const before = known.get(value);
    if (before !== undefined) return before;
    if (value instanceof Module) return copyOf(value, known);
    if (!(value instanceof Tensor)) return value;
    const { shape, dtype, values, cls, requiresGrad } = value;
    const made = new Tensor(shape, { dtype, cls, ...(values && { values }) });
    made.requiresGrad = requiresGrad;
    known.set(value, made);
    return made;
  };
  const made = new Module(module.cls);
  known.set(module, made);
  for (const [name, value] of module.attributes!) made.attributes!.set(name, copied(value));
  for (const [name, saved] of module.buffers) made.buffers.set(name, saved);
  for (const name of module.weightNames) made.weightNames.add(name);
  made.hooks.push(...module.hooks);
  made.training = module.training;
  return made;
}

const pairs = (entries: Iterable<readonly [string, Value]>) => {
  const iterator = entries[Symbol.iterator]();
  return new PyIterator(() => {
    const { done, value } = iterator.next();
    return done === true ? undefined : new PyTuple([...value]);
  });
};
const seconds = (entries: Iterable<readonly [string, Value]>) => {
  const iterator = entries[Symbol.iterator]();
  return new PyIterator(() => {
    const { done, value } = iterator.next();
    return done === true ? undefined : value[1];
  });
};
const dictOf = (entries: Iterable<readonly [string, Value]>) => PyDict.of(entries);

function train(module: Module, mode: boolean): void {
  for (const [, one] of module.all()) one.training = mode;
}

function descend(module: Module, path: string): Module {
  let found = module;
  for (const name of path === '' ? [] : path.split('.')) {
    const child = found.attributes!.get(name);
    if (!(child instanceof Module))
      throw raised('AttributeError', `${found.cls.name} has no attribute \`${name}\``);
    found = child;
  }
  return found;
}

const handleClass: PyClass = nativeClass('RemovableHandle', [objectClass], []);

/** Adds a hook, and gives what removes it. */
function addHook({ hooks }: Module, when: 'before' | 'after', hook: Value): Value {
  const added = { when, hook };
  hooks.push(added);
  const handle = new PyInstance(handleClass);
  const remove = func('remove', '', () => {
    if (hooks.includes(added)) hooks.splice(hooks.indexOf(added), 1);
  });
  handle.attributes!.set('remove', remove);
  return handle;
}

const own = (value: Value) => moduleOf(value);
const prefixOf = (prefix: Value | undefined) => (typeof prefix === 'string' ? prefix : '');

/** What does nothing that shapes would show. */
const quiet = (name: string) => method(name, 'self *args **more', (self) => self);

const methods = [
  method('__init__', 'self *args **more', () => null),
  method('__setattr__', 'self name value', (self, name, value) => set(own(self), str(name), value)),
  method('__call__', 'self *args **more', (self, args, more) => callModule(own(self), args, more)),
  method('__repr__', 'self', (self) => describe(own(self))),
  method('extra_repr', 'self', () => ''),
  method('_get_name', 'self', (self) => own(self).cls.name),
  method('forward', 'self *args **more', (self) => {
    throw raised(
      'NotImplementedError',
      `Module [${own(self).cls.name}] is missing the required "forward" function`,
    );
  }),
  ...['add_module', 'register_module'].map((name) =>
    method(name, 'self name module', (self, at, module) => set(own(self), str(at), module)),
  ),
  method('register_parameter', 'self name param', (self, name, parameter) =>
    set(own(self), str(name), parameter),
  ),
  method('register_buffer', 'self name tensor persistent?', (self, name, tensor, persistent = true) => {
    own(self).buffers.set(str(name), truth(persistent));
    own(self).attributes!.set(str(name), tensor);
  }),
  method('children', 'self', (self) => seconds(own(self).children())),
  method('named_children', 'self', (self) => pairs(own(self).children())),
  method('modules', 'self', (self) => seconds([...own(self).all()])),
  method('named_modules', 'self memo? prefix? remove_duplicate?', (self, _memo, prefix) =>
    pairs([...own(self).all(prefixOf(prefix))]),
  ),
  method('parameters', 'self recurse?', (self, recurse) =>
    seconds(recurse === false ? own(self).parameters() : own(self).tensors('parameters')),
  ),
  method('named_parameters', 'self prefix? recurse? remove_duplicate?', (self, prefix, recurse) =>
    pairs(recurse === false ? own(self).parameters() : own(self).tensors('parameters', prefixOf(prefix))),
  ),
  method('buffers', 'self recurse?', (self) => seconds(own(self).tensors('ownBuffers'))),
  method('named_buffers', 'self prefix? recurse? remove_duplicate?', (self, prefix) =>
    pairs(own(self).tensors('ownBuffers', prefixOf(prefix))),
  ),
  method('state_dict', 'self *args **more', (self) => {
    const module = own(self);
    return dictOf([...module.tensors('parameters'), ...module.tensors('ownBuffers')]);
  }),
  method('apply', 'self fn', (self, fn) => {
    const visit = (module: Module): void => {
      for (const [, child] of module.children()) visit(child);
      call(fn, [module]);
    };
    visit(own(self));
    return self;
  }),
  method('train', 'self mode?', (self, mode = true) => {
    train(own(self), truth(mode));
    return self;
  }),
  method('eval', 'self', (self) => {
    train(own(self), false);
    return self;
  }),
  method('requires_grad_', 'self requires_grad?', (self, wanted = true) => {
    for (const [, tensor] of own(self).tensors('parameters')) tensor.requiresGrad = truth(wanted);
    return self;
  }),
  method('get_submodule', 'self target', (self, target) => descend(own(self), str(target))),
  method('get_parameter', 'self target', (self, target) => {
    const [, around = '', name = ''] = /^(?:(.*)\.)?([^.]*)$/.exec(str(target))!;
    return descend(own(self), around).attributes!.get(name) ?? null;
  }),
  method('register_forward_hook', 'self hook *args **more', (self, hook) =>
    addHook(own(self), 'after', hook),
  ),
  method('register_forward_pre_hook', 'self hook *args **more', (self, hook) =>
    addHook(own(self), 'before', hook),
  ),
  ...[
    'to',
    'cuda',
    'cpu',
    'float',
    'half',
    'double',
    'bfloat16',
    'type',
    'share_memory',
    'compile',
    'to_empty',
    'xpu',
  ].map(quiet),
  ...[
    'zero_grad',
    'load_state_dict',
    'register_full_backward_hook',
    '_register_load_state_dict_pre_hook',
    'register_load_state_dict_post_hook',
    '_version',
  ].map((name) => method(name, 'self *args **more', () => null)),
];
for (const one of methods) moduleClass.members.set(one.name, one);
moduleClass.members.set(
  '__new__',
  func('__new__', 'cls *args **more', (cls) => new Module(cls as PyClass)),
);
moduleClass.members.set(
  '__deepcopy__',
  method('__deepcopy__', 'self memo?', (self) => copyOf(own(self), new Map())),
);
moduleClass.members.set(
  'training',
  new PyGetSet(
    'training',
    (self) => own(self).training,
    (self, to) => (own(self).training = truth(to)),
  ),
);
const view = (name: string, entries: (module: Module) => Iterable<readonly [string, Value]>) =>
  moduleClass.members.set(name, new PyGetSet(name, (self) => dictOf(entries(own(self)))));
view('_modules', (module) => module.children());
view('_parameters', (module) => module.parameters());
view('_buffers', (module) => module.ownBuffers());

/** `nn.Parameter(tensor)` */
parameterClass.members.set(
  '__new__',
  func('__new__', 'cls data? requires_grad?', (_, data, wanted = true) => {
    const { shape, dtype, values } = data instanceof Tensor ? data : new Tensor([0]);
    const made = new Tensor(shape, { dtype, cls: parameterClass, ...(values && { values }) });
    made.requiresGrad = truth(wanted);
    return made;
  }),
);
parameterClass.members.set(
  '__init__',
  method('__init__', 'self *args **more', () => null),
);

export const newParameter = (shape: readonly number[]): Tensor => {
  const made = new Tensor(shape, { cls: parameterClass });
  made.requiresGrad = true;
  return made;
};
