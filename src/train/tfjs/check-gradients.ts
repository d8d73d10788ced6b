import { VggError } from '../../core/errors/error.ts';
import type { KerasModel } from './keras-model.ts';

/** tfjs convolves with dilation but has no gradient of it. Throws `not-in-keras` with the layer's path. */
export function checkGradients({ topology, outputs }: KerasModel): void {
  for (const { name, class_name, config } of topology.config.layers) {
    const dilation = config['dilation_rate'] as readonly number[] | undefined;
    if (dilation === undefined || Math.max(...dilation) === 1) continue;
    const path = [...outputs].find(([, [layer]]) => layer === name)?.[0];
    throw new VggError(
      'not-in-keras',
      { kind: class_name, problem: 'dilation in training: it has no gradient of it' },
      path === undefined ? {} : { path },
    );
  }
}
