import { cpus } from 'node:os';
import type * as Wasm from '@tensorflow/tfjs-backend-wasm';
import { loadPackage } from './packages.ts';
import { loadTensorFlow, TFJS_VERSION } from '../tfjs/tfjs.ts';
import { registerTrainingKernels } from '../tfjs/wasm/register.ts';
import { tfjsEngine } from './tfjs-engine.ts';

/** Half of the 4 GiB that WebAssembly can address: the heap falls to pieces and kernels need room of their own. */
const BUDGET = 2 * 2 ** 30;

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

/** WebAssembly: no native code and nothing to compile; 128-bit SIMD on one thread. */
export const wasm = tfjsEngine({
  name: 'wasm',
  rank: 4,
  async load(start) {
    const api = loadTensorFlow('wasm', PACKAGE);
    const { getThreadsCount } = loadPackage<typeof Wasm>(PACKAGE, '--engine wasm', []);
    await start(api);
    registerTrainingKernels(api.tf);
    const threads = getThreadsCount();
    return {
      api,
      traits: { budget: BUDGET },
      availability: {
        available: true,
        device: `${cpus()[0]?.model.trim() ?? 'CPU'}, ${threads === 1 ? 'one thread' : `${threads} threads`}`,
        backend: `TensorFlow.js ${TFJS_VERSION} wasm`,
      },
    };
  },
});
