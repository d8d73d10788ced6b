import { defineLayer } from './layer.ts';
import { extreme } from './shared/extreme.ts';

/**
 * The smallest over the dimensions of `dim`, of all elements when it is left out; those that are equal share its gradient.
 * Source: torch.amin.
 */
export const amin = defineLayer(extreme('amin', 'ReduceMin'));
