import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { concat } from '../../layers/concat.ts';
import { conv2d } from '../../layers/conv.ts';
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import { book } from './book.ts';

/** The book's `c1`, `c2`, `c3`, `c4`: channels of the four paths. */
type Inception = readonly [number, readonly [number, number], readonly [number, number], number];

/** Blocks 3, 4 and 5. */
const blocks: readonly (readonly Inception[])[] = [
  [
    [64, [96, 128], [16, 32], 32],
    [128, [128, 192], [32, 96], 64],
  ],
  [
    [192, [96, 208], [16, 48], 64],
    [160, [112, 224], [24, 64], 64],
    [128, [128, 256], [24, 64], 64],
    [112, [144, 288], [32, 64], 64],
    [256, [160, 320], [32, 128], 128],
  ],
  [
    [256, [160, 320], [32, 128], 128],
    [384, [192, 384], [48, 128], 128],
  ],
];

const pool = { kernel_size: 3, stride: 2, padding: 1 };

/** Source: d2l 0.17, section 7.4. */
export const googlenet = book(
  'googlenet',
  'GoogLeNet of the book: no batch-norm, no auxiliary heads',
  { side: 96 },
  (net, { classes }) => {
    net.add('b1.conv', conv2d, { out_channels: 64, kernel_size: 7, stride: 2, padding: 3 });
    net.add('b1.relu', relu, {});
    net.add('b1.pool', maxpool2d, pool);
    net.add('b2.conv1', conv2d, { out_channels: 64, kernel_size: 1 });
    net.add('b2.relu1', relu, {});
    net.add('b2.conv2', conv2d, { out_channels: 192, kernel_size: 3, padding: 1 });
    net.add('b2.relu2', relu, {});
    net.add('b2.pool', maxpool2d, pool);
    blocks.forEach((modules, i) => {
      modules.forEach((module, j) => drawInception(net, `b${i + 3}.inception${j + 1}`, module));
      if (i < 2) net.add(`b${i + 3}.pool`, maxpool2d, pool);
    });
    net.add('b5.avgpool', adaptive_avgpool2d, { output_size: 1 });
    net.add('b5.flatten', flatten, {});
    net.add('fc', linear, { out_features: classes }, { givesClasses: true });
  },
);

function drawInception(net: GraphBuilder, path: string, [c1, c2, c3, c4]: Inception): void {
  const input = net.last;
  const conv = (name: string, out_channels: number, side: number, from = net.last) => {
    const kernel = { kernel_size: side, padding: (side - 1) / 2 };
    net.add(`${path}.${name}`, conv2d, { out_channels, ...kernel }, { from });
    return net.add(`${path}.${name}_relu`, relu, {});
  };
  const p1 = conv('p1_1', c1, 1, input);
  conv('p2_1', c2[0], 1, input);
  const p2 = conv('p2_2', c2[1], 3);
  conv('p3_1', c3[0], 1, input);
  const p3 = conv('p3_2', c3[1], 5);
  net.add(`${path}.p4_1`, maxpool2d, { kernel_size: 3, stride: 1, padding: 1 }, { from: input });
  const p4 = conv('p4_2', c4, 1);
  net.add(`${path}.concat`, concat, {}, { from: [p1, p2, p3, p4] });
}
