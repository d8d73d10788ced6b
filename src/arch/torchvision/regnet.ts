import type { GraphBuilder } from '../../graph/builder.ts';
import { add } from '../../layers/add.ts';
import { linear } from '../../layers/linear.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture } from '../architecture.ts';
import { convNormActivation } from './convolution.ts';
import { squeezeExcitation } from './squeeze-excitation.ts';
import { globalPool, torchvision } from './torchvision.ts';

interface Plan {
  /** Blocks of each stage. */
  readonly depths: readonly number[];
  readonly widths: readonly number[];
  /** Channels that a 3×3 convolution filters together; no more than the stage has. */
  readonly group: number;
  /** Side of the image; 224 unless told otherwise. */
  readonly side?: number;
}

/** Y has squeeze and excitation, X has not. Source: tables of the paper; widths rounded to whole groups. */
const plans: Readonly<Record<'x' | 'y', Readonly<Record<string, Plan>>>> = {
  x: {
    '400mf': { depths: [1, 2, 7, 12], widths: [32, 64, 160, 400], group: 16 },
    '800mf': { depths: [1, 3, 7, 5], widths: [64, 128, 288, 672], group: 16 },
    '1_6gf': { depths: [2, 4, 10, 2], widths: [72, 168, 408, 912], group: 24 },
    '3_2gf': { depths: [2, 6, 15, 2], widths: [96, 192, 432, 1008], group: 48 },
    '8gf': { depths: [2, 5, 15, 1], widths: [80, 240, 720, 1920], group: 120 },
    '16gf': { depths: [2, 6, 13, 1], widths: [256, 512, 896, 2048], group: 128 },
    '32gf': { depths: [2, 7, 13, 1], widths: [336, 672, 1344, 2520], group: 168 },
  },
  y: {
    '400mf': { depths: [1, 3, 6, 6], widths: [48, 104, 208, 440], group: 8 },
    '800mf': { depths: [1, 3, 8, 2], widths: [64, 144, 320, 784], group: 16 },
    '1_6gf': { depths: [2, 6, 17, 2], widths: [48, 120, 336, 888], group: 24 },
    '3_2gf': { depths: [2, 5, 13, 1], widths: [72, 216, 576, 1512], group: 24 },
    '8gf': { depths: [2, 4, 10, 1], widths: [224, 448, 896, 2016], group: 56 },
    '16gf': { depths: [2, 4, 11, 1], widths: [224, 448, 1232, 3024], group: 112 },
    '32gf': { depths: [2, 5, 12, 1], widths: [232, 696, 1392, 3712], group: 232 },
    '128gf': { depths: [2, 7, 17, 1], widths: [528, 1056, 2904, 7392], group: 264, side: 384 },
  },
};

const STEM = 32;

function regnet(kind: 'x' | 'y', size: string, { depths, widths, group, side = 224 }: Plan): Architecture {
  const summary = `RegNet${kind.toUpperCase()}-${size.replace('_', '.').toUpperCase()}`;
  const draw = (net: GraphBuilder, { classes }: { readonly classes: number }) => {
    convNormActivation(net, 'stem', { out_channels: STEM, kernel_size: 3, stride: 2, activation: relu });
    let channels = STEM;
    depths.forEach((blocks, i) => {
      const width = widths[i]!;
      const stage = `trunk_output.block${i + 1}`;
      for (let block = 0; block < blocks; block++) {
        const squeezed = kind === 'y' ? channels / 4 : undefined;
        const stride = block === 0 ? 2 : 1;
        const groups = width / Math.min(group, width);
        drawBlock(net, `${stage}.block${i + 1}-${block}`, { width, stride, groups, squeezed });
        channels = width;
      }
    });
    globalPool(net);
    net.add('fc', linear, { out_features: classes }, { givesClasses: true });
  };
  return torchvision(`regnet_${kind}_${size}`, summary, draw, { side });
}

interface Block {
  readonly width: number;
  /** 2 halves the image, and then the block's input is projected. */
  readonly stride: number;
  readonly groups: number;
  /** Channels of the squeeze and excitation, if any. */
  readonly squeezed: number | undefined;
}

/** A residual bottleneck that is as wide inside as outside. */
function drawBlock(net: GraphBuilder, path: string, { width, stride, groups, squeezed }: Block): void {
  const input = net.last;
  const pointwise = { out_channels: width, kernel_size: 1 };
  const shortcut = stride === 1 ? input : convNormActivation(net, `${path}.proj`, { ...pointwise, stride });
  net.last = input;
  convNormActivation(net, `${path}.f.a`, { ...pointwise, activation: relu });
  const filter = { out_channels: width, kernel_size: 3, stride, groups, activation: relu };
  convNormActivation(net, `${path}.f.b`, filter);
  if (squeezed !== undefined) squeezeExcitation(net, `${path}.f.se`, { channels: width, squeezed });
  const main = convNormActivation(net, `${path}.f.c`, pointwise);
  net.add(`${path}.add`, add, {}, { from: [shortcut, main] });
  net.add(`${path}.activation`, relu, { inplace: true });
}

export const regnets: readonly Architecture[] = (['x', 'y'] as const).flatMap((kind) =>
  Object.entries(plans[kind]).map(([size, plan]) => regnet(kind, size, plan)),
);
