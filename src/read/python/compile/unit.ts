import type { Expression, Place, Statement } from '../ast.ts';
import type { Value } from '../values/object.ts';
import type { PyModule } from '../values/values.ts';
import type { Frame, Signal } from './frame.ts';
import type { Scope, Scopes } from './scope.ts';

/** Syntax becomes closures, once; running them is running the program. */
export type Evaluate = (frame: Frame) => Value;
export type Execute = (frame: Frame) => Signal;
export type Assign = (frame: Frame, value: Value) => void;
/** A statement of a generator: what it yields goes out, what is sent comes in. */
export type Resume = (frame: Frame) => Generator<Value, Signal, Value>;

/** A file that is compiled, and the parts of the compiler that need each other. */
export interface Unit {
  readonly file: string;
  readonly scopes: Scopes;
  readonly expression: (node: Expression, scope: Scope) => Evaluate;
  readonly target: (node: Expression, scope: Scope) => Assign;
  readonly block: (body: readonly Statement[], scope: Scope) => Execute;
  readonly resumable: (body: readonly Statement[], scope: Scope) => Resume;
  /** Where the value of a `yield` lies, for the expression around it. */
  readonly yieldSlots: Map<Expression, number>;
  readonly importModule: (name: string, from: PyModule, at: Place) => PyModule;
  readonly builtins: PyModule;
}
