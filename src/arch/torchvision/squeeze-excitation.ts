import type { GraphBuilder } from '../../graph/builder.ts';
import { adaptive_avgpool2d } from '../../layers/adaptive_avgpool.ts';
import { conv2d } from '../../layers/conv.ts';
import type { LayerKind } from '../../layers/layer.ts';
import { mul } from '../../layers/mul.ts';
import { relu } from '../../layers/relu.ts';
import { sigmoid } from '../../layers/sigmoid.ts';
import type { Activation } from './convolution.ts';

interface SqueezeExcitation {
  readonly channels: number;
  /** Channels between the two convolutions. */
  readonly squeezed: number;
  /** Between the two convolutions; a ReLU that is not in place unless told otherwise. */
  readonly activation?: { readonly kind: Activation; readonly inplace: boolean };
  /** What makes weights of the second convolution's results. */
  readonly scale?: LayerKind;
}

/** torchvision's `SqueezeExcitation`: a weight for each channel from the means of all channels. */
export function squeezeExcitation(net: GraphBuilder, path: string, options: SqueezeExcitation): string {
  const { channels, squeezed, activation = { kind: relu, inplace: false }, scale = sigmoid } = options;
  const input = net.last;
  net.add(`${path}.avgpool`, adaptive_avgpool2d, { output_size: 1 });
  net.add(`${path}.fc1`, conv2d, { out_channels: squeezed, kernel_size: 1 });
  net.add(`${path}.activation`, activation.kind, { inplace: activation.inplace });
  net.add(`${path}.fc2`, conv2d, { out_channels: channels, kernel_size: 1 });
  const weights = net.add(`${path}.scale_activation`, scale, {});
  return net.add(`${path}.mul`, mul, {}, { from: [weights, input] });
}
