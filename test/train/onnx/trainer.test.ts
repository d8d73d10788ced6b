import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { thin } from '../../../src/graph/thin.ts';
import { onnx } from '../../../src/train/engines/onnx.ts';
import type { BuildOptions, Trainer } from '../../../src/train/engines/engine.ts';
import type { OptimizerSettings, OptimizerName } from '../../../src/optimizers/registry.ts';
import { Random } from '../../../src/train/random.ts';
import { initialWeights } from '../../../src/train/weights.ts';
import { loadRuntime, openSession } from '../../../src/train/onnx/runtime.ts';
import { writeStep } from '../../../src/train/onnx/step.ts';
import { cpu } from '../../../src/train/onnx/targets/cpu.ts';
import { resolveCase } from './cases.ts';

const lenet = resolve(buildArchitecture(architecture('lenet')), [8, 1, 28, 28]);
const sgd = (name: OptimizerName = 'sgd', lr = 0.1): OptimizerSettings => ({
  name,
  lr,
  momentum: 0.9,
  weightDecay: 0,
});

const small = resolveCase({
  name: 'small',
  input: [8, 1, 28, 28],
  steps: [
    ['conv2d', { out_channels: 8, kernel_size: 3, stride: 2 }],
    ['batchnorm2d', {}],
    ['relu', {}],
    ['maxpool2d', { kernel_size: 2 }],
    ['flatten', {}],
    ['dropout', { p: 0.1 }],
    ['linear', { out_features: 10 }],
  ],
});

function batch(count: number, seed = 1) {
  const random = new Random(seed, 'test');
  const images = Float32Array.from({ length: count * 784 }, () => random.float());
  return { count, images, labels: Uint8Array.from({ length: count }, (_, i) => i % 10) };
}

function build(options: Partial<BuildOptions> = {}): Promise<Trainer> {
  const weights = () => initialWeights(lenet, 3);
  return onnx.build(lenet, { weights, optimizer: sgd(), seed: 3, batch: 8, ...options });
}

const folders: string[] = [];
async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'vgg-inspect-'));
  folders.push(made);
  return made;
}
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

