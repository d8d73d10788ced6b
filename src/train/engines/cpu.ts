import { loadTensorFlow, TFJS_VERSION } from '../tfjs/tfjs.ts';
import { tfjsEngine } from './tfjs-engine.ts';

/** Plain JavaScript: the reference for the others, of no use for anything but small networks. */
export const cpu = tfjsEngine({
  name: 'cpu',
  async load(start) {
    const api = loadTensorFlow('cpu', '@tensorflow/tfjs-backend-cpu');
    await start(api);
    return {
      api,
      availability: {
        available: true,
        device: 'plain JavaScript',
        backend: `TensorFlow.js ${TFJS_VERSION} cpu`,
      },
    };
  },
});
