import { elements } from '../../core/arithmetic.ts';
import type { Applied, Call, Execution } from '../layer.ts';
import type { Operators, Value } from './operators.ts';

type Activation = Execution<{ readonly inplace?: boolean } | { readonly [argument: string]: unknown }>;

/** What the element-wise activations share: the shape stays, and each output element counts one operation. */
export const perElement = {
  family: 'activation',
  shape: ({ inputs: [x] }: Call<unknown>) => x,
  elementwise: ({ output }: Applied<unknown>) => elements(output),
} as const;

/** An activation whose backward pass needs its result, which in place is the overwritten input. */
export function executeKeepingResult(
  operators: Operators,
  { inputs: [x], output, attributes }: Activation,
): Value {
  return operators.run({
    inputs: [x],
    output: attributes.inplace ? { overwrites: x } : output,
    saves: ['result'],
  });
}

/** An activation whose backward pass needs its input; in place, autograd copies it first. */
export function executeKeepingInput(
  operators: Operators,
  { inputs: [x], output, attributes }: Activation,
): Value {
  return attributes.inplace
    ? operators.run({
        inputs: [x],
        output: { overwrites: x },
        byproducts: [{ shape: output, onlyForBackward: true }],
      })
    : operators.run({ inputs: [x], output, saves: [x] });
}

/** An activation that needs its input, and in place makes do with its result. */
export function executeKeepingEither(operators: Operators, execution: Activation): Value {
  return execution.attributes.inplace
    ? executeKeepingResult(operators, execution)
    : executeKeepingInput(operators, execution);
}
