import { setAttribute } from '../operate/core.ts';
import { func, named, nativeClass, nativeModule } from '../operate/native.ts';
import { objectClass, propertyClass, typeClass } from '../values/classes.ts';
import { PyFunction } from '../values/function.ts';
import { PyClass } from '../values/object.ts';

export function abc() {
  const meta = nativeClass('ABCMeta', [typeClass], [], { module: 'abc' });
  const base = new PyClass('ABC', [objectClass], [objectClass], new Map(), { metaclass: meta });
  return nativeModule('abc', [
    ['ABC', base],
    ['ABCMeta', meta],
    ['abstractproperty', propertyClass],
    ...named([
      func('abstractmethod', 'function', (function_) => {
        if (function_ instanceof PyFunction) setAttribute(function_, '__isabstractmethod__', true);
        return function_;
      }),
    ]),
  ]);
}
