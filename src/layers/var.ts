import { defineLayer } from './layer.ts';
import { deviation } from './shared/deviation.ts';

/** The variance over the dimensions of `dim`, of all elements when it is left out. Source: torch.var. */
const variance = defineLayer(deviation('var', { root: false }));
export { variance as var };