describe('training on onnxruntime', () => {
  test('a batch-norm needs several values of the whole batch, not of one example', async () => {
    const network = resolveCase({
      name: 'features',
      input: [8, 1, 28, 28],
      steps: [
        ['flatten', {}],
        ['linear', { out_features: 10 }],
        ['batchnorm1d', {}],
      ],
    });
    const options = { weights: () => initialWeights(network, 3), optimizer: sgd(), seed: 3 };
    const trainer = await onnx.build(network, { ...options, batch: 8 });
    expect((await trainer.step(batch(8), 0)).count).toBe(8);
    trainer.dispose();
    const alone = onnx.build(network, { ...options, batch: 1 });
    await expect(alone).rejects.toMatchObject({ code: 'one-value-to-normalize' });
  });

  test.each(['sgd', 'momentum', 'adam', 'adamw'] as const)('%s learns one batch by heart', async (name) => {
    const optimizer = sgd(name, { sgd: 0.2, momentum: 0.05, adam: 0.01, adamw: 0.01 }[name]);
    const options = { weights: () => initialWeights(small, 3), optimizer, seed: 3, batch: 8 };
    const trainer = await onnx.build(small, options);
    const examples = batch(8);
    const before = await trainer.evaluate(examples);
    for (let i = 0; i < 60; i++) await trainer.step(examples, i);
    const after = await trainer.evaluate(examples);
    expect(after.loss).toBeLessThan(before.loss / 2);
    expect(after.correct).toBe(8);
    trainer.dispose();
  });

  test('gives the same weights for a batch in parts as for a batch in one piece', async () => {
    for (const name of ['sgd', 'momentum', 'adam'] as const) {
      const whole = await build({ optimizer: sgd(name, 0.01) });
      const cut = await build({ optimizer: sgd(name, 0.01), microBatch: 3 });
      for (let i = 0; i < 3; i++) {
        const [a, b] = [await whole.step(batch(8, i), i), await cut.step(batch(8, i), i)];
        expect(b.loss).toBeCloseTo(a.loss, 3);
        expect(b.correct).toBe(a.correct);
      }
      const [a, b] = [await whole.state(), await cut.state()];
      for (const [key, values] of a) {
        const other = b.get(key)!;
        expect(Math.max(...values.map((value, i) => Math.abs(value - other[i]!))), key).toBeLessThan(1e-3);
      }
    }
  });

  test('takes a batch in parts that is larger than the usual one', async () => {
    const [whole, cut] = [await build(), await build({ microBatch: 5 })];
    for (const count of [8, 12, 8]) {
      const [a, b] = [await whole.step(batch(count), 0), await cut.step(batch(count), 0)];
      expect(b.count).toBe(count);
      expect(b.loss).toBeCloseTo(a.loss, 3);
    }
  });

  test('leaves weights and running statistics whole when a part of a batch fails', async () => {
    const options = { weights: () => initialWeights(small, 3), optimizer: sgd(), seed: 3, batch: 8 };
    const [failing, untouched] = [0, 1].map(() => onnx.build(small, { ...options, microBatch: 4 }));
    const trainer = await failing!;
    const before = await trainer.state();
    // The second part has a label too few.
    await expect(trainer.step({ ...batch(8), labels: new Uint8Array(7) }, 0)).rejects.toThrow();
    expect(await trainer.state()).toEqual(before);
    expect(await trainer.step(batch(8), 0)).toEqual(await (await untouched!).step(batch(8), 0));
    expect(await trainer.state()).toEqual(await (await untouched!).state());
  });

  test('cuts a large batch by itself, unless the examples depend on each other', async () => {
    const convolutions = (norm: object | undefined) =>
      resolveCase({
        name: 'wide images',
        input: [256, 3, 224, 224],
        steps: [
          ['conv2d', { out_channels: 8, kernel_size: 3, padding: 1 }],
          ...(norm ? [['batchnorm2d', norm] as const] : []),
          ['relu', {}],
          ['adaptive_avgpool2d', { output_size: 1 }],
          ['flatten', {}],
          ['linear', { out_features: 10 }],
        ],
      });
    const trainer = (norm: object | undefined) => {
      const network = convolutions(norm);
      const weights = () => initialWeights(network, 1);
      return onnx.build(network, { weights, optimizer: sgd(), seed: 1, batch: 256 });
    };
    const cut = await trainer(undefined);
    expect(cut.microBatch).toBe(128);
    expect(cut.predictMemory().peak).toBeLessThanOrEqual(512 << 20);
    expect((await trainer({})).microBatch).toBe(256);
    expect((await trainer({ track_running_stats: false })).microBatch).toBe(256);
  });

  test('takes a batch of one and a short last batch', async () => {
    const trainer = await build();
    for (const [i, count] of [8, 1, 5, 8].entries()) {
      const { loss, count: seen } = await trainer.step(batch(count), i);
      expect(seen).toBe(count);
      expect(loss).toBeGreaterThan(0);
    }
  });

  test('goes on from a saved state as if nothing had been', async () => {
    const first = await build({ optimizer: sgd('adam', 0.01) });
    for (let i = 0; i < 3; i++) await first.step(batch(8, i), i);
    const second = await build({ optimizer: sgd('adam', 0.01) });
    await second.restore(await first.state());
    expect(await second.step(batch(8, 9), 3)).toEqual(await first.step(batch(8, 9), 3));
  });

  test('runs two trainings in one process', async () => {
    const [a, b, alone] = [await build(), await build({ optimizer: sgd('adam') }), await build()];
    const losses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const [{ loss }] = await Promise.all([a.step(batch(8, i), i), b.step(batch(8, i), i)]);
      losses.push(loss);
    }
    for (const [i, loss] of losses.entries()) expect((await alone.step(batch(8, i), i)).loss).toBe(loss);
  });

  test('leaves the weights whole when a step fails', async () => {
    const trainer = await build();
    await trainer.step(batch(8), 0);
    const before = await trainer.state();
    const torn = { ...batch(8), images: new Float32Array(7) };
    await expect(trainer.step(torn, 1)).rejects.toThrow();
    const wild = { ...batch(8), labels: new Uint8Array(7) };
    await expect(trainer.step(wild, 1)).rejects.toThrow();
    expect(await trainer.state()).toEqual(before);
  });

  test('leaves the weights whole when onnxruntime fails in the backward pass', async () => {
    // The second layer's backward pass reads beyond a list of two; those of the layers after it have run by then.
    const [first, second, ...rest] = lenet.nodes;
    const { layer } = second!;
    const breaking: typeof layer = {
      ...layer,
      onnx: (g, call) => {
        const written = layer.onnx!(g, call);
        return {
          ...written,
          backward(gradient, needed, others) {
            const scaled = g.run('Mul', [written.output, g.constant(1e6)], call.output);
            const places = g.run('Cast', [scaled], { shape: call.output, type: 'int64' }, { to: 7 });
            const read = g.run('Gather', [g.constant([0, 0], 'float32', [2]), places], call.output, {
              axis: 0,
            });
            return written.backward!(g.run('Add', [gradient, read], call.output), needed, others);
          },
        };
      },
    };
    const network = { ...lenet, nodes: [first!, { ...second!, layer: breaking }, ...rest] };
    const trainer = await build();
    const before = await trainer.state();
    const step = writeStep(network, { optimizer: sgd() });
    const loaded = loadRuntime(cpu);
    const session = await openSession(loaded, step.model);
    const { Tensor } = loaded.runtime;
    const held = new Map([...before].map(([name, values]) => [name, values.slice()]));
    const feeds: Record<string, InstanceType<typeof Tensor>> = {
      images: new Tensor('float32', batch(8).images, [8, 1, 28, 28]),
      labels: new Tensor('int64', BigInt64Array.from(batch(8).labels, BigInt), [8]),
      learning_rate: new Tensor('float32', Float32Array.of(0.1), [1]),
    };
    for (const { name, shape } of step.state) {
      feeds[name] = new Tensor('float32', held.get(name)! as Float32Array<ArrayBuffer>, shape);
    }
    const into = Object.fromEntries(step.state.map(({ name, output }) => [output, feeds[name]!]));
    await expect(session.run(feeds, into)).rejects.toMatchObject({
      code: 'engine-broken',
      message: expect.stringContaining('Gather'),
    });
    await session.release();
    for (const [name, values] of before) expect(held.get(name), name).toEqual(values);
    trainer.dispose();
  });

  test.each([
    ['in one graph', 8],
    ['in parts', 3],
  ])('does not grow over hundreds of steps, %s', async (_, microBatch) => {
    const trainer = await build({ microBatch });
    const examples = batch(8);
    for (let i = 0; i < 100; i++) await trainer.step(examples, i);
    const early = process.memoryUsage.rss();
    for (let i = 100; i < 400; i++) await trainer.step(examples, i);
    expect(process.memoryUsage.rss() - early).toBeLessThan(64 << 20);
  });

  test('observes its own shapes, counts and memory', async () => {
    const trainer = await build();
    const { params, buffers, shapes } = await trainer.observe(2);
    expect(params).toBe(61_706);
    expect(buffers).toBe(0);
    for (const { node, output } of resolve(lenet.graph, [2, 1, 28, 28]).nodes) {
      expect(shapes.get(node.path)).toEqual(output);
    }
    const predicted = trainer.predictMemory();
    const observed = await trainer.observeMemory(batch(8));
    expect(observed.weights).toBe(4 * 61_706 + predicted.kept);
    expect(observed.endOfForward).toBeLessThanOrEqual(observed.peak);
    expect(Math.abs(observed.endOfForward / (observed.weights + predicted.endOfForward) - 1)).toBeLessThan(
      0.2,
    );
  });
});

