import * as z from 'zod/mini';
import { perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { runClamp } from './shared/elementwise.ts';
import { compare, multiply, floats } from './shared/onnx/arithmetic.ts';

const attributes = z
  .strictObject({ min: z.nullish(z.number()), max: z.nullish(z.number()) })
  .check(
    z.refine(({ min, max }) => typeof min === 'number' || typeof max === 'number', 'must have min or max'),
  );

/** Each element, or the nearer limit. Source: torch.clamp. */
export const clamp = defineLayer({
  ...perElement,
  kind: 'clamp',
  stem: 'clamp',
  attributes,
  keepsMaxima: true,
  onnx(g, { attributes: { min, max }, inputs: [x] }) {
    const limit = (value: number | null | undefined) =>
      typeof value === 'number' ? g.constant(value) : undefined;
    const [low, high] = [limit(min), limit(max)];
    const inside = (operator: string, at: typeof low) => (at ? [floats(g, compare(g, operator, x, at))] : []);
    return {
      output: g.run('Clip', [x, low, high], x),
      backward: (gradient) => ({
        inputs: [
          [...inside('GreaterOrEqual', low), ...inside('LessOrEqual', high)].reduce(
            (passed, mask) => multiply(g, passed, mask),
            gradient,
          ),
        ],
      }),
    };
  },
  execute: (operators, { attributes: { min, max }, inputs: [x] }) =>
    runClamp(operators, x, [min, max].filter((limit) => typeof limit === 'number').length),
});
