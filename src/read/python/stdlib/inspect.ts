import { call, findAttribute, typeOf } from '../operate/core.ts';
import { addMethods, func, method, named, nativeClass, nativeModule } from '../operate/native.ts';
import { truth } from '../operate/protocols.ts';
import { repr } from '../operate/text.ts';
import { namesOf } from '../types/object.ts';
import { objectClass } from '../values/classes.ts';
import { PyDict } from '../values/dict.ts';
import { typeError } from '../values/exceptions.ts';
import { type ParameterInfo, PyFunction } from '../values/function.ts';
import { PyClass, PyInstance, type Value } from '../values/object.ts';
import { PyGenerator, PyList, PyMethod, PyModule, PyNative, PyTuple } from '../values/values.ts';

const KINDS = {
  'positional-only': 'POSITIONAL_ONLY',
  positional: 'POSITIONAL_OR_KEYWORD',
  vararg: 'VAR_POSITIONAL',
  'keyword-only': 'KEYWORD_ONLY',
  kwarg: 'VAR_KEYWORD',
} as const;

/** The function behind a method, a class, a decorated function. */
function functionOf(value: Value): { function_: PyFunction; bound: boolean } {
  if (value instanceof PyMethod) return { ...functionOf(value.callee), bound: true };
  const wrapped = value instanceof PyClass ? undefined : findAttribute(value, '__wrapped__');
  if (wrapped !== undefined) return functionOf(wrapped);
  if (value instanceof PyFunction) return { function_: value, bound: false };
  const init = value instanceof PyClass ? value.lookup('__init__') : typeOf(value).lookup('__call__');
  if (init instanceof PyFunction) return { function_: init, bound: true };
  throw typeError(`${repr(value)} is not a callable object whose signature is known`);
}

export function inspect() {
  const empty = nativeClass('_empty', [objectClass], [], { module: 'inspect' });
  const kinds = new Map(Object.values(KINDS).map((name, i) => [name, i]));
  const parameterClass = nativeClass('Parameter', [objectClass], [['empty', empty], ...kinds], {
    module: 'inspect',
  });
  const signatureClass = nativeClass('Signature', [objectClass], [['empty', empty]], { module: 'inspect' });
  const parameterOf = ({ name, kind }: ParameterInfo, function_: PyFunction, annotations: Value) => {
    const parameter = new PyInstance(parameterClass);
    const annotation = annotations instanceof PyDict ? annotations.get(name) : undefined;
    parameter.attributes!.set('name', name).set('kind', kinds.get(KINDS[kind])!);
    parameter
      .attributes!.set('default', function_.defaults.has(name) ? function_.defaults.get(name)! : empty)
      .set('annotation', annotation ?? empty);
    return parameter;
  };
  addMethods(signatureClass, [
    method('bind', 'self *args **keywords', () => {
      throw typeError('Signature.bind is not read here');
    }),
  ]);
  const signature = (value: Value): Value => {
    const { function_, bound } = functionOf(value);
    const annotations = function_.annotations();
    const listed = bound ? function_.parameters.slice(1) : function_.parameters;
    const made = new PyInstance(signatureClass);
    made.attributes!.set(
      'parameters',
      PyDict.of(listed.map((each) => [each.name, parameterOf(each, function_, annotations)] as const)),
    );
    made.attributes!.set(
      'return_annotation',
      (annotations instanceof PyDict ? annotations.get('return') : undefined) ?? empty,
    );
    return made;
  };
  const isFunction = (value: Value) => value instanceof PyFunction;
  return nativeModule('inspect', [
    ['Parameter', parameterClass],
    ['Signature', signatureClass],
    ['_empty', empty],
    ...named([
      func('signature', 'callable **options', signature),
      func('isclass', 'value', (value) => value instanceof PyClass),
      func('isfunction', 'value', isFunction),
      func('ismethod', 'value', (value) => value instanceof PyMethod),
      func(
        'isroutine',
        'value',
        (value) => isFunction(value) || value instanceof PyMethod || value instanceof PyNative,
      ),
      func('isbuiltin', 'value', (value) => value instanceof PyNative),
      func('ismodule', 'value', (value) => value instanceof PyModule),
      func('isgenerator', 'value', (value) => value instanceof PyGenerator),
      func('isabstract', 'value', () => false),
      func('unwrap', 'value', (value) => {
        let own = value;
        for (let i = 0; i < 100; i++) {
          const inner = findAttribute(own, '__wrapped__');
          if (inner === undefined) break;
          own = inner;
        }
        return own;
      }),
      func('getdoc', 'value', (value) => findAttribute(value, '__doc__') ?? null),
      func('getmro', 'cls', (cls) => new PyTuple((cls as PyClass).mro)),
      func('getmembers', 'value predicate?', (value, predicate) => {
        const pairs = namesOf(value).flatMap((name) => {
          const found = findAttribute(value, name);
          const wanted =
            found !== undefined &&
            (predicate === undefined || predicate === null || truth(call(predicate, [found])));
          return wanted ? [new PyTuple([name, found])] : [];
        });
        return new PyList(pairs);
      }),
      func('getfullargspec', 'value', (value) => {
        const made = new PyInstance(signatureClass);
        const names = functionOf(value).function_.parameters.filter(({ kind }) =>
          kind.startsWith('positional'),
        );
        made.attributes!.set('args', new PyList(names.map(({ name }) => name)));
        return made;
      }),
    ]),
  ]);
}
