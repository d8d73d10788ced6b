import { functionClass } from './classes.ts';
import { type Attributes, PyObject, type Value } from './object.ts';
import type { Invoke, PyModule } from './values.ts';

export interface ParameterInfo {
  readonly name: string;
  readonly kind: 'positional-only' | 'positional' | 'vararg' | 'keyword-only' | 'kwarg';
}

/** A function written in Python. */
export class PyFunction extends PyObject {
  name: string;
  qualname: string;
  readonly module: PyModule;
  readonly parameters: readonly ParameterInfo[];
  /** By parameter; absent where there is none. */
  readonly defaults: Map<string, Value>;
  readonly invoke: Invoke;
  /** Evaluated when asked for. */
  readonly annotations: () => Value;
  doc: Value;
  declare attributes: Attributes;

  constructor(given: {
    name: string;
    qualname: string;
    module: PyModule;
    parameters: readonly ParameterInfo[];
    defaults: Map<string, Value>;
    invoke: Invoke;
    annotations: () => Value;
    doc: Value;
  }) {
    super(functionClass, new Map());
    this.name = given.name;
    this.qualname = given.qualname;
    this.module = given.module;
    this.parameters = given.parameters;
    this.defaults = given.defaults;
    this.invoke = given.invoke;
    this.annotations = given.annotations;
    this.doc = given.doc;
  }
}