describe('a saved network', () => {
  test('gives the same losses after it is loaded again', async () => {
    const trainer = await build();
    for (let i = 0; i < 3; i++) await trainer.step(batch(8, i), i);
    const path = await folder();
    await trainer.save(path);
    const other = await build({ weights: () => initialWeights(lenet, 99) });
    await other.load(path);
    expect(await other.evaluate(batch(8))).toEqual(await trainer.evaluate(batch(8)));
  });

  test('is refused when it is cut off, another network, or missing', async () => {
    const path = await folder();
    const trainer = await build();
    await expect(trainer.load(path)).rejects.toMatchObject({ code: 'cannot-load' });
    await writeFile(join(path, 'model.onnx'), 'no network');
    await expect(trainer.load(path)).rejects.toMatchObject({ code: 'cannot-load' });
    const vgg = resolve(thin(buildArchitecture(architecture('vgg11')), 16), [2, 1, 32, 32]);
    const options = { weights: () => initialWeights(vgg, 1), optimizer: sgd(), seed: 1, batch: 2 };
    await (await onnx.build(vgg, options)).save(path);
    await expect(trainer.load(path)).rejects.toMatchObject({ code: 'cannot-load' });
  });
});

describe('what cannot be trained', () => {
  test('is named, with its place', async () => {
    const network = resolveCase({
      name: 'running mean of all batches',
      input: [4, 2, 3, 3],
      steps: [
        ['batchnorm2d', { momentum: null }],
        ['flatten', {}],
      ],
    });
    const options = { weights: () => initialWeights(network, 1), optimizer: sgd(), seed: 1, batch: 4 };
    await expect(onnx.build(network, options)).rejects.toMatchObject({
      code: 'not-in-onnx',
      location: { path: 'layer1' },
    });
  });

  test('is a kind without a backward pass', () => {
    const [first, ...rest] = lenet.nodes;
    const { layer } = first!;
    const oneWay: typeof layer = { ...layer, onnx: (g, call) => ({ output: layer.onnx!(g, call).output }) };
    const network = { ...lenet, nodes: [{ ...first!, layer: oneWay }, ...rest] };
    expect(() => writeStep(network, { optimizer: sgd() })).toThrow(/conv2d has no backward pass/);
  });
});
