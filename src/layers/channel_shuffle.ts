import * as z from 'zod/mini';
import { integer } from './shared/attributes.ts';
import { checkDivides } from './shared/channels.ts';
import { checkRank } from './shared/dimension.ts';
import { defineLayer } from './layer.ts';
import { elements } from '../core/arithmetic.ts';
import { reshape, transpose } from './shared/onnx/arithmetic.ts';
import type { Tensor } from '../onnx/graph.ts';
import { inShape } from './shared/view.ts';

/** Deals the channels of `groups` groups out in turn. Source: torch.nn.ChannelShuffle. */
export const channel_shuffle = defineLayer({
  kind: 'channel_shuffle',
  family: 'reshape',
  stem: 'shuffle',
  attributes: z.strictObject({ groups: integer(1) }),
  shape({ attributes: { groups }, inputs }) {
    const input = inputs[0];
    checkRank('channel_shuffle', input, 3);
    checkDivides(groups, input[1]!, 'groups');
    return input;
  },
  onnx(g, { attributes: { groups }, inputs: [x], output }) {
    const [n, c, ...rest] = output;
    const deal = (values: Tensor, rows: number): Tensor => {
      const dealt = transpose(g, reshape(g, values, [n!, rows, c! / rows, elements(rest)]), [0, 2, 1, 3]);
      return reshape(g, dealt, output);
    };
    return {
      output: deal(x, groups),
      backward: (gradient) => ({ inputs: [deal(gradient, c! / groups)] }),
    };
  },
  // One group, or one channel a group: the order stays, and what is otherwise a new layout is a view.
  execute(operators, { attributes: { groups }, inputs: [x], output }) {
    if (groups === 1 || groups === output[1]) return inShape(operators, x, output);
    const dealt = operators.run({ inputs: [x], output, layout: 'contiguous' });
    const result = inShape(operators, dealt, output);
    operators.release(dealt);
    return result;
  },
});
