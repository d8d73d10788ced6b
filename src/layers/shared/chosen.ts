import * as z from 'zod/mini';
import { elements } from '../../core/arithmetic.ts';
import type { LayerKind, NoWeights } from '../layer.ts';
import { two, type Two } from './inputs.ts';
import { broadcast } from './join.ts';
import { add, compare, floats, multiply, scale, sumTo, where } from './onnx/arithmetic.ts';
import type { Scratch } from './operators.ts';

const attributes = z.strictObject({});

/**
 * One of two elements, the first where `wins` holds; each gets half of the gradient where both are equal. Source:
 * derivatives.yaml, maximum and minimum.
 */
export const chosenOfPair = (
  kind: string,
  wins: 'Greater' | 'Less',
): LayerKind<typeof attributes, Two, NoWeights> => ({
  kind,
  family: 'join',
  stem: kind,
  takes: two,
  attributes,
  shape: ({ inputs }) => broadcast(kind, inputs),
  elementwise: ({ output }) => elements(output),
  onnx(g, { inputs: [a, b] }) {
    const share = (own: typeof a, other: typeof a, gradient: typeof a) => {
      const whole = floats(g, compare(g, wins, own, other));
      const half = scale(g, floats(g, compare(g, 'Equal', own, other)), 0.5);
      return sumTo(g, multiply(g, gradient, add(g, whole, half)), own.shape);
    };
    return {
      output: where(g, compare(g, wins, a, b), a, b),
      backward: (gradient, [ofFirst, ofSecond]) => ({
        inputs: [ofFirst ? share(a, b, gradient) : undefined, ofSecond ? share(b, a, gradient) : undefined],
      }),
    };
  },
  execute(operators, { inputs: [a, b], output }) {
    // Where both are equal, half of the gradient, and where it goes to the other.
    const beside: readonly Scratch[] = [
      { shape: output, type: 'bool' },
      output,
      { shape: output, type: 'bool' },
    ];
    return operators.run({
      inputs: [a, b],
      output,
      saves: [a, b],
      layout: 'elementwise',
      gradients: ['product', 'product'],
      backwardScratch: [beside, beside],
    });
  },
});
