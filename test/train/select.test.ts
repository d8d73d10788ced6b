import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VggError } from '../../src/core/errors/error.ts';
import type { Availability, Engine } from '../../src/train/engines/engine.ts';
import { deviceNames, engines as all, type EngineName } from '../../src/train/engines/registry.ts';
import { measureBySteps } from '../../src/train/engines/measure.ts';
import { onnx } from '../../src/train/engines/onnx.ts';
import { fastestEngine, selectEngine, withDevices } from '../../src/train/engines/select.ts';
import { initialWeights } from '../../src/train/weights.ts';
import { networkOf, sgd } from './setup.ts';

function fake(
  name: EngineName,
  probed: Partial<Extract<Availability, { available: true }>> | string,
): Engine {
  const availability: Availability =
    typeof probed === 'string'
      ? { available: false, reason: probed }
      : { available: true, device: `a ${name} device`, backend: `${name} 1.0`, ...probed };
  return {
    ...all.find((engine) => engine.name === name)!,
    probe: () => Promise.resolve(availability),
    build: () => Promise.reject(new Error('not built here')),
  };
}

const rates =
  (figures: Partial<Record<EngineName, number>>) =>
  ({ name }: Engine) => {
    const rate = figures[name as EngineName];
    if (rate === undefined) throw new Error(`${name} must not be measured`);
    return Promise.resolve(rate);
  };
const never = rates({});

describe('auto', () => {
  test('takes a GPU that measures faster', async () => {
    const engines = [fake('webgpu', {}), fake('onnx', {}), fake('wasm', {})];
    const { engine, why } = await fastestEngine(rates({ webgpu: 312.4, onnx: 48 }), engines);
    expect(engine.name).toBe('webgpu');
    expect(why).toBe('measured webgpu 312.4, onnx 48.0 examples/s');
  });

  test('takes the engine after a GPU that measures slower', async () => {
    const engines = [
      fake('webgpu', {}),
      fake('onnx', 'needs a package'),
      fake('tensorflow', {}),
      fake('wasm', {}),
    ];
    const { engine, why } = await fastestEngine(rates({ webgpu: 10, tensorflow: 20 }), engines);
    expect(engine.name).toBe('tensorflow');
    expect(why).toBe('measured webgpu 10.0, tensorflow 20.0 examples/s');
  });

  test('never measures nor takes an emulated GPU', async () => {
    const engines = [fake('webgpu', { software: true, device: 'SwiftShader' }), fake('onnx', {})];
    const { engine, why } = await fastestEngine(never, engines);
    expect(engine.name).toBe('onnx');
    expect(why).toBe('webgpu: SwiftShader is not hardware');
  });

  test('takes the other where the GPU cannot train the network', async () => {
    const engines = [fake('webgpu', {}), fake('onnx', {})];
    const measure = ({ name }: Engine) =>
      name === 'webgpu'
        ? Promise.reject(new VggError('not-in-keras', { kind: 'gelu' }, { path: 'act1' }))
        : Promise.resolve(5);
    const { engine, why } = await fastestEngine(measure, engines);
    expect(engine.name).toBe('onnx');
    expect(why).toBe('webgpu: act1: TensorFlow.js cannot express gelu');
  });

  test('does not measure where there is no choice', async () => {
    expect((await fastestEngine(never, [fake('webgpu', {}), fake('onnx', 'x')])).engine.name).toBe('webgpu');
    const without = [fake('webgpu', '--engine webgpu needs packages (npm install)'), fake('wasm', {})];
    expect(await fastestEngine(never, without)).toMatchObject({
      engine: { name: 'wasm' },
      why: 'webgpu: needs packages',
    });
  });

  test('never takes plain JavaScript', async () => {
    await expect(fastestEngine(never, [fake('wasm', 'x'), fake('cpu', {})])).rejects.toMatchObject({
      code: 'no-engine',
    });
  });
});

describe('measuring', () => {
  test('trains the very network for a few steps, on copies of its weights', async () => {
    const network = await networkOf('lenet', [64, 1, 28, 28]);
    const weights = initialWeights(network, 1);
    const before = new Map([...weights].map(([name, values]) => [name, values.slice()]));
    const counts: number[] = [];
    const counting: Engine = {
      ...onnx,
      async build(built, options) {
        const trainer = await onnx.build(built, options);
        const step = trainer.step.bind(trainer);
        trainer.step = (batch, number) => {
          counts.push(batch.count);
          return step(batch, number);
        };
        return trainer;
      },
    };
    const options = { weights: () => weights, optimizer: sgd, seed: 0, batch: 64 };
    expect(await measureBySteps(network, options)(counting)).toBeGreaterThan(0);
    expect(counts).toEqual([32, 32, 32]);
    expect(weights).toEqual(before);
  });
});

describe('an engine by name', () => {
  test('is taken without a reason, emulated or not', async () => {
    const { engine, why } = await selectEngine('webgpu', undefined, [fake('webgpu', { software: true })]);
    expect([engine.name, why]).toEqual(['webgpu', '']);
  });

  test('takes a device only where there is a choice', async () => {
    await expect(selectEngine('wasm', 'webgpu')).rejects.toMatchObject({ code: 'option-not-read' });
    expect((await selectEngine('onnx', 'cpu')).engine.name).toBe('onnx');
  });

  test('is refused with its reason', async () => {
    await expect(selectEngine('wasm', undefined, [fake('wasm', 'not here')])).rejects.toThrow('not here');
  });
});

describe('what engines say of themselves', () => {
  test('ranks each that auto may pick, and plain JavaScript nowhere', () => {
    const ranks = all.flatMap(({ rank }) => rank ?? []);
    expect(new Set(ranks).size).toBe(ranks.length);
    expect(all.filter(({ rank }) => rank === undefined).map(({ name }) => name)).toEqual(['cpu']);
  });

  test('tells by what is saved in a folder which of them read it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'vgg-saved-'));
    const readers = () => all.filter(({ saves }) => saves.owns(folder)).map(({ name }) => name);
    try {
      expect(readers()).toEqual([]);
      writeFileSync(join(folder, 'model.onnx'), '');
      expect(readers()).toEqual(['onnx']);
      rmSync(join(folder, 'model.onnx'));
      writeFileSync(join(folder, 'model.json'), '');
      expect(readers()).toEqual(['tensorflow', 'webgpu', 'wasm', 'cpu']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('makes a GPU a device of onnxruntime, and no other engine takes one', async () => {
    expect(deviceNames).toEqual(['cpu', 'webgpu']);
    expect(withDevices).toBe('--engine onnx');
    await expect(selectEngine('onnx', 'tpu')).rejects.toMatchObject({ code: 'option-not-read' });
    const probed: (string | undefined)[] = [];
    const engine = {
      ...fake('onnx', {}),
      probe: (device?: string) => (probed.push(device), onnx.probe('cpu')),
    };
    expect(await selectEngine('onnx', 'webgpu', [engine])).toMatchObject({ device: 'webgpu', why: '' });
    expect(probed).toEqual(['webgpu']);
  });
});
