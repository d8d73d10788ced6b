import { VggError } from '../core/errors/error.ts';
import { elements } from '../core/arithmetic.ts';
import { sameShape } from '../core/shape.ts';
import { constant } from './shared/initialization.ts';
import { two } from './shared/inputs.ts';
import { defineLayer } from './layer.ts';
import { reshape } from './shared/onnx/arithmetic.ts';
import { cosineVersion, squashedBiases } from './shared/onnx/cosine.ts';
import { onnxShiftedWindows, relativeBiases } from './shared/onnx/windows.ts';
import { asRows, byCosine, squashed } from './shared/windows/cosine.ts';
import { relativeBias, runShiftedWindows } from './shared/windows/run.ts';
import {
  indexOfPositions,
  projections,
  windowAttributes,
  windowMacs,
  windowOperations,
  windowsOf,
} from './shared/windows/windows.ts';

const kind = 'shifted_window_attention_v2';

/**
 * Attention inside windows of an image N×H×W×C by the cosine between pixels. The second input, 1 × positions down ×
 * positions across × heads, has a number for each relative position and head, of which a sigmoid makes the bias. Source:
 * torchvision.models.swin_transformer.ShiftedWindowAttentionV2, whose `cpb_mlp` gives the second input.
 */
export const shifted_window_attention_v2 = defineLayer({
  kind,
  family: 'linear',
  stem: 'attention',
  takes: two,
  attributes: windowAttributes,
  // What it sees is no window that slides over the image.
  global: true,
  shape({ attributes: a, inputs: [x, table] }) {
    windowsOf(kind, a, x);
    const wanted = [1, ...a.window_size.map((side) => 2 * side - 1), a.num_heads];
    if (!sameShape(table, wanted)) throw new VggError('positions-do-not-fit', { wanted, shape: table });
    return x;
  },
  weights: ({ attributes: a, inputs: [x] }) => ({
    logit_scale: { shape: [a.num_heads, 1, 1], init: constant(Math.log(10)) },
    relative_position_index: indexOfPositions(a.window_size),
    ...projections(a, x.at(-1)!),
  }),
  macs: ({ attributes, inputs: [x] }) => windowMacs(kind, { attributes, inputs: [x] }),
  elementwise: ({ attributes, inputs: [x], output }) =>
    windowOperations(kind, { attributes, inputs: [x], output }),
  onnx(g, { attributes: a, inputs: [x, table], weights }) {
    const windows = windowsOf(kind, a, x.shape);
    const rows = reshape(g, table, [elements(table.shape) / a.num_heads, a.num_heads]);
    const biases = relativeBiases(g, rows, windows);
    const relative = squashedBiases(g, biases.output);
    const version = cosineVersion(g, weights.logit_scale);
    const attended = onnxShiftedWindows(g, windows, a, x, { weights, relative: relative.output, version });
    return {
      output: attended.output,
      backward(gradient, [ofInput, ofTable]) {
        const all = attended.backward(gradient);
        const positions = () => reshape(g, biases.backward(relative.backward(all.relative)), table.shape);
        return {
          inputs: [ofInput ? all.input : undefined, ofTable ? positions() : undefined],
          weights: all.weights,
        };
      },
    };
  },
  execute(operators, { attributes: a, inputs: [x, given], weights }) {
    const windows = windowsOf(kind, a, x.shape);
    const table = asRows(operators, given);
    const bias = relativeBias(operators, table, weights.relative_position_index, windows.pixels);
    operators.release(table);
    const relative = squashed(operators, bias);
    const version = byCosine(operators, weights.logit_scale);
    const result = runShiftedWindows(operators, windows, a, x, { weights, relative, version });
    operators.release(relative);
    return result;
  },
});
