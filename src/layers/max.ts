import { defineLayer } from './layer.ts';
import { extremeAt } from './shared/extreme.ts';

/** The largest along a dimension, and as a second result its place. Source: torch.max with a dimension. */
export const max = defineLayer(extremeAt('max', { extreme: 'ReduceMax', place: 'ArgMax' }));
