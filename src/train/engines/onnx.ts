import { cpus } from 'node:os';
import { VggError } from '../../core/errors/error.ts';
import type { Availability, Engine } from '../engine.ts';
import { loadRuntime, openSession, type Loaded } from '../onnx/runtime.ts';
import { cpu } from '../onnx/targets/cpu.ts';
import type { Target } from '../onnx/targets/target.ts';
import { webgpu } from '../onnx/targets/webgpu.ts';
import { OnnxTrainer } from '../onnx/trainer.ts';
import { OnnxWriter } from '../../onnx/writer.ts';

/** onnxruntime's native code on all cores, from its npm package alone. */
export const onnx: Engine = onnxEngine(cpu, () =>
  Promise.resolve({ device: cpus()[0]?.model.trim() ?? 'CPU' }),
);

/** The same on the GPU. onnxruntime does not tell which one it is, nor whether it is emulated. */
export const onnxOnWebgpu: Engine = onnxEngine(webgpu, async (loaded) => {
  const g = new OnnxWriter({ training: false, dialect: webgpu });
  const sum = g.output(g.run('Add', [g.input('a', [1]), g.input('b', [1])], [1]), 'sum');
  const session = await openSession(loaded, g.model({ name: 'probe', about: 'is there a GPU?' }, [sum]));
  await session.release();
  return { device: 'the GPU that WebGPU offers' };
});

/** An engine on one of onnxruntime's providers; `find` tells what it runs on, or throws why it cannot. */
function onnxEngine(target: Target, find: (loaded: Loaded) => Promise<{ device: string }>): Engine {
  let loading: Loaded | undefined;
  const loaded = () => (loading ??= loadRuntime(target));
  return {
    name: 'onnx',
    async probe(): Promise<Availability> {
      try {
        const { device } = await find(loaded());
        const provider = target.name === 'cpu' ? '' : ` ${target.name}`;
        return { available: true, device, backend: `onnxruntime ${loaded().version}${provider}` };
      } catch (error) {
        return {
          available: false,
          reason: error instanceof VggError ? error.line : (error as Error).message,
        };
      }
    },
    build: async (network, options) => OnnxTrainer.create(loaded(), network, options),
  };
}
