import type { ElementType, Operator, Operators, Value } from '../../layers/shared/operators.ts';

/** The operators of a training as a layer in `eval()` sees them: it runs as at inference, its gradients are computed. */
export class InEval implements Operators {
  readonly training = false;
  readonly floats: ElementType;
  readonly #operators: Operators;

  constructor(operators: Operators) {
    this.floats = operators.floats;
    this.#operators = operators;
  }

  run(operator: Operator): Value {
    return this.#operators.run(operator);
  }

  runAll(operator: Operator): readonly [Value, ...Value[]] {
    return this.#operators.runAll(operator);
  }

  needsGradient(value: Value): boolean {
    return this.#operators.needsGradient(value);
  }

  retain(value: Value): Value {
    return this.#operators.retain(value);
  }

  lower(value: Value): Value {
    return this.#operators.lower(value);
  }

  release(value: Value): void {
    this.#operators.release(value);
  }
}
