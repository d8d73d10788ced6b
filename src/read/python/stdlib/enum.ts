import { equals } from '../operate/compare.ts';
import { nativeBinary } from '../operate/binary.ts';
import { call, construct, typeOf } from '../operate/core.ts';
import { idOf } from '../operate/hash.ts';
import {
  addMethods,
  classMethod,
  func,
  method,
  named,
  nativeClass,
  nativeModule,
} from '../operate/native.ts';
import { collect } from '../operate/protocols.ts';
import { makeClass } from '../operate/classes.ts';
import { repr, str } from '../operate/text.ts';
import { floatClass, intClass, objectClass, strClass, typeClass } from '../values/classes.ts';
import { PyDict } from '../values/dict.ts';
import { raised, valueError } from '../values/exceptions.ts';
import { PyFunction } from '../values/function.ts';
import { plain, PyClass, PyDerived, PyInstance, PyObject, type Value } from '../values/object.ts';
import {
  PyClassMethod,
  PyGetSet,
  PyIterator,
  PyList,
  PyNative,
  PyProperty,
  PyStaticMethod,
  PyTuple,
} from '../values/values.ts';

const MEMBERS = '_member_map_';

const membersOf = (cls: Value): PyDict => {
  const found = (cls as PyClass).members.get(MEMBERS);
  return found instanceof PyDict ? found : new PyDict();
};
const all = (cls: Value): Value[] => {
  const seen = new Set<Value>();
  for (const { value } of membersOf(cls).entries()) seen.add(value);
  return [...seen];
};

const attribute = (self: Value, name: string): Value => (self as PyObject).attributes?.get(name) ?? null;

/** What in a class body is no member: methods, descriptors, names with underscores. */
const isMember = (name: string, value: Value) =>
  !name.startsWith('_') &&
  !(
    value instanceof PyFunction ||
    value instanceof PyNative ||
    value instanceof PyProperty ||
    value instanceof PyGetSet ||
    value instanceof PyClassMethod ||
    value instanceof PyStaticMethod ||
    value instanceof PyClass
  ) &&
  !(value instanceof PyObject && !value.cls.exact && value.cls.lookup('__get__') !== undefined);

