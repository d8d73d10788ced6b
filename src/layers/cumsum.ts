import * as z from 'zod/mini';
import { elements } from '../core/arithmetic.ts';
import { defineLayer } from './layer.ts';
import { dimension } from './shared/dimension.ts';

/** Each element and those before it along `dim` added up. Source: torch.cumsum. */
export const cumsum = defineLayer({
  kind: 'cumsum',
  family: 'pool',
  stem: 'cumsum',
  attributes: z.strictObject({ dim: z.int() }),
  shape({ attributes: { dim }, inputs: [x] }) {
    dimension(dim, x);
    return x;
  },
  elementwise: ({ output }) => elements(output),
  onnx(g, { attributes: { dim }, inputs: [x] }) {
    const axis = dimension(dim, x.shape);
    const at = g.constant(axis, 'int64');
    return {
      output: g.run('CumSum', [x, at], x),
      backward: (gradient) => ({ inputs: [g.run('CumSum', [gradient, at], x, { reverse: 1 })] }),
      ...(axis === 0 && { mixesBatch: true as const }),
    };
  },
  // The backward pass turns the gradient around, adds it up and turns it back, unless there is nothing to add.
  execute(operators, { attributes: { dim }, inputs: [x], output }) {
    const alone = x.shape[dimension(dim, x.shape)] === 1 || elements(x.shape) === 1;
    return operators.run({
      inputs: [x],
      output,
      layout: 'contiguous',
      gradients: [alone ? 'incoming' : 'product'],
      backwardScratch: [alone ? [] : [output, output]],
      autocast: 'float32Result',
    });
  },
});
