import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import { conv2d } from '../../layers/conv2d.ts';
import { maxpool2d } from '../../layers/maxpool2d.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture, BuildOptions } from '../architecture.ts';
import { bookHead } from './head.ts';

/** The book's `conv_arch`: for each block, how many 3×3 convolutions of how many channels. */
export type ConvArch = readonly (readonly [convs: number, channels: number])[];

/** The side of the feature map that the book's fixed head expects: 224 halved five times. */
const FIXED_HEAD_SIDE = 7;

/** A VGG as *Dive into Deep Learning* builds it from a `conv_arch`. */
export function bookVgg(
  about: Pick<Graph, 'name' | 'source' | 'defaultInput'>,
  convArch: ConvArch,
  { classes, head, pointwiseFrom }: BuildOptions,
): Graph {
  const net = new GraphBuilder();
  convArch.forEach(([convs, channels], i) => {
    const block = `block${i + 1}`;
    const pointwise = channels >= pointwiseFrom ? 1 : 0;
    for (let n = 1; n <= convs + pointwise; n++) {
      const kernel = n <= convs ? { kernel_size: 3, padding: 1 } : { kernel_size: 1 };
      net.add(`${block}.conv${n}`, conv2d, { out_channels: channels, ...kernel });
      net.add(`${block}.relu${n}`, relu, {});
    }
    net.add(`${block}.pool`, maxpool2d, { kernel_size: 2, stride: 2 });
  });
  const lastChannels = convArch.at(-1)![1];
  bookHead(net, classes, head === 'fixed' ? lastChannels * FIXED_HEAD_SIDE ** 2 : undefined);
  return net.build(about);
}

const input = [1, 224, 224] as const;

function vgg(name: string, summary: string, convArch: ConvArch, pointwiseFrom = Infinity): Architecture {
  return {
    name,
    source: 'd2l',
    summary,
    input,
    defaults: { classes: 10, head: 'follow', pointwiseFrom },
    build: (options) => bookVgg({ name, source: 'd2l', defaultInput: input }, convArch, options),
  };
}

const twice: ConvArch = [
  [2, 64],
  [2, 128],
  [2, 256],
  [2, 512],
  [2, 512],
];

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
