import { aliasOf } from '../operate/items.ts';
import {
  addMethods,
  classMethod,
  func,
  method,
  named,
  nativeClass,
  nativeModule,
} from '../operate/native.ts';
import * as classes from '../values/classes.ts';
import { PyDict } from '../values/dict.ts';
import { PyClass, PyInstance, type Value } from '../values/object.ts';
import { PyAlias, PyTuple } from '../values/values.ts';
import type { Host } from './module.ts';

const SPECIAL =
  'Any Union Optional Callable ClassVar Final Literal Annotated Type NoReturn Never Self Concatenate ParamSpec Unpack TypeAlias LiteralString Required NotRequired TypeGuard AnyStr Text Hashable Sized Iterable Iterator Reversible Container Collection Sequence MutableSequence Mapping MutableMapping MappingView KeysView ItemsView ValuesView Generator Awaitable Coroutine SupportsInt SupportsFloat SupportsIndex SupportsAbs SupportsRound IO TextIO BinaryIO Pattern Match ContextManager AbstractSet MutableSet ByteString TypeVarTuple BinaryIO Deque ChainMap';

const REAL = {
  List: classes.listClass,
  Dict: classes.dictClass,
  Set: classes.setClass,
  FrozenSet: classes.frozensetClass,
  Tuple: classes.tupleClass,
};

/** Everything may be subscripted and called, and says nothing about values. */
export function typing({ evaluator }: Host) {
  const formClass = nativeClass('_SpecialForm', [classes.objectClass], [], { module: 'typing' });
  class Form extends PyInstance {
    readonly name: string;
    constructor(name: string) {
      super(formClass);
      this.name = name;
    }
  }
  addMethods(formClass, [
    method('__getitem__', 'self index', (self, index) => aliasOf(self, index)),
    method('__call__', 'self *args **keywords', (self) => self),
    method('__repr__', 'self', (self) => (self instanceof Form ? `typing.${self.name}` : 'typing')),
    method('__or__', 'self other', (self, other) => aliasOf(self, new PyTuple([self, other]))),
    method('__ror__', 'self other', (self, other) => aliasOf(self, new PyTuple([other, self]))),
    method('__mro_entries__', 'self bases', () => new PyTuple([])),
    method('__instancecheck__', 'self value', () => true),
  ]);
  const generic = nativeClass('Generic', [classes.objectClass], [], { module: 'typing' });
  generic.members.set(
    '__class_getitem__',
    classMethod('__class_getitem__', 'cls index', (cls, index) => aliasOf(cls, index)),
  );
  const protocol = nativeClass('Protocol', [generic], [], { module: 'typing' });
  const itself = (name: string) => func(name, 'value *more **keywords', (value) => value);
  const abc = evaluator.importModule('collections.abc').attributes;
  const entries: [string, Value][] = SPECIAL.split(' ').map((name) => [
    name,
    abc.get(name) ?? new Form(name),
  ]);
  return nativeModule('typing', [
    ...entries,
    ...Object.entries(REAL),
    ['Generic', generic],
    ['Protocol', protocol],
    ['TYPE_CHECKING', false],
    ['NamedTuple', evaluator.importModule('collections').attributes.get('_NamedTuple')!],
    [
      'TypedDict',
      nativeClass(
        'TypedDict',
        [classes.dictClass],
        [['__init_subclass__', classMethod('__init_subclass__', 'cls **keywords', () => null)]],
      ),
    ],
    ['OrderedDict', evaluator.importModule('collections').attributes.get('OrderedDict')!],
    ['DefaultDict', evaluator.importModule('collections').attributes.get('defaultdict')!],
    ['Counter', evaluator.importModule('collections').attributes.get('Counter')!],
    ...named([
      func('cast', 'type value', (_, value) => value),
      func('TypeVar', 'name *rest **keywords', (name) => new Form(`~${String(name)}`)),
      func('NewType', 'name type', (_, type) =>
        type instanceof PyClass ? type : func('NewType', 'value', (value) => value),
      ),
      itself('overload'),
      itself('final'),
      itself('no_type_check'),
      itself('runtime_checkable'),
      itself('override'),
      itself('assert_type'),
      func('get_origin', 'type', (type) => (type instanceof PyAlias ? type.origin : null)),
      func('get_args', 'type', (type) => (type instanceof PyAlias ? type.args : new PyTuple([]))),
      func('get_type_hints', 'object *rest **keywords', () => new PyDict()),
      func('dataclass_transform', '*args **keywords', () => func('dataclass_transform', 'cls', (cls) => cls)),
    ]),
  ]);
}
