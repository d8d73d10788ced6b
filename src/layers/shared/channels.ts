import { VggError } from '../../core/errors/error.ts';
import type { Thinning } from '../layer.ts';

/** Throws `channels-mismatch` when `in_channels` (or its namesake `argument`) was given and is not what comes in. */
export function checkChannels(declared: number | undefined, actual: number, argument = 'in_channels'): void {
  if (declared !== undefined && declared !== actual) {
    throw new VggError('channels-mismatch', { expected: declared, actual, argument });
  }
}

/** Throws `groups-do-not-divide` unless a convolution's channels are multiples of `groups` on both sides. */
export function checkGroups(groups: number, inChannels: number, outChannels: number): void {
  for (const [channels, side] of [
    [inChannels, 'input'],
    [outChannels, 'output'],
  ] as const) {
    if (channels % groups !== 0) {
      throw new VggError('groups-do-not-divide', { groups, channels, argument: 'groups', side });
    }
  }
}

/** Throws `groups-do-not-divide` unless the channels are a multiple of `groups`, which `argument` gives. */
export function checkDivides(groups: number, channels: number, argument: string): void {
  if (channels % groups !== 0) {
    throw new VggError('groups-do-not-divide', { groups, channels, argument, side: 'only' });
  }
}

interface ConvolutionChannels {
  readonly in_channels?: number | undefined;
  readonly out_channels: number;
  readonly groups: number;
}

/** Thins a convolution: output channels divided, declared input channels as the input, depthwise stays depthwise. */
export function thinChannels<A extends ConvolutionChannels>(
  attributes: A,
  { ratio, inputThinned, givesClasses }: Thinning,
): { attributes: A; thinned: boolean } {
  const { in_channels, out_channels, groups } = attributes;
  const out = givesClasses ? out_channels : divide(out_channels, ratio);
  const depthwise = groups > 1 && groups === out_channels && inputThinned;
  return {
    attributes: {
      ...attributes,
      out_channels: out,
      ...(in_channels !== undefined && {
        in_channels: inputThinned ? divide(in_channels, ratio) : in_channels,
      }),
      ...(depthwise && { groups: out }),
    },
    thinned: !givesClasses,
  };
}

/** Throws `ratio-does-not-divide`. */
export function divide(channels: number, ratio: number): number {
  if (channels % ratio !== 0) throw new VggError('ratio-does-not-divide', { channels, ratio });
  return channels / ratio;
}
