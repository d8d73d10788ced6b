import { defineLayer } from './layer.ts';
import { chosenOfPair } from './shared/chosen.ts';

/** The smaller of two elements, sizes of 1 stretched. Source: torch.minimum. */
export const minimum = defineLayer(chosenOfPair('minimum', 'Less'));
