import { GraphBuilder } from '../../graph/builder.ts';
import type { Graph } from '../../graph/graph.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture } from '../architecture.ts';
import { parseCfg, type Cfg } from '../literal/cfg.ts';
import { sequence, torchvision } from './torchvision.ts';

export interface CfgOptions {
  readonly classes: number;
  readonly batchNorm: boolean;
}

/**
 * A VGG as torchvision builds it from its list. The head takes whatever channels the list ends with, where
 * torchvision's own fails unless they are 512.
 */
export function cfgVgg(
  about: Pick<Graph, 'name' | 'source' | 'inputs'>,
  cfg: Cfg,
  options: CfgOptions,
): Graph {
  const net = new GraphBuilder();
  drawVgg(net, cfg, options);
  return net.build(about);
}

function drawVgg(net: GraphBuilder, cfg: Cfg, { classes, batchNorm }: CfgOptions): void {
  const features = sequence(net, 'features');
  for (const entry of cfg) {
    if (entry === 'M') {
      features.add(maxpool2d, { kernel_size: 2, stride: 2 });
      continue;
    }
    features.add(conv2d, { out_channels: entry, kernel_size: 3, padding: 1 });
    if (batchNorm) features.add(batchnorm2d, {});
    features.add(relu, { inplace: true });
  }
  net.add('avgpool', adaptive_avgpool2d, { output_size: 7 });
  net.add('flatten', flatten, {});
  const classifier = sequence(net, 'classifier');
  for (let i = 0; i < 2; i++) {
    classifier.add(linear, { out_features: 4096 });
    classifier.add(relu, { inplace: true });
    classifier.add(dropout, { p: 0.5 });
  }
  classifier.add(linear, { out_features: classes }, { givesClasses: true });
}

const cfgs: Readonly<Record<string, string>> = {
  vgg11: '64,M,128,M,256,256,M,512,512,M,512,512,M',
  vgg13: '64,64,M,128,128,M,256,256,M,512,512,M,512,512,M',
  vgg16: '64,64,M,128,128,M,256,256,256,M,512,512,512,M,512,512,512,M',
  vgg19: '64,64,M,128,128,M,256,256,256,256,M,512,512,512,512,M,512,512,512,512,M',
};

export const vggs: readonly Architecture[] = Object.entries(cfgs).flatMap(([name, cfg]) =>
  [false, true].map((batchNorm) =>
    torchvision(
      batchNorm ? `${name}_bn` : name,
      `VGG-${name.slice(3)}${batchNorm ? ' with batch normalization' : ''}`,
      (net, { classes }) => drawVgg(net, parseCfg(cfg), { classes, batchNorm }),
    ),
  ),
);
