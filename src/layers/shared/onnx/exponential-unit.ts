import { onnxActivation } from './activation.ts';
import { compare, elementwise, multiply, scale as scaled, shift, where, zero } from './arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';

export interface ExponentialUnit {
  readonly alpha: number;
  /** Of the result; 1 when left out. */
  readonly scale?: number;
  /** Of the exponent; 1 when left out. */
  readonly inner?: number;
}

/** `scale`·x where x is positive, `scale`·`alpha`·(e^(`inner`·x) − 1) elsewhere. Source: aten::elu. */
export function exponentialUnit({ alpha, scale = 1, inner = 1 }: ExponentialUnit) {
  // Nothing positive is raised, so that no exponential overflows where it is not used.
  const raised = (g: OnnxGraph, x: Tensor) =>
    elementwise(g, 'Exp', scaled(g, g.run('Min', [x, zero(g)], x), inner));
  return onnxActivation(
    (g, x) => {
      const below = scaled(g, shift(g, raised(g, x), -1), alpha * scale);
      return where(g, compare(g, 'Greater', x, zero(g)), scaled(g, x, scale), below);
    },
    (g, { x, gradient }) => {
      const slope = scaled(g, raised(g, x), alpha * scale * inner);
      return multiply(g, gradient, where(g, compare(g, 'Greater', x, zero(g)), g.constant(scale), slope));
    },
  );
}
