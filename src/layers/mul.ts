import { elementwiseJoin } from './join.ts';
import { defineLayer } from './layer.ts';

/** Product of two or more branches, sizes of 1 stretched. Source: torch.mul. */
export const mul = defineLayer(elementwiseJoin('mul'));
