import { defineLayer } from './layer.ts';
import { chosenOfPair } from './shared/chosen.ts';

/** The larger of two elements, sizes of 1 stretched. Source: torch.maximum. */
export const maximum = defineLayer(chosenOfPair('maximum', 'Greater'));
