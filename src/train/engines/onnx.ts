import { cpus } from 'node:os';
import { VggError } from '../../errors/error.ts';
import type { Engine } from '../engine.ts';
import { loadRuntime } from '../onnx/runtime.ts';
import { OnnxTrainer } from '../onnx/trainer.ts';

let loading: ReturnType<typeof loadRuntime> | undefined;
const loaded = () => (loading ??= loadRuntime());

/** onnxruntime's native code on all cores, from its npm package alone. */
export const onnx: Engine = {
  name: 'onnx',
  probe() {
    try {
      return Promise.resolve({
        available: true,
        device: cpus()[0]?.model.trim() ?? 'CPU',
        backend: `onnxruntime ${loaded().version}`,
      });
    } catch (error) {
      const reason = error instanceof VggError ? error.line : (error as Error).message;
      return Promise.resolve({ available: false, reason });
    }
  },
  build: async (network, options) => OnnxTrainer.create(loaded(), network, options),
};
