import { describe, expect, test } from 'vitest';
import { architecture as architectureNamed } from '../../src/arch/catalog.ts';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { resolve } from '../../src/graph/resolve.ts';
import { analysisToCheck, compareCounts, differences } from '../../src/train/checks.ts';
import type { EngineName } from '../../src/train/engines/registry.ts';
import { inverse, kerasModel, permute } from '../../src/train/tfjs/keras-model.ts';
import type { OptimizerSettings } from '../../src/optimizers/registry.ts';
import { ADAM } from '../../src/optimizers/shared/adam.ts';
import { initialWeights, weightSpecs } from '../../src/train/weights.ts';
import { batchFor, networkOf, sgd, trainerOf } from './setup.ts';
import { everyNetwork } from '../networks.ts';

const ZOO = 'fixtures/train/zoo.yaml';
const SMALL = 'fixtures/train/small-relu.yaml';
const ZOO_INPUT = [6, 3, 21, 18];

const worst = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

/** Three steps of an engine: its losses and its state after them. */
async function threeSteps(engine: EngineName, name: string, input: readonly number[], options = {}) {
  const trainer = await trainerOf(engine, await networkOf(name, input), options);
  const losses: number[] = [];
  for (const step of [0, 1, 2]) losses.push((await trainer.step(batchFor(input, step), step)).loss);
  const evaluated = await trainer.evaluate(batchFor(input, 9));
  const state = await trainer.state();
  trainer.dispose();
  return { losses, evaluated, state };
}

describe('engines start equal and stay together', () => {
  test.each([
    [ZOO, ZOO_INPUT],
    [SMALL, [4, 1, 28, 28]],
  ])('wasm and plain JavaScript on %s', async (name, input) => {
    const fast = await threeSteps('wasm', name, input);
    const plain = await threeSteps('cpu', name, input);
    fast.losses.forEach((loss, i) => expect(loss).toBeCloseTo(plain.losses[i]!, 3));
    expect(fast.evaluated.loss).toBeCloseTo(plain.evaluated.loss, 3);
    for (const [tensor, values] of fast.state) {
      expect(worst(values, plain.state.get(tensor)!), tensor).toBeLessThan(2e-4);
    }
  });

  test('cutting a batch into parts changes nothing where no layer looks at the batch', async () => {
    const input = [7, 1, 28, 28];
    const whole = await threeSteps('wasm', SMALL, input);
    const cut = await threeSteps('wasm', SMALL, input, { microBatch: 3 });
    cut.losses.forEach((loss, i) => expect(loss).toBeCloseTo(whole.losses[i]!, 4));
    for (const [tensor, values] of cut.state)
      expect(worst(values, whole.state.get(tensor)!), tensor).toBeLessThan(1e-5);
  });

  test('dropout draws by the seed and the step', async () => {
    const a = await threeSteps('wasm', ZOO, ZOO_INPUT, { seed: 0 });
    const again = await threeSteps('wasm', ZOO, ZOO_INPUT, { seed: 0 });
    expect(again.losses).toEqual(a.losses);
    const network = await networkOf(ZOO, ZOO_INPUT);
    const trainer = await trainerOf('wasm', network);
    const batch = batchFor(ZOO_INPUT);
    const start = await trainer.state();
    const { loss: first } = await trainer.step(batch, 0);
    await trainer.restore(start);
    const { loss: second } = await trainer.step(batch, 1);
    await trainer.restore(start);
    expect((await trainer.step(batch, 0)).loss).toBe(first);
    expect(second).not.toBe(first);
    trainer.dispose();
  });
});

