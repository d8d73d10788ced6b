import { VggError } from '../../core/errors/error.ts';
import type { Availability, Engine } from './engine.ts';
import { layersModels } from '../tfjs/save.ts';
import { TfjsTrainer, type BackendTraits } from '../tfjs/trainer.ts';
import type { TensorFlow } from '../tfjs/tfjs.ts';

interface Loaded {
  readonly api: TensorFlow;
  readonly traits?: BackendTraits;
  readonly availability: Extract<Availability, { available: true }>;
}

/** What an engine on the TensorFlow.js API says of itself. */
interface TfjsEngine<Name extends string> extends Pick<Engine<Name>, 'name' | 'rank' | 'gpu'> {
  /** Brings up its backend, once; `start` sets it. A VggError of its is why the engine cannot run. */
  load(start: (api: TensorFlow) => Promise<void>): Promise<Loaded>;
}

/** An engine on the TensorFlow.js API; its name is its backend's. */
export function tfjsEngine<const Name extends string>({ load, ...about }: TfjsEngine<Name>): Engine<Name> {
  const { name } = about;
  const start = async ({ tf }: TensorFlow) => {
    if (await tf.setBackend(name)) return;
    throw new VggError('engine-broken', { engine: name, reason: 'its backend does not start' });
  };
  let loading: Promise<Loaded> | undefined;
  const loaded = () => (loading ??= load(start));
  return {
    ...about,
    saves: layersModels,
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
