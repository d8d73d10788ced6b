import { defineLayer } from './layer.ts';
import { extreme } from './shared/extreme.ts';

/**
 * The largest over the dimensions of `dim`, of all elements when it is left out; those that are equal share its gradient.
 * Source: torch.amax.
 */
export const amax = defineLayer(extreme('amax', 'ReduceMax'));