describe('the checks', () => {
  test.each([
    [ZOO, ZOO_INPUT],
    ['torchvision/resnet18', [1, 3, 64, 64]],
    ['torchvision/mobilenet_v2', [1, 3, 64, 64]],
    ['torchvision/squeezenet1_1', [1, 3, 64, 64]],
    ['torchvision/googlenet', [1, 3, 64, 64]],
    ['torchvision/densenet121', [1, 3, 64, 64]],
  ])('find the parameters and every shape of %s as predicted', async (name, input) => {
    const network = await networkOf(name, input);
    const trainer = await trainerOf('wasm', network);
    const result = compareCounts(analysisToCheck(network, sgd), await trainer.observe(2));
    trainer.dispose();
    expect(result.shapes.mismatches).toEqual([]);
    expect(result).toMatchObject({ passed: true, params: { observed: result.params.predicted } });
    expect(result.shapes.layers).toBeGreaterThan(15);
  });

  test('name the layer and the count that differ', async () => {
    const network = await networkOf(SMALL, [2, 1, 28, 28]);
    const trainer = await trainerOf('wasm', network);
    const observed = await trainer.observe(2);
    trainer.dispose();
    const shapes = new Map(observed.shapes).set('pool1', [2, 16, 13, 14]);
    shapes.delete('fc2');
    const result = compareCounts(analysisToCheck(network, sgd), {
      ...observed,
      params: observed.params - 10,
      shapes,
    });
    expect(result.passed).toBe(false);
    const pair = { predicted: 0, observed: 0 };
    const memory = {
      model: '',
      microBatch: 1,
      weights: pair,
      parameters: pair,
      endOfForward: pair,
      peak: pair,
    };
    expect(differences({ ...result, initialLoss: pair, memory })).toEqual([
      'parameters: predicted 105866, the engine has 105856',
      'pool1: predicted 2×16×14×14, the engine gives 2×16×13×14',
      'fc2: predicted 2×10, the engine gives nothing',
    ]);
  });
});

describe('optimizers', () => {
  const settings: OptimizerSettings[] = [
    { name: 'sgd', lr: 0.05, momentum: 0, weightDecay: 0.01 },
    { name: 'momentum', lr: 0.05, momentum: 0.9, weightDecay: 0.01 },
    { name: 'adam', lr: 0.01, momentum: 0, weightDecay: 0.01 },
    { name: 'adamw', lr: 0.01, momentum: 0, weightDecay: 0.1 },
  ];

  test.each(settings)('move as torch.optim does: $name', async (optimizer) => {
    const input = [3, 1, 28, 28];
    const network = await networkOf(SMALL, input);
    const start = initialWeights(network, 0);
    const gradientAt = async (weights: typeof start, step: number) => {
      // A step of plain SGD with rate 1 shows the gradient.
      const probe = await trainerOf('wasm', network, { optimizer: { ...sgd, lr: 1 } });
      await probe.restore(weights);
      await probe.step(batchFor(input, step), step);
      const after = await probe.state();
      probe.dispose();
      return new Map([...weights].map(([name, w]) => [name, w.map((v, i) => v - after.get(name)![i]!)]));
    };
    const trainer = await trainerOf('wasm', network, { optimizer });
    const { lr, momentum, weightDecay: decay } = optimizer;
    const slots = new Map([...start].map(([name, w]) => [name, w.map(() => 0)]));
    const squares = new Map([...start].map(([name, w]) => [name, w.map(() => 0)]));
    let weights = start;
    for (const step of [0, 1, 2]) {
      const gradients = await gradientAt(weights, step);
      weights = new Map(
        [...weights].map(([name, w]) => {
          const [v, s] = [slots.get(name)!, squares.get(name)!];
          return [
            name,
            w.map((value, i) => {
              const g = gradients.get(name)![i]! + (optimizer.name === 'adamw' ? 0 : decay * value);
              if (optimizer.name === 'sgd') return value - lr * g;
              if (optimizer.name === 'momentum') return value - lr * (v[i] = momentum * v[i]! + g);
              v[i] = ADAM.beta1 * v[i]! + (1 - ADAM.beta1) * g;
              s[i] = ADAM.beta2 * s[i]! + (1 - ADAM.beta2) * g * g;
              const root = Math.sqrt(s[i]!) / Math.sqrt(1 - ADAM.beta2 ** (step + 1)) + ADAM.eps;
              const decayed = optimizer.name === 'adamw' ? value * (1 - lr * decay) : value;
              return decayed - ((lr / (1 - ADAM.beta1 ** (step + 1))) * v[i]!) / root;
            }),
          ];
        }),
      );
      await trainer.step(batchFor(input, step), step);
    }
    const state = await trainer.state();
    trainer.dispose();
    // Adam divides by the root of tiny squares, which magnifies the rounding of the shown gradient.
    const tolerance = optimizer.name.startsWith('adam') ? 2e-2 : 1e-4;
    for (const [name, values] of weights) {
      const moved = worst(values, start.get(name)!);
      expect(worst(values, state.get(name)!) / moved, name).toBeLessThan(tolerance);
    }
  });
});

