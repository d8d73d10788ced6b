import type { Metrics } from './engines/engine.ts';

export const noMetrics: Metrics = { count: 0, loss: 0, correct: 0 };

/** The sums over two batches. */
export const addMetrics = (a: Metrics, b: Metrics): Metrics => ({
  count: a.count + b.count,
  loss: a.loss + b.loss,
  correct: a.correct + b.correct,
});
