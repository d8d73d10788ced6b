import { defineLayer } from './layer.ts';
import { extremeAt } from './shared/extreme.ts';

/** The smallest along a dimension, and as a second result its place. Source: torch.min with a dimension. */
export const min = defineLayer(extremeAt('min', { extreme: 'ReduceMin', place: 'ArgMin' }));
