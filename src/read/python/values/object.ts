/**
 * What Python code sees. None, bool, int and str are JavaScript's own null, boolean, number or bigint, and string;
 * an int is a number as long as it is a safe integer. Everything else is a PyObject, whose attributes lie in a Map:
 * no name that Python code looks up is ever looked up on a JavaScript object.
 */
export type Value = null | boolean | number | bigint | string | PyObject;
export type Attributes = Map<string, Value>;
export type Keywords = ReadonlyMap<string, Value> | undefined;

export class PyObject {
  cls: PyClass;
  /** Python's `__dict__`, where the object has one. */
  attributes: Attributes | undefined;

  constructor(cls: PyClass, attributes?: Attributes) {
    this.cls = cls;
    this.attributes = attributes;
  }
}

export class PyClass extends PyObject {
  readonly name: string;
  readonly bases: readonly PyClass[];
  readonly mro: readonly PyClass[];
  readonly members: Attributes;
  /** Names of a class that is ours: Python code cannot set its attributes. */
  readonly sealed: boolean;
  /** Exactly one of Python's own types of values, whose operations need no look-up. */
  readonly exact: boolean;
  /** Weakly held by nothing: `__subclasses__` is not offered. */
  module = 'builtins';

  constructor(
    name: string,
    bases: readonly PyClass[],
    mro: readonly PyClass[],
    members: Attributes,
    options: { sealed?: boolean; exact?: boolean; metaclass?: PyClass } = {},
  ) {
    super(options.metaclass ?? bases[0]?.cls ?? (undefined as unknown as PyClass));
    // The class `type` is its own class.
    this.cls ??= this;
    this.name = name;
    this.bases = bases;
    this.mro = [this, ...mro];
    this.members = members;
    this.sealed = options.sealed ?? false;
    this.exact = options.exact ?? false;
  }

  /** Looks a name up along the method resolution order. */
  lookup(name: string): Value | undefined {
    for (const cls of this.mro) {
      const found = cls.members.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  isSubclassOf(other: PyClass): boolean {
    return this === other || this.mro.includes(other);
  }
}

/** An object of a class that was written in Python. */
export class PyInstance extends PyObject {
  constructor(cls: PyClass) {
    super(cls, new Map());
  }
}

/** An object of a class that derives from int, float or str: its value, and attributes. */
export class PyDerived extends PyInstance {
  readonly plain: boolean | number | bigint | string | PyObject;

  constructor(cls: PyClass, plain: boolean | number | bigint | string | PyObject) {
    super(cls);
    this.plain = plain;
  }
}

/** The value of an object that derives from int, float or str; any other value is itself. */
export const plain = (value: Value): Value => (value instanceof PyDerived ? value.plain : value);
