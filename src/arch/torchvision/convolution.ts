import type { GraphBuilder } from '../../graph/builder.ts';
import { batchnorm2d } from '../../layers/batchnorm.ts';
import { conv2d } from '../../layers/conv.ts';
import type { AttributesInput, LayerKind } from '../../layers/layer.ts';
import { relu } from '../../layers/relu.ts';

export type Convolution = AttributesInput<typeof conv2d.attributes>;
export type Norm = AttributesInput<typeof batchnorm2d.attributes>;
/** A kind of activation that can overwrite its input. */
export type Activation = LayerKind<typeof relu.attributes>;

/** GoogLeNet's and Inception's `BasicConv2d`: convolution without bias, batch-norm, ReLU. */
export function basicConv(
  net: GraphBuilder,
  path: string,
  convolution: Convolution,
  from: string = net.last,
): string {
  net.add(`${path}.conv`, conv2d, { ...convolution, bias: false }, { from });
  net.add(`${path}.bn`, batchnorm2d, { eps: 0.001 });
  return net.add(`${path}.relu`, relu, { inplace: true });
}

interface ConvNormActivation extends Omit<Convolution, 'padding' | 'kernel_size' | 'dilation'> {
  readonly kernel_size: number;
  readonly dilation?: number;
  readonly norm?: Norm;
  /** None when left out. */
  readonly activation?: Activation | undefined;
}

/** torchvision's `Conv2dNormActivation`: padding that keeps the size, no bias, batch-norm, activation if any. */
export function convNormActivation(
  net: GraphBuilder,
  path: string,
  { kernel_size, dilation = 1, norm = {}, activation, ...convolution }: ConvNormActivation,
): string {
  const padding = ((kernel_size - 1) / 2) * dilation;
  net.add(`${path}.0`, conv2d, { ...convolution, kernel_size, padding, dilation, bias: false });
  net.add(`${path}.1`, batchnorm2d, norm);
  return activation ? net.add(`${path}.2`, activation, { inplace: true }) : net.last;
}
