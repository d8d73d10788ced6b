import { defineLayer } from './layer.ts';
import { rearrangement } from './shared/pixels.ts';

/** Makes r² channels of the pixels in each square of r × r. Source: torch.nn.PixelUnshuffle. */
export const pixel_unshuffle = defineLayer(
  rearrangement('pixel_unshuffle', 'downscale_factor', 'into channels'),
);
