import { call, findAttribute, getAttribute, setPlain, typeOf } from '../operate/core.ts';
import { equals, order } from '../operate/compare.ts';
import { hashOf } from '../operate/hash.ts';
import { func, method, named, nativeClass, nativeModule } from '../operate/native.ts';
import { repr } from '../operate/text.ts';
import { exceptionClasses, raised, Raised, PyException, typeError } from '../values/exceptions.ts';
import { PyFunction, type ParameterInfo } from '../values/function.ts';
import { objectClass } from '../values/classes.ts';
import { PyDict, PySet } from '../values/dict.ts';
import { PyClass, PyInstance, PyObject, type Value } from '../values/object.ts';
import { NotImplemented, PyAlias, PyList, PyModule, PyNative, PyTuple } from '../values/values.ts';

/** What `field()` says, and what a class keeps of each of its fields. */
class Field extends PyInstance {
  name = '';
  type: Value = null;
  readonly initial: Value | undefined;
  readonly factory: Value | undefined;
  readonly options: ReadonlyMap<string, Value>;
  keywordOnly = false;

  constructor(
    cls: PyClass,
    initial: Value | undefined,
    factory: Value | undefined,
    options: ReadonlyMap<string, Value>,
  ) {
    super(cls);
    this.initial = initial;
    this.factory = factory;
    this.options = options;
  }

  is(option: string): boolean {
    return (this.options.get(option) ?? true) !== false;
  }
}

const FIELDS = '__dataclass_fields__';

function ownFields(cls: Value): Field[] {
  const of = cls instanceof PyClass ? cls : typeOf(cls);
  const kept = of.lookup(FIELDS);
  if (!(kept instanceof PyDict)) throw typeError('must be called with a dataclass type or instance');
  return [...kept.entries()].map(({ value }) => value as Field);
}

