import * as z from 'zod/mini';
import { image } from './shared/spatial.ts';
import { offset } from './shared/attributes.ts';
import { checkOutput } from './shared/dimension.ts';
import { defineLayer } from './layer.ts';
import { keepsInput } from './shared/keras-tape.ts';
import { notInKeras } from './shared/keras.ts';
import { pad } from './shared/onnx/arithmetic.ts';

const attributes = z.strictObject({
  /** Left, right, top, bottom; negative sizes cut away. */
  padding: z.pipe(
    z.union([offset, z.tuple([offset, offset, offset, offset])]),
    z.transform((value): readonly [left: number, right: number, top: number, bottom: number] =>
      typeof value === 'number' ? [value, value, value, value] : value,
    ),
  ),
});

/** A border of zeros around images. Source: torch.nn.ZeroPad2d. */
export const zeropad2d = defineLayer({
  kind: 'zeropad2d',
  family: 'resize',
  stem: 'pad',
  attributes,
  shape({ attributes: { padding }, inputs }) {
    const [n, c, h, w] = image(inputs[0], 'zeropad2d');
    const [left, right, top, bottom] = padding;
    return [n, c, ...checkOutput([h, w], [h + top + bottom, w + left + right])];
  },
  keras({ attributes: { padding } }) {
    const [left, right, top, bottom] = padding;
    if (Math.min(...padding) < 0) notInKeras('zeropad2d', 'negative padding');
    const sides = [
      [top, bottom],
      [left, right],
    ];
    return [{ class_name: 'ZeroPadding2D', config: { padding: sides }, tape: keepsInput }];
  },
  onnx(g, { attributes: { padding }, inputs: [x] }) {
    const [left, right, top, bottom] = padding;
    return {
      output: pad(g, x, [top, left], [bottom, right]),
      backward: (gradient) => ({ inputs: [pad(g, gradient, [-top, -left], [-bottom, -right])] }),
    };
  },
  execute: (operators, { inputs: [x], output }) => operators.run({ inputs: [x], output }),
});
