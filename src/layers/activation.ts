import { elements } from '../graph/shape.ts';
import type { LayerKind } from './layer.ts';

/** What the element-wise activations share: the shape stays, and each output element counts one operation. */
export const perElement = {
  family: 'activation',
  shape: ({ inputs }) => inputs[0]!,
  elementwise: ({ output }) => elements(output),
} satisfies Pick<LayerKind, 'family' | 'shape' | 'elementwise'>;