export function enumModule() {
  const auto = nativeClass('auto', [objectClass], [], { module: 'enum' });
  const meta = nativeClass('EnumType', [typeClass], [], { module: 'enum' });
  const byValue = (cls: Value, value: Value): Value => {
    const found = all(cls).find((member) => member === value || equals(attribute(member, '_value_'), value));
    if (found !== undefined) return found;
    const missing = (cls as PyClass).lookup('_missing_');
    if (missing instanceof PyClassMethod) {
      const made = call(missing.callee, [cls, value]);
      if (made !== null) return made;
    }
    if ((cls as PyClass).isSubclassOf(flag) && typeof value === 'number')
      return combined(cls as PyClass, value);
    throw valueError(`${repr(value)} is not a valid ${(cls as PyClass).name}`);
  };
  const makeMember = (cls: PyClass, name: string | null, value: Value): PyObject => {
    const custom = cls.lookup('__new__');
    const member =
      custom instanceof PyFunction
        ? (call(custom, [cls, ...(value instanceof PyTuple ? value.items : [value])]) as PyObject)
        : cls.isSubclassOf(intClass) || cls.isSubclassOf(strClass) || cls.isSubclassOf(floatClass)
          ? new PyDerived(cls, plain(value) as string)
          : new PyInstance(cls);
    if (!member.attributes!.has('_value_')) member.attributes!.set('_value_', value);
    member.attributes!.set('_name_', name);
    return member;
  };
  const combined = (cls: PyClass, value: number): Value => {
    const known = all(cls).find((member) => attribute(member, '_value_') === value);
    return known ?? makeMember(cls, null, value);
  };
  meta.members.set(
    '__new__',
    new PyStaticMethod(
      new PyNative('__new__', (args, keywords) => {
        const [own, name, bases, names] = args;
        const parents = (bases as PyTuple).items as PyClass[];
        const entries = [...(names as PyDict).entries()].map(
          ({ key, value }) => [String(key), value] as const,
        );
        const members = new Map(entries.filter(([key, value]) => !isMember(key, value)));
        const cls = makeClass(String(name), parents, members, own as PyClass, keywords);
        const map = new PyDict();
        cls.members.set(MEMBERS, map);
        const values: Value[] = [];
        for (const [key, given] of entries) {
          if (!isMember(key, given)) continue;
          const value = given instanceof PyObject && given.cls === auto ? automatic(cls, key, values) : given;
          values.push(value);
          const same = all(cls).find((member) => equals(attribute(member, '_value_'), value));
          const member = same ?? makeMember(cls, key, value);
          const init = cls.lookup('__init__');
          if (same === undefined && init instanceof PyFunction)
            call(init, [member, ...(value instanceof PyTuple ? value.items : [value])]);
          map.set(key, member);
          cls.members.set(key, member);
        }
        return cls;
      }),
    ),
  );
  const automatic = (cls: PyClass, name: string, values: readonly Value[]): Value => {
    const custom = cls.lookup('_generate_next_value_');
    if (custom instanceof PyFunction || custom instanceof PyStaticMethod)
      return call(custom, [name, 1, values.length, new PyList([...values])]);
    if (cls.isSubclassOf(strClass)) return name.toLowerCase();
    const numbers = values.filter((value): value is number => typeof value === 'number');
    if (cls.isSubclassOf(flag))
      return numbers.length === 0 ? 1 : 2 ** (Math.floor(Math.log2(Math.max(...numbers))) + 1);
    return numbers.length === 0 ? 1 : Math.max(...numbers) + 1;
  };
  addMethods(meta, [
    method('__call__', 'self value names? *rest **keywords', (self, value, names) => {
      const cls = self as PyClass;
      if (names === undefined)
        return cls.members.has(MEMBERS) && membersOf(cls).size > 0
          ? byValue(cls, value)
          : construct(cls, [value], undefined);
      const listed =
        typeof names === 'string' ? names.replaceAll(',', ' ').split(/\s+/).filter(Boolean) : collect(names);
      const body = new PyDict();
      listed.forEach((each, i) => {
        if (each instanceof PyTuple) body.set(each.items[0]!, each.items[1]!);
        else body.set(each, i + 1);
      });
      return call(meta.lookup('__new__')!, [cls.cls, value, new PyTuple([cls]), body]);
    }),
    method('__iter__', 'self', (self) => {
      let index = 0;
      const items = all(self);
      return new PyIterator(() => items[index++]);
    }),
    method('__len__', 'self', (self) => all(self).length),
    method('__bool__', 'self', () => true),
    method('__getitem__', 'self name', (self, name) => {
      const found = membersOf(self).get(name);
      if (found === undefined) throw raised('KeyError', name);
      return found;
    }),
    method('__contains__', 'self value', (self, value) =>
      all(self).some((member) => member === value || equals(attribute(member, '_value_'), value)),
    ),
    method('__reversed__', 'self', (self) => new PyList(all(self).reverse())),
    method('__repr__', 'self', (self) => `<enum '${(self as PyClass).name}'>`),
  ]);
  meta.members.set('__members__', new PyGetSet('__members__', membersOf));
  const base = new PyClass('Enum', [objectClass], [objectClass], new Map(), { metaclass: meta });
  base.members.set('name', new PyGetSet('name', (self) => attribute(self, '_name_')));
  base.members.set('value', new PyGetSet('value', (self) => attribute(self, '_value_')));
  const label = (self: Value) => `${typeOf(self).name}.${str(attribute(self, '_name_'))}`;
  addMethods(base, [
    method('__repr__', 'self', (self) => `<${label(self)}: ${repr(attribute(self, '_value_'))}>`),
    method('__str__', 'self', label),
    method('__format__', 'self specifier', (self, specifier) =>
      specifier === '' ? str(self) : str(self).padEnd(Number(specifier) || 0),
    ),
    method('__hash__', 'self', (self) => (self instanceof PyDerived ? idOf(self) : idOf(self as PyObject))),
    method('__reduce_ex__', 'self proto', (self) => self),
  ]);
  base.members.delete('__hash__');
  base.members.set(
    '__init_subclass__',
    classMethod('__init_subclass__', 'cls **keywords', () => null),
  );
  const kind = (name: string, bases: PyClass[], mro: PyClass[]) =>
    new PyClass(name, bases, mro, new Map(), { metaclass: meta });
  const intEnum = kind('IntEnum', [intClass, base], [intClass, base, objectClass]);
  const strEnum = kind('StrEnum', [strClass, base], [strClass, base, objectClass]);
  const flag = kind('Flag', [base], [base, objectClass]);
  const intFlag = kind('IntFlag', [intClass, flag], [intClass, flag, base, objectClass]);
  for (const cls of [intEnum, intFlag, strEnum]) {
    addMethods(cls, [
      method('__str__', 'self', (self) => str(plain(self))),
      method('__repr__', 'self', (self) => `<${label(self)}: ${repr(attribute(self, '_value_'))}>`),
    ]);
  }
  for (const [name, operator] of [
    ['__or__', '|'],
    ['__and__', '&'],
    ['__xor__', '^'],
  ] as const) {
    const combine = method(name, 'self other', (self, other) => {
      const own = (value: Value) =>
        value instanceof PyObject && value.attributes?.has('_value_') === true
          ? attribute(value, '_value_')
          : value;
      return combined(typeOf(self), Number(nativeBinary(operator, own(self), own(other))));
    });
    flag.members.set(name, combine);
    intFlag.members.set(name, combine);
  }
  addMethods(flag, [
    method(
      '__contains__',
      'self other',
      (self, other) =>
        (Number(attribute(self, '_value_')) & Number(attribute(other, '_value_'))) ===
        Number(attribute(other, '_value_')),
    ),
    method('__bool__', 'self', (self) => attribute(self, '_value_') !== 0),
  ]);
  return nativeModule('enum', [
    ['Enum', base],
    ['IntEnum', intEnum],
    ['StrEnum', strEnum],
    ['Flag', flag],
    ['IntFlag', intFlag],
    ['EnumMeta', meta],
    ['EnumType', meta],
    ['auto', auto],
    ...named([func('unique', 'cls', (cls) => cls)]),
  ]);
}
