import * as z from 'zod/mini';
import { integer } from './attributes.ts';
import { checkDivides } from './channels.ts';
import { checkRank } from './dimension.ts';
import { defineLayer } from './layer.ts';

/** Deals the channels of `groups` groups out in turn. Source: torch.nn.ChannelShuffle. */
export const channel_shuffle = defineLayer({
  kind: 'channel_shuffle',
  family: 'reshape',
  stem: 'shuffle',
  attributes: z.strictObject({ groups: integer(1) }),
  shape({ attributes: { groups }, inputs }) {
    const input = inputs[0]!;
    checkRank('channel_shuffle', input, 3);
    checkDivides(groups, input[1]!, 'groups');
    return input;
  },
  execute: (operators, { inputs: [x], output }) => operators.run({ inputs: [x!], output }),
});