export function dataclasses() {
  const fieldClass = nativeClass('Field', [objectClass], [], { module: 'dataclasses' });
  const missing = new PyObject(nativeClass('_MISSING_TYPE', [objectClass], []));
  const keywordMarker = new PyObject(nativeClass('_KW_ONLY_TYPE', [objectClass], []));
  const initVar = nativeClass('InitVar', [objectClass], []);
  const frozenError = new PyClass(
    'FrozenInstanceError',
    [exceptionClasses.get('AttributeError')!],
    exceptionClasses.get('AttributeError')!.mro,
    new Map(),
  );
  frozenError.module = 'dataclasses';

  const collectFields = (cls: PyClass, keywordOnly: boolean): Map<string, Field> => {
    const fields = new Map<string, Field>();
    for (const base of cls.mro.slice(1).toReversed()) {
      const kept = base.members.get(FIELDS);
      if (kept instanceof PyDict)
        for (const { key, value } of kept.entries()) fields.set(String(key), value as Field);
    }
    const annotations = cls.members.get('__annotations__');
    let only = keywordOnly;
    for (const { key, value: type } of annotations instanceof PyDict ? annotations.entries() : []) {
      const name = String(key);
      if (type === keywordMarker) {
        only = true;
        continue;
      }
      if (isClassVar(type)) continue;
      const given = cls.members.get(name);
      const field = given instanceof Field ? given : new Field(fieldClass, given, undefined, new Map());
      if (given instanceof PyList || given instanceof PyDict || given instanceof PySet) {
        throw raised(
          'ValueError',
          `mutable default ${repr(typeOf(given))} for field ${name} is not allowed: use default_factory`,
        );
      }
      field.name = name;
      field.type = type;
      field.keywordOnly = field.options.has('kw_only') ? field.options.get('kw_only') === true : only;
      field
        .attributes!.set('name', name)
        .set('type', type)
        .set('default', field.initial === undefined ? missing : field.initial);
      field.attributes!.set('default_factory', field.factory ?? missing).set('init', field.is('init'));
      field.attributes!.set('metadata', field.options.get('metadata') ?? new PyDict());
      fields.set(name, field);
      if (given instanceof Field) {
        if (given.initial === undefined) cls.members.delete(name);
        else cls.members.set(name, given.initial);
      }
    }
    return fields;
  };

  const process = (cls: Value, options: ReadonlyMap<string, Value>): Value => {
    if (!(cls instanceof PyClass)) throw typeError('dataclass() takes a class');
    const on = (name: string, otherwise: boolean) => (options.get(name) ?? otherwise) === true;
    const fields = collectFields(cls, on('kw_only', false));
    cls.members.set(FIELDS, PyDict.of(fields));
    const all = [...fields.values()];
    const frozen = on('frozen', false);
    if (on('init', true) && !(cls.members.get('__init__') instanceof PyFunction)) {
      cls.members.set('__init__', initializer(cls, all, initVar));
    }
    const put = (native: PyNative, wanted = true) => {
      if (wanted && !cls.members.has(native.name)) cls.members.set(native.name, native);
    };
    const values = (self: Value, option: string) =>
      new PyTuple(all.filter((field) => field.is(option)).map(({ name }) => getAttribute(self, name)));
    put(
      method('__repr__', 'self', (self) => {
        const shown = all.filter((field) => field.is('repr'));
        const own = typeOf(self).members.get('__qualname__') ?? typeOf(self).name;
        return `${String(own)}(${shown.map(({ name }) => `${name}=${repr(getAttribute(self, name))}`).join(', ')})`;
      }),
      on('repr', true),
    );
    put(
      method('__eq__', 'self other', (self, other) =>
        typeOf(self) === typeOf(other)
          ? equals(values(self, 'compare'), values(other, 'compare'))
          : NotImplemented,
      ),
      on('eq', true),
    );
    if (on('order', false)) {
      for (const [name, operator] of [
        ['__lt__', '<'],
        ['__le__', '<='],
        ['__gt__', '>'],
        ['__ge__', '>='],
      ] as const) {
        put(
          method(name, 'self other', (self, other) =>
            typeOf(self) === typeOf(other)
              ? order(operator, values(self, 'compare'), values(other, 'compare'))
              : NotImplemented,
          ),
        );
      }
    }
    if (frozen) {
      const refuse = (name: Value): never => {
        const exception = new PyException(frozenError);
        exception.args = new PyTuple([`cannot assign to field ${repr(name)}`]);
        throw new Raised(exception);
      };
      put(method('__setattr__', 'self name value', (_, name) => refuse(name)));
      put(method('__delattr__', 'self name', (_, name) => refuse(name)));
      // With a function of Python's kind the collections ask it; by its fields equal objects are one.
      put(method('__hash__', 'self', (self) => hashOf(values(self, 'compare'))));
    } else if (on('eq', true) && !cls.members.has('__hash__')) cls.members.set('__hash__', null);
    if (!cls.members.has('__match_args__')) {
      cls.members.set(
        '__match_args__',
        new PyTuple(all.filter((field) => field.is('init') && !field.keywordOnly).map(({ name }) => name)),
      );
    }
    return cls;
  };

  return nativeModule('dataclasses', [
    ['MISSING', missing],
    ['KW_ONLY', keywordMarker],
    ['InitVar', initVar],
    ['Field', fieldClass],
    ['FrozenInstanceError', frozenError],
    ...named([
      func('dataclass', 'cls? **options', (cls, options) =>
        cls === undefined || cls === null
          ? func('dataclass', 'cls', (each) => process(each, options))
          : process(cls, options),
      ),
      func(
        'field',
        '* default? default_factory? **options',
        (initial, factory, options) =>
          new Field(
            fieldClass,
            initial === missing ? undefined : initial,
            factory === missing ? undefined : factory,
            options,
          ),
      ),
      func('fields', 'cls', (cls) => new PyTuple(ownFields(cls))),
      func(
        'is_dataclass',
        'value',
        (value) => (value instanceof PyClass ? value : typeOf(value)).lookup(FIELDS) !== undefined,
      ),
      func('asdict', 'value * dict_factory?', (value) =>
        plainData(value, (own) =>
          PyDict.of(ownFields(own).map(({ name }) => [name, plainAttribute(own, name)] as const)),
        ),
      ),
      func('astuple', 'value', (value) =>
        plainData(value, (own) => new PyTuple(ownFields(own).map(({ name }) => getAttribute(own, name)))),
      ),
      func('replace', 'value **changes', (value, changes) => {
        const given = new Map<string, Value>();
        for (const field of ownFields(value))
          if (field.is('init')) given.set(field.name, getAttribute(value, field.name));
        for (const [name, change] of changes) given.set(name, change);
        return call(typeOf(value), [], given);
      }),
    ]),
  ]);
}

