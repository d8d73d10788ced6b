import { conv2d } from '../../layers/conv.ts';
import { local_response_norm } from '../../layers/local_response_norm.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture } from '../architecture.ts';
import { network } from '../network.ts';
import { krizhevskyNorm } from './alexnet.ts';
import { paperHead } from './head.ts';

const CHANNELS = [64, 128, 256, 512, 512] as const;
/** The fully connected layers follow a 7×7×512 image, and no other. */
const HEAD_FEATURES = 7 * 7 * 512;

/** One column of the paper's table 1: for each block its entries, a digit for a kernel's side and `n` for LRN. */
function column(letter: string, blocks: string, summary: string): Architecture {
  return network(
    {
      name: `paper/vgg-${letter}`,
      source: 'paper',
      summary,
      input: [3, 224, 224],
      defaults: { classes: 1000, head: 'fixed' },
    },
    (net, options) => {
      blocks.split(' ').forEach((entries, i) => {
        const out_channels = CHANNELS[i]!;
        let n = 0;
        for (const entry of entries) {
          if (entry === 'n') {
            net.add(`norm${i + 1}_${n}`, local_response_norm, krizhevskyNorm);
            continue;
          }
          n++;
          const side = Number(entry);
          const kernel = { kernel_size: side, padding: (side - 1) / 2 };
          net.add(`conv${i + 1}_${n}`, conv2d, { out_channels, ...kernel });
          net.add(`relu${i + 1}_${n}`, relu, {});
        }
        net.add(`pool${i + 1}`, maxpool2d, { kernel_size: 2, stride: 2 });
      });
      paperHead(net, options, HEAD_FEATURES);
    },
  );
}

/** Source: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", table 1. */
export const vggs: readonly Architecture[] = [
  column('a', '3 3 33 33 33', 'column A of the VGG paper: 11 weight layers'),
  column('a-lrn', '3n 3 33 33 33', 'column A-LRN: A with local response normalization'),
  column('b', '33 33 33 33 33', 'column B: 13 weight layers'),
  column('c', '33 33 331 331 331', 'column C: 16 weight layers, three of them 1×1 convolutions'),
  column('d', '33 33 333 333 333', 'column D: 16 weight layers, known as VGG-16'),
  column('e', '33 33 3333 3333 3333', 'column E: 19 weight layers, known as VGG-19'),
];
