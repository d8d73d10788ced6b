import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { avgpool2d } from '../../layers/avgpool.ts';
import { concat } from '../../layers/concat.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { basicConv } from './convolution.ts';
import { mixed, type Branch } from './inception-modules.ts';
import { torchvision } from './torchvision.ts';

export const inception = torchvision(
  'inception_v3',
  'Inception v3; an auxiliary head unless told otherwise',
  (net, { classes, auxLogits }) => {
    const pool = { kernel_size: 3, stride: 2 };
    basicConv(net, 'Conv2d_1a_3x3', { out_channels: 32, kernel_size: 3, stride: 2 });
    basicConv(net, 'Conv2d_2a_3x3', { out_channels: 32, kernel_size: 3 });
    basicConv(net, 'Conv2d_2b_3x3', { out_channels: 64, kernel_size: 3, padding: 1 });
    net.add('maxpool1', maxpool2d, pool);
    basicConv(net, 'Conv2d_3b_1x1', { out_channels: 80, kernel_size: 1 });
    basicConv(net, 'Conv2d_4a_3x3', { out_channels: 192, kernel_size: 3 });
    net.add('maxpool2', maxpool2d, pool);
    let auxiliary: string | undefined;
    for (const [path, branches] of Object.entries(mixed)) {
      // torchvision's auxiliary head leaves before the image is halved for the last time.
      if (path === 'Mixed_7a' && auxLogits) auxiliary = drawAuxiliary(net, classes);
      drawModule(net, path, branches);
    }
    net.add('avgpool', adaptive_avgpool2d, { output_size: 1 });
    net.add('dropout', dropout, { p: 0.5 });
    net.add('flatten', flatten, {});
    const main = net.add('fc', linear, { out_features: classes }, { givesClasses: true });
    return auxiliary === undefined ? [main] : [main, auxiliary];
  },
  { side: 299, auxLogits: true },
);

function drawModule(net: GraphBuilder, path: string, branches: readonly Branch[]): void {
  const input = net.last;
  const outputs = branches.map((branch) => {
    net.last = input;
    if (branch.pool === 'avg')
      net.add(`${path}.avgpool`, avgpool2d, { kernel_size: 3, stride: 1, padding: 1 });
    if (branch.pool === 'max') net.add(`${path}.maxpool`, maxpool2d, { kernel_size: 3, stride: 2 });
    for (const { name, ...convolution } of branch.convs) basicConv(net, `${path}.${name}`, convolution);
    if (!branch.split) return net.last;
    const stem = net.last;
    const halves = branch.split.map(({ name, ...convolution }) =>
      basicConv(net, `${path}.${name}`, convolution, stem),
    );
    return net.add(`${path}.${branch.name}_concat`, concat, {}, { from: halves });
  });
  net.add(`${path}.concat`, concat, {}, { from: outputs });
}

/** A classifier on the features so far; the network goes on from where it was. */
function drawAuxiliary(net: GraphBuilder, classes: number): string {
  const trunk = net.last;
  net.trainingOnly = true;
  net.add('AuxLogits.avgpool1', avgpool2d, { kernel_size: 5, stride: 3 });
  basicConv(net, 'AuxLogits.conv0', { out_channels: 128, kernel_size: 1 });
  basicConv(net, 'AuxLogits.conv1', { out_channels: 768, kernel_size: 5 });
  net.add('AuxLogits.avgpool2', adaptive_avgpool2d, { output_size: 1 });
  net.add('AuxLogits.flatten', flatten, {});
  const output = net.add('AuxLogits.fc', linear, { out_features: classes }, { givesClasses: true });
  net.trainingOnly = false;
  net.last = trunk;
  return output;
}
