import {
  aliasClass,
  builtinFunctionClass,
  bytesClass,
  classmethodClass,
  ellipsisClass,
  floatClass,
  generatorClass,
  iteratorClass,
  listClass,
  methodClass,
  moduleClass,
  notImplementedClass,
  propertyClass,
  rangeClass,
  sliceClass,
  staticmethodClass,
  superClass,
  tupleClass,
} from './classes.ts';
import { type Attributes, type Keywords, type PyClass, PyObject, type Value } from './object.ts';

export class PyFloat extends PyObject {
  readonly value: number;

  constructor(value: number) {
    super(floatClass);
    this.value = value;
  }
}

export class PyBytes extends PyObject {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    super(bytesClass);
    this.bytes = bytes;
  }
}

export class PyList extends PyObject {
  items: Value[];

  constructor(items: Value[], cls: PyClass = listClass) {
    super(cls, cls === listClass ? undefined : new Map());
    this.items = items;
  }
}

export class PyTuple extends PyObject {
  items: readonly Value[];

  constructor(items: readonly Value[], cls: PyClass = tupleClass) {
    super(cls, cls === tupleClass ? undefined : new Map());
    this.items = items;
  }
}

export class PyRange extends PyObject {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;

  constructor(start: number, stop: number, step: number) {
    super(rangeClass);
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }
}

export class PySlice extends PyObject {
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;

  constructor(start: Value, stop: Value, step: Value) {
    super(sliceClass);
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** What can be called with values and gives a value, in TypeScript. */
export type Invoke = (args: readonly Value[], keywords: Keywords) => Value;

/** A function written in TypeScript. Found in a class, it is bound to the object only where it is a method. */
export class PyNative extends PyObject {
  readonly name: string;
  readonly invoke: Invoke;
  readonly binds: boolean;

  constructor(name: string, invoke: Invoke, binds = false) {
    super(builtinFunctionClass);
    this.name = name;
    this.invoke = invoke;
    this.binds = binds;
  }
}

export class PyMethod extends PyObject {
  readonly self: Value;
  readonly callee: Value;

  constructor(self: Value, callee: Value) {
    super(methodClass);
    this.self = self;
    this.callee = callee;
  }
}

export class PyModule extends PyObject {
  readonly name: string;
  /** Told of a name that the module does not have; may give a value. */
  missing: ((name: string) => Value | undefined) | undefined;
  /** Written in TypeScript: a name that it lacks ends the evaluation, since nothing can be concluded from it. */
  readonly native: boolean;
  declare attributes: Attributes;

  constructor(name: string, attributes: Attributes, native = false) {
    super(moduleClass, attributes);
    this.name = name;
    this.native = native;
  }
}

/** Anything that gives one value after the other; undefined is the end. */
export type Next = () => Value | undefined;

export class PyIterator extends PyObject {
  readonly next: Next;

  constructor(next: Next, cls: PyClass = iteratorClass) {
    super(cls);
    this.next = next;
  }
}

/** A generator: its JavaScript generator is resumed by whoever runs it (see `compile/generators.ts`). */
export abstract class PyGenerator extends PyObject {
  constructor() {
    super(generatorClass);
  }

  /** undefined is the end; `returned` then has what the generator returned. */
  abstract send(value: Value): Value | undefined;
  abstract throwIn(error: Error): Value | undefined;
  abstract close(): void;
  returned: Value = null;
}

export class PyProperty extends PyObject {
  readonly getter: Value;
  readonly setter: Value;
  readonly deleter: Value;
  readonly doc: Value;

  constructor(getter: Value, setter: Value, deleter: Value, doc: Value = null, cls: PyClass = propertyClass) {
    super(cls);
    this.getter = getter;
    this.setter = setter;
    this.deleter = deleter;
    this.doc = doc;
  }
}

export class PyStaticMethod extends PyObject {
  readonly callee: Value;

  constructor(callee: Value) {
    super(staticmethodClass);
    this.callee = callee;
  }
}

export class PyClassMethod extends PyObject {
  readonly callee: Value;

  constructor(callee: Value) {
    super(classmethodClass);
    this.callee = callee;
  }
}

export class PySuper extends PyObject {
  readonly after: PyClass;
  readonly self: Value;
  readonly selfClass: PyClass;

  constructor(after: PyClass, self: Value, selfClass: PyClass) {
    super(superClass);
    this.after = after;
    this.self = self;
    this.selfClass = selfClass;
  }
}

/** `list[int]`: the class, and what stands in brackets. */
export class PyAlias extends PyObject {
  readonly origin: Value;
  readonly args: PyTuple;

  constructor(origin: Value, args: PyTuple) {
    super(aliasClass);
    this.origin = origin;
    this.args = args;
  }
}

export const NotImplemented = new PyObject(notImplementedClass);
export const Ellipsis = new PyObject(ellipsisClass);

/** An attribute that TypeScript computes, as `__class__` and `__name__`. */
export class PyGetSet extends PyObject {
  readonly name: string;
  readonly get: (self: Value) => Value;
  readonly set: ((self: Value, value: Value) => void) | undefined;

  constructor(name: string, get: (self: Value) => Value, set?: (self: Value, value: Value) => void) {
    super(propertyClass);
    this.name = name;
    this.get = get;
    this.set = set;
  }
}
