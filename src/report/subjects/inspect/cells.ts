import type { LayerAnalysis } from '../../../analysis/analysis.ts';
import type { Shape } from '../../../core/shape.ts';
import type { Block } from './blocks.ts';
import { axesText } from '../../../core/numbers.ts';

/** `3→64` for layers that multiply by weights: what comes in and goes out, along the channels. */
export function channels(layer: LayerAnalysis): string {
  const { family, inputShapes, outputShape, weights, macs, backwardMacs } = layer;
  if (weights.length === 0 || (macs === 0 && backwardMacs === 0)) return '';
  // Channels of what is convolved, features of everything else, which come last.
  const width = (shape: Shape) => (family === 'conv' ? shape[1] : shape.at(-1));
  return `${width(inputShapes[0]!)}→${width(outputShape)}`;
}

/** `3×3/2`: the window and its stride. */
export function kernel({ window }: LayerAnalysis): string {
  return window ? `${axesText(window.kernel)}/${oneOrAxes(window.stride)}` : '';
}

/** `2` where the axes are alike, else `2×1`. */
const oneOrAxes = (sides: readonly number[]): string =>
  sides.every((side) => side === sides[0]) ? `${sides[0]}` : axesText(sides);

/** `3×3/2 d2 g32`: with dilation and groups, where they are not 1. */
export function kernelInFull(layer: LayerAnalysis): string {
  const { window, attributes } = layer;
  if (!window) return '';
  const dilation = oneOrAxes(window.dilation);
  const groups = 'groups' in attributes && typeof attributes.groups === 'number' ? attributes.groups : 1;
  return [kernel(layer), dilation !== '1' && `d${dilation}`, groups > 1 && `g${groups}`]
    .filter(Boolean)
    .join(' ');
}

/** `7×7` pixels, or `all` of the image. */
export function field({ receptiveField }: LayerAnalysis): string {
  return receptiveField ? axesText(receptiveField) : 'all';
}

/** Attributes that the columns of channels and kernels show already. */
const shownElsewhere = new Set([
  'in_channels',
  'out_channels',
  'in_features',
  'out_features',
  'kernel_size',
  'stride',
]);

/** Values that change nothing, beside false and 0. */
const neutral: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['dilation', 1],
  ['groups', 1],
  ['padding_mode', 'zeros'],
  ['start_dim', 1],
  ['end_dim', -1],
]);

/** A list of more numbers is a table, which no cell holds. */
const FEW = 12;

/** `padding=1 bias`: the attributes that change something and that no other column shows. */
export function attributes(layer: LayerAnalysis): string {
  return Object.entries(layer.attributes)
    .filter(([name]) => !shownElsewhere.has(name))
    .map(([name, value]: [string, unknown]) => {
      const text = Array.isArray(value) && value.every((side) => side === value[0]) ? value[0] : value;
      if (text === true) return name;
      if (text === false || text === undefined || text === null || text === 0) return '';
      if (text === neutral.get(name)) return '';
      if (Array.isArray(text) && text.length > FEW) return `${name}=(${text.length} numbers)`;
      return `${name}=${Array.isArray(text) ? text.join('×') : String(text)}`;
    })
    .filter((text) => text !== '')
    .join(' ');
}

/** `12 layers`, in the place of what a block does not have. */
export function blockSize({ layers }: Block): string {
  return `${layers} layer${layers === 1 ? '' : 's'}`;
}
