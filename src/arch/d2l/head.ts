import type { GraphBuilder } from '../../graph/builder.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { linear } from '../../layers/linear.ts';
import { relu } from '../../layers/relu.ts';

/** The book's classifier of AlexNet and VGG: two fully connected layers of 4096 with dropout, then the classes. */
export function bookHead(net: GraphBuilder, classes: number, inFeatures?: number): void {
  net.add('flatten', flatten, {});
  net.add('fc1', linear, {
    out_features: 4096,
    ...(inFeatures !== undefined && { in_features: inFeatures }),
  });
  net.add('relu1', relu, {});
  net.add('drop1', dropout, { p: 0.5 });
  net.add('fc2', linear, { out_features: 4096 });
  net.add('relu2', relu, {});
  net.add('drop2', dropout, { p: 0.5 });
  net.add('fc3', linear, { out_features: classes }, { givesClasses: true });
}
