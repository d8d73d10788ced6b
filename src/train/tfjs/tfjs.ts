import type * as Core from '@tensorflow/tfjs-core';
import type * as Layers from '@tensorflow/tfjs-layers';
import { loadPackage, resolvePackage } from '../engines/packages.ts';

/** The TensorFlow.js API: the core, and the Keras layers on top of it. */
export interface TensorFlow {
  readonly tf: typeof Core;
  readonly layers: typeof Layers;
}

export const TFJS_VERSION = '4.22.0';

/** Package names at the version that the engines were made with. */
export const versioned = (...names: readonly string[]) => names.map((name) => `${name}@${TFJS_VERSION}`);

const CORE = '@tensorflow/tfjs-core';
const LAYERS = '@tensorflow/tfjs-layers';

/** All that a backend needs, for the one command that installs it. */
export const packagesOf = (backend: string, others: readonly string[] = []): string[] => [
  ...versioned(CORE, LAYERS, backend),
  ...others,
];

/**
 * Loads the core, the layers, and a backend's package, which registers itself.
 * Throws `package-missing` with the one command that adds all of them, or `package-broken`.
 */
export function loadTensorFlow(engine: string, backend: string, others: readonly string[] = []): TensorFlow {
  const what = `--engine ${engine}`;
  const packages = packagesOf(backend, others);
  const beside = resolvePackage(backend);
  const tf = loadPackage<typeof Core>(CORE, what, packages, { beside });
  const layers = loadPackage<typeof Layers>(LAYERS, what, packages, { beside });
  // Without it every backend advertises another one on the terminal.
  tf.env().set('PROD', true);
  loadPackage<unknown>(backend, what, packages);
  return { tf, layers };
}
