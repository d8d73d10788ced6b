import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, product } from '../core/arithmetic.ts';
import type { Shape } from '../core/shape.ts';
import { flag } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { two } from './shared/inputs.ts';

const attributes = z.strictObject({
  mode: z._default(z.enum(['bilinear', 'nearest', 'bicubic']), 'bilinear'),
  padding_mode: z._default(z.enum(['zeros', 'border', 'reflection']), 'zeros'),
  align_corners: flag(false),
});
type Attributes = z.output<typeof attributes>;

/**
 * The pixels of images, or of volumes, where a grid of coordinates points to: N×C×H×W at N×H'×W'×2. Source:
 * torch.nn.functional.grid_sample.
 */
export const grid_sample = defineLayer({
  kind: 'grid_sample',
  family: 'resize',
  stem: 'sample',
  takes: two,
  attributes,
  global: true,
  shape: ({ attributes: a, inputs: [x, grid] }) => sampled(a, x, grid),
  // One for each pixel that is mixed, as of upsample.
  elementwise({ attributes: { mode }, inputs: [x], output }) {
    const mixed = mode === 'nearest' ? 0 : (mode === 'bicubic' ? 4 : 2) ** (x.length - 2);
    return product([mixed, elements(output)], 'the number of operations of a resize');
  },
  execute: (operators, { inputs: [x, grid], output }) =>
    operators.run({
      inputs: [x, grid],
      output,
      saves: [x, grid],
      layout: 'contiguous',
      // The gradient of the grid is always computed.
      backwardScratch: [operators.needsGradient(grid) ? [] : [grid.shape], []],
      // Autocast widens both to the wider of them.
      ...([x, grid].some(({ type }) => type === 'float32') && { autocast: 'float32' }),
    }),
});

/** Throws `grid-does-not-fit` and `bad-attribute`. */
function sampled({ mode }: Attributes, x: Shape, grid: Shape): Shape {
  const axes = x.length - 2;
  if ((axes !== 2 && axes !== 3) || grid.length !== x.length || grid[0] !== x[0] || grid.at(-1) !== axes) {
    throw new VggError('grid-does-not-fit', { shape: x, grid });
  }
  if (mode === 'bicubic' && axes === 3) {
    const problem = 'must be bilinear or nearest for volumes';
    throw new VggError('bad-attribute', { kind: 'grid_sample', name: 'mode', value: mode, problem });
  }
  return [x[0]!, x[1]!, ...grid.slice(1, -1)];
}
