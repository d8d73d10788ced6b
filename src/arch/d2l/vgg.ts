import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import { conv2d } from '../../layers/conv.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture, BuildOptions } from '../architecture.ts';
import { book } from './book.ts';
import { bookHead } from './head.ts';

/** The book's `conv_arch`: for each block, how many 3×3 convolutions of how many channels. */
export type ConvArch = readonly (readonly [convs: number, channels: number])[];

/** The side of the feature map that the book's fixed head expects: 224 halved five times. */
const FIXED_HEAD_SIDE = 7;
/** Fully connected layers of the head. */
const HEAD_DEPTH = 3;

/** A VGG as *Dive into Deep Learning* builds it from a `conv_arch`. */
export function bookVgg(
  about: Pick<Graph, 'name' | 'source' | 'inputs'>,
  convArch: ConvArch,
  options: BuildOptions,
): Graph {
  const net = new GraphBuilder();
  drawVgg(net, convArch, options);
  return net.build(about);
}

function drawVgg(
  net: GraphBuilder,
  convArch: ConvArch,
  { classes, head, pointwiseFrom }: BuildOptions,
): void {
  convArch.forEach(([convs, channels], i) => {
    const block = `block${i + 1}`;
    for (let n = 1; n <= convs + pointwise(channels, pointwiseFrom); n++) {
      const kernel = n <= convs ? { kernel_size: 3, padding: 1 } : { kernel_size: 1 };
      net.add(`${block}.conv${n}`, conv2d, { out_channels: channels, ...kernel });
      net.add(`${block}.relu${n}`, relu, {});
    }
    net.add(`${block}.pool`, maxpool2d, { kernel_size: 2, stride: 2 });
  });
  const lastChannels = convArch.at(-1)![1];
  bookHead(net, classes, head === 'fixed' ? lastChannels * FIXED_HEAD_SIDE ** 2 : undefined);
}

const pointwise = (channels: number, from: number) => (channels >= from ? 1 : 0);

/**
 * Weight layers of the network that comes out when the channels are divided by `ratio` *before* it is built, as the
 * book's own thinning does: blocks that fall below `pointwiseFrom` get no 1×1 convolution. Dividing afterwards keeps
 * the structure; with `ratio` 1 this is its depth.
 */
export function weightLayersDividedFirst(convArch: ConvArch, pointwiseFrom: number, ratio: number): number {
  return convArch.reduce(
    (depth, [convs, channels]) => depth + convs + pointwise(channels / ratio, pointwiseFrom),
    HEAD_DEPTH,
  );
}

function vgg(name: string, summary: string, convArch: ConvArch, pointwiseFrom = Infinity): Architecture {
  const choices = { side: 224, defaults: { head: 'follow', pointwiseFrom } } as const;
  return {
    ...book(name, summary, choices, (net, options) => drawVgg(net, convArch, options)),
    weightLayersDividedFirst: (options, ratio) =>
      weightLayersDividedFirst(convArch, options.pointwiseFrom, ratio),
  };
}

const twice: ConvArch = [
  [2, 64],
  [2, 128],
  [2, 256],
  [2, 512],
  [2, 512],
];

/** Source of the first: d2l 0.17, section 7.2; of the others: its exercises, with table 1 of the VGG paper. */
export const vggs: readonly Architecture[] = [
  vgg('vgg11', 'VGG-11 of the book: 8 convolutions, 3 fully connected', [
    [1, 64],
    [1, 128],
    [2, 256],
    [2, 512],
    [2, 512],
  ]),
  vgg('vgg13', "VGG-13 in the book's style", twice),
  vgg('vgg16', "VGG-16 in the book's style", [
    [2, 64],
    [2, 128],
    [3, 256],
    [3, 512],
    [3, 512],
  ]),
  vgg('vgg19', "VGG-19 in the book's style", [
    [2, 64],
    [2, 128],
    [4, 256],
    [4, 512],
    [4, 512],
  ]),
  vgg('vgg16-1x1', 'VGG-16 with a 1×1 convolution in each block of 256 channels or more', twice, 256),
];
