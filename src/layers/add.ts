import { elementwiseJoin } from './join.ts';
import { defineLayer } from './layer.ts';

/** Sum of two or more branches, sizes of 1 stretched. Source: torch.add. */
export const add = defineLayer(
  elementwiseJoin('add', 'Add', (operators, a, b, output) =>
    operators.run({ inputs: [a, b], output, gradients: ['incoming', 'incoming'] }),
  ),
);
