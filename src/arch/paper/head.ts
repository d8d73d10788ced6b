import type { GraphBuilder } from '../../graph/builder.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { relu } from '../../layers/relu.ts';
import type { BuildOptions } from '../architecture.ts';

/**
 * The classifier of AlexNet and VGG as published: 4096, 4096 and the classes, with dropout.
 * Unless it follows, it takes `inFeatures` and refuses any other image.
 */
export function paperHead(net: GraphBuilder, { classes, head }: BuildOptions, inFeatures: number): void {
  net.add('flatten', flatten, {});
  net.add('fc6', linear, { out_features: 4096, ...(head === 'fixed' && { in_features: inFeatures }) });
  net.add('relu6', relu, {});
  net.add('drop6', dropout, { p: 0.5 });
  net.add('fc7', linear, { out_features: 4096 });
  net.add('relu7', relu, {});
  net.add('drop7', dropout, { p: 0.5 });
  net.add('fc8', linear, { out_features: classes }, { givesClasses: true });
}
