import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { concat } from '../../layers/concat.ts';
import { conv2d } from '../../layers/conv.ts';
import { dropout } from '../../layers/dropout.ts';
import { flatten } from '../../layers/flatten.ts';
import { maxpool2d } from '../../layers/maxpool.ts';
import { relu } from '../../layers/relu.ts';
import type { Architecture } from '../architecture.ts';
import { sequence, torchvision } from './torchvision.ts';

/** Squeezes to `squeeze` channels, then widens to `expand` channels twice: by 1×1 and by 3×3. */
interface Fire {
  readonly squeeze: number;
  readonly expand: number;
}
interface Plan {
  readonly stem: { readonly out_channels: number; readonly kernel_size: number };
  readonly features: readonly (Fire | 'pool')[];
}

const inplace = { inplace: true };
const fire16: Fire = { squeeze: 16, expand: 64 };
const fire32: Fire = { squeeze: 32, expand: 128 };
const fire48: Fire = { squeeze: 48, expand: 192 };
const fire64: Fire = { squeeze: 64, expand: 256 };

const plans: Readonly<Record<string, Plan>> = {
  squeezenet1_0: {
    stem: { out_channels: 96, kernel_size: 7 },
    features: ['pool', fire16, fire16, fire32, 'pool', fire32, fire48, fire48, fire64, 'pool', fire64],
  },
  squeezenet1_1: {
    stem: { out_channels: 64, kernel_size: 3 },
    features: ['pool', fire16, fire16, 'pool', fire32, fire32, 'pool', fire48, fire48, fire64, fire64],
  },
};

export const squeezenets: readonly Architecture[] = Object.entries(plans).map(([name, plan]) =>
  torchvision(name, `SqueezeNet ${name.slice(-3).replace('_', '.')}`, (net, { classes }) => {
    const features = sequence(net, 'features');
    features.add(conv2d, { ...plan.stem, stride: 2 });
    features.add(relu, inplace);
    for (const member of plan.features) {
      if (member === 'pool') features.add(maxpool2d, { kernel_size: 3, stride: 2, ceil_mode: true });
      else drawFire(net, features.next(), member);
    }
    const classifier = sequence(net, 'classifier');
    classifier.add(dropout, { p: 0.5 });
    classifier.add(conv2d, { out_channels: classes, kernel_size: 1 }, { givesClasses: true });
    classifier.add(relu, inplace);
    classifier.add(adaptive_avgpool2d, { output_size: 1 });
    net.add('flatten', flatten, {});
  }),
);

function drawFire(net: GraphBuilder, path: string, { squeeze, expand }: Fire): void {
  net.add(`${path}.squeeze`, conv2d, { out_channels: squeeze, kernel_size: 1 });
  const squeezed = net.add(`${path}.squeeze_activation`, relu, inplace);
  const branches = [1, 3].map((side) => {
    const branch = `${path}.expand${side}x${side}`;
    const kernel = { kernel_size: side, padding: (side - 1) / 2 };
    net.add(branch, conv2d, { out_channels: expand, ...kernel }, { from: squeezed });
    return net.add(`${branch}_activation`, relu, inplace);
  });
  net.add(`${path}.concat`, concat, {}, { from: branches });
}
