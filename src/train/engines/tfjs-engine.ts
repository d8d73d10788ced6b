import { VggError } from '../../core/errors/error.ts';
import type { Availability, Engine, EngineName } from '../engine.ts';
import { TfjsTrainer, type BackendTraits } from '../tfjs/trainer.ts';
import type { TensorFlow } from '../tfjs/tfjs.ts';

interface Loaded {
  readonly api: TensorFlow;
  readonly traits?: BackendTraits;
  readonly availability: Extract<Availability, { available: true }>;
}

/** An engine on the TensorFlow.js API: `load` brings up its backend, once. A VggError of its is why it cannot run. */
export function tfjsEngine(name: EngineName, load: () => Promise<Loaded>): Engine {
  let loading: Promise<Loaded> | undefined;
  const loaded = () => (loading ??= load());
  return {
    name,
    async probe() {
      try {
        return (await loaded()).availability;
      } catch (error) {
        return {
          available: false,
          reason: error instanceof VggError ? error.line : (error as Error).message,
        };
      }
    },
    async build(network, options) {
      const { api, traits } = await loaded();
      // Another engine of the same process may have set its own backend.
      await api.tf.setBackend(name);
      return TfjsTrainer.create(api, network, options, traits);
    },
  };
}
