import { cpus } from 'node:os';
import { VggError } from '../../core/errors/error.ts';
import { OnnxWriter } from '../../onnx/writer.ts';
import type { Availability, Engine } from './engine.ts';
import { loadRuntime, openSession, type Loaded } from '../onnx/runtime.ts';
import { onnxFiles } from '../onnx/saved.ts';
import { targetNames, targetOf } from '../onnx/targets/registry.ts';
import type { Target } from '../onnx/targets/target.ts';
import { OnnxTrainer } from '../onnx/trainer.ts';

/** onnxruntime from its npm package alone: native code on all cores, or on a GPU where it is told so. */
export const onnx: Engine<'onnx'> = {
  name: 'onnx',
  rank: 2,
  devices: targetNames,
  saves: onnxFiles,
  async probe(device): Promise<Availability> {
    const target = targetOf(device);
    try {
      const found = loaded(target);
      if (target.gpu) await tryOut(found);
      const backend = `onnxruntime ${found.version}${target.gpu ? ` ${target.name}` : ''}`;
      return { available: true, device: target.gpu ?? cpus()[0]?.model.trim() ?? 'CPU', backend };
    } catch (error) {
      return {
        available: false,
        reason: error instanceof VggError ? error.line : (error as Error).message,
      };
    }
  },
  build: async (network, options) => OnnxTrainer.create(loaded(targetOf(options.device)), network, options),
};

const runtimes = new Map<Target, Loaded>();

function loaded(target: Target): Loaded {
  const found = runtimes.get(target) ?? loadRuntime(target);
  runtimes.set(target, found);
  return found;
}

/** Prepares a small graph: throws where there is no such device. */
async function tryOut(runtime: Loaded): Promise<void> {
  const g = new OnnxWriter({ training: false, dialect: runtime.target });
  const sum = g.output(g.run('Add', [g.input('a', [1]), g.input('b', [1])], [1]), 'sum');
  const session = await openSession(runtime, g.model({ name: 'probe', about: 'is there a GPU?' }, [sum]));
  await session.release();
}