const isClassVar = (type: Value): boolean => {
  const origin = type instanceof PyAlias ? type.origin : type;
  return origin instanceof PyObject && !(origin instanceof PyClass) && repr(origin) === 'typing.ClassVar';
};

function plainAttribute(self: Value, name: string): Value {
  const value = getAttribute(self, name);
  return plainData(value, (own) =>
    PyDict.of(ownFields(own).map((field) => [field.name, plainAttribute(own, field.name)] as const)),
  );
}

/** Dataclasses inside of collections too. */
function plainData(value: Value, convert: (own: Value) => Value): Value {
  if (value instanceof PyObject && !(value instanceof PyClass) && value.cls.lookup(FIELDS) !== undefined)
    return convert(value);
  if (value instanceof PyList) return new PyList(value.items.map((item) => plainData(item, convert)));
  if (value instanceof PyTuple)
    return new PyTuple(
      value.items.map((item) => plainData(item, convert)),
      value.cls,
    );
  if (value instanceof PyDict)
    return PyDict.of(
      [...value.entries()].map((entry) => [entry.key, plainData(entry.value, convert)] as const),
    );
  return value;
}

/** `__init__` with the fields as its parameters; a function, so that `inspect.signature` sees them. */
function initializer(cls: PyClass, fields: readonly Field[], initVar: PyClass): PyFunction {
  const taken = fields.filter((field) => field.is('init'));
  const positional = taken.filter(({ keywordOnly }) => !keywordOnly);
  const module = new PyModule(cls.module, new Map([['__name__', cls.module]]));
  const parameters: ParameterInfo[] = [
    { name: 'self', kind: 'positional' },
    ...positional.map(({ name }): ParameterInfo => ({ name, kind: 'positional' })),
    ...taken
      .filter(({ keywordOnly }) => keywordOnly)
      .map(({ name }): ParameterInfo => ({ name, kind: 'keyword-only' })),
  ];
  const known = taken.flatMap(({ name, initial, factory }) =>
    initial === undefined && factory === undefined
      ? []
      : [[name, initial !== undefined ? initial : factory!] as const],
  );
  const isInitVar = ({ type }: Field) =>
    type === initVar || (type instanceof PyAlias && type.origin === initVar);
  return new PyFunction({
    name: '__init__',
    qualname: `${cls.name}.__init__`,
    module,
    parameters,
    defaults: new Map(known),
    doc: null,
    annotations: () => new PyDict(),
    invoke: (args, keywords) => {
      const [self, ...given] = args;
      if (given.length > positional.length) {
        throw typeError(
          `${cls.name}.__init__() takes ${positional.length + 1} positional arguments but ${args.length} were given`,
        );
      }
      for (const key of keywords?.keys() ?? []) {
        const at = positional.findIndex(({ name }) => name === key);
        if (at >= 0 && at < given.length)
          throw typeError(`${cls.name}.__init__() got multiple values for argument '${key}'`);
        if (!taken.some(({ name }) => name === key))
          throw typeError(`${cls.name}.__init__() got an unexpected keyword argument '${key}'`);
      }
      const late: Value[] = [];
      const absent: string[] = [];
      for (const field of fields) {
        const at = positional.indexOf(field);
        const positional_ = at >= 0 ? given[at] : undefined;
        const named_ = positional_ !== undefined ? positional_ : keywords?.get(field.name);
        const asked = field.is('init') ? named_ : undefined;
        const made =
          asked === undefined && field.factory !== undefined ? call(field.factory, []) : field.initial;
        const value = asked !== undefined ? asked : made;
        if (value === undefined) {
          if (field.is('init')) absent.push(`'${field.name}'`);
        } else if (isInitVar(field)) late.push(value);
        else setPlain(self!, field.name, value);
      }
      if (absent.length > 0) {
        const listed =
          absent.length === 1
            ? absent[0]!
            : `${absent.slice(0, -1).join(', ')}${absent.length > 2 ? ',' : ''} and ${absent.at(-1)!}`;
        throw typeError(
          `${cls.name}.__init__() missing ${absent.length} required positional argument${absent.length === 1 ? '' : 's'}: ${listed}`,
        );
      }
      const after = findAttribute(self!, '__post_init__');
      if (after !== undefined) call(after, late);
      return null;
    },
  });
}
