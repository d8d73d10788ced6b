import { defineLayer } from './layer.ts';
import { rearrangement } from './shared/pixels.ts';

/** Of r² channels each makes images r times as high and wide of their pixels. Source: torch.nn.PixelShuffle. */
export const pixel_shuffle = defineLayer(rearrangement('pixel_shuffle', 'upscale_factor', 'into pixels'));
