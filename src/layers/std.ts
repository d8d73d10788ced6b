import { defineLayer } from './layer.ts';
import { deviation } from './shared/deviation.ts';

/** The standard deviation over the dimensions of `dim`, of all elements when it is left out. Source: torch.std. */
export const std = defineLayer(deviation('std', { root: true }));
