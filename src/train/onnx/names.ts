/** Names of the graphs' inputs and outputs beside the state. */
export const NAMES = {
  images: 'images',
  scores: 'scores',
  labels: 'labels',
  /** 1 / the examples of the whole batch, of which a graph sees a part. */
  share: 'share',
  learningRate: 'learning_rate',
  /** How many steps were made, this one included. */
  step: 'step',
  loss: 'loss_sum',
  correct: 'correct',
} as const;

/** The name under which a step gives a state tensor back. */
export const nextName = (name: string): string => `${name}/next`;
/** The sum of the gradients of the parts of a batch. */
export const gradientName = (name: string): string => `gradient/${name}`;