describe('the Keras model', () => {
  test('names the layer that TensorFlow.js cannot express', async () => {
    const network = await networkOf('paper/alexnet', [1, 3, 227, 227]);
    expect(() => kerasModel(network)).toThrowError(
      expect.objectContaining({
        code: 'not-in-keras',
        location: expect.objectContaining({ path: expect.any(String) }),
      }),
    );
  });

  test.each([
    ['torchvision/efficientnet_b0', /stochastic_depth/],
    ['fixtures/train/dilated.yaml', /^wide: .*dilation/],
  ])('refuses before the first step what would fail in it: %s', async (name, words) => {
    const network = await networkOf(name, [1, 3, 64, 64]);
    await expect(trainerOf('wasm', network)).rejects.toMatchObject({
      code: 'not-in-keras',
      line: expect.stringMatching(words),
    });
  });

  test('places every weight of every named network that it can express', () => {
    let expressed = 0;
    for (const architecture of everyNetwork.map(architectureNamed)) {
      const network = resolve(buildArchitecture(architecture), [1, ...architecture.input]);
      let model;
      try {
        model = kerasModel(network);
      } catch (error) {
        expect(error).toMatchObject({ code: 'not-in-keras' });
        continue;
      }
      expressed++;
      expect(model.weights.map(({ name }) => name).sort(), architecture.name).toEqual(
        weightSpecs(network)
          .map(({ name }) => name)
          .sort(),
      );
    }
    expect(expressed).toBeGreaterThan(0);
  });

  test('turns axes there and back', () => {
    const shape = [2, 3, 4, 5];
    const values = Float32Array.from({ length: 120 }, (_, i) => i);
    const axes = [2, 3, 1, 0];
    const turned = permute(values, shape, axes);
    // Element [i2, i3, i1, i0] of the result is element [i0, i1, i2, i3].
    expect(turned[((1 * 5 + 2) * 3 + 2) * 2 + 1]).toBe(values[((1 * 3 + 2) * 4 + 1) * 5 + 2]);
    expect(permute(turned, [4, 5, 3, 2], inverse(axes))).toEqual(values);
  });

  test('takes paths that TensorFlow refuses as names', async () => {
    const network = await networkOf(SMALL, [1, 1, 28, 28]);
    const rename = (path: string) => (path === 'conv1' ? 'öde conv' : path);
    const nodes = network.graph.nodes.map((node) => ({
      ...node,
      path: rename(node.path),
      inputs: node.inputs.map(rename),
    }));
    const renamed = resolve({ ...network.graph, nodes }, network.input);
    const trainer = await trainerOf('wasm', renamed);
    expect((await trainer.observe(2)).shapes.get('öde conv')).toEqual([2, 16, 28, 28]);
    trainer.dispose();
  });
});

describe('initial weights', () => {
  test('are Xavier-uniform, biases as PyTorch leaves them', async () => {
    const weights = initialWeights(await networkOf(SMALL, [1, 1, 28, 28]), 3);
    const spread = (name: string) => weights.get(name)!.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const bound = Math.sqrt(6 / (1568 + 64));
    expect(spread('fc1.weight')).toBeLessThanOrEqual(bound);
    expect(spread('fc1.weight')).toBeGreaterThan(0.999 * bound);
    expect(spread('conv2.weight')).toBeCloseTo(Math.sqrt(6 / (16 * 9 + 32 * 9)), 3);
    expect(spread('fc1.bias')).toBeLessThanOrEqual(1 / Math.sqrt(1568));
    expect(weights.get('fc1.weight')).not.toEqual(
      initialWeights(await networkOf(SMALL, [1, 1, 28, 28]), 4).get('fc1.weight'),
    );
  });
});
