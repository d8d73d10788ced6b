import { VggError } from '../../core/errors/error.ts';
import { loadTensorFlow, TFJS_VERSION } from '../tfjs/tfjs.ts';
import { tfjsEngine } from './tfjs-engine.ts';

/** Plain JavaScript: the reference for the others, of no use for anything but small networks. */
export const cpu = tfjsEngine('cpu', async () => {
  const api = loadTensorFlow('cpu', '@tensorflow/tfjs-backend-cpu');
  if (!(await api.tf.setBackend('cpu'))) {
    throw new VggError('engine-broken', { engine: 'cpu', reason: 'its backend does not start' });
  }
  return {
    api,
    availability: {
      available: true,
      device: 'plain JavaScript',
      backend: `TensorFlow.js ${TFJS_VERSION} cpu`,
    },
  };
});
