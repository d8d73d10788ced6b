import { describe, expect, test, onTestFinished, vi } from 'vitest';
import { architecture as architectureNamed } from '../../src/arch/catalog.ts';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { resolve } from '../../src/graph/resolve.ts';
import type { EngineName } from '../../src/train/engines/registry.ts';
import { analysisToCheck, stateBytes } from '../../src/train/checks.ts';
import { kerasModel } from '../../src/train/tfjs/keras-model.ts';
import { relu } from '../../src/layers/relu.ts';
import { batchFor, networkOf, sgd, trainerOf } from './setup.ts';
import { everyNetwork } from '../networks.ts';

const SMALL = 'fixtures/train/small-relu.yaml';
const ZOO = 'fixtures/train/zoo.yaml';

describe("the memory of tfjs's tape", () => {
  test.each<[EngineName, string, number[]]>([
    ['wasm', SMALL, [8, 1, 28, 28]],
    ['cpu', SMALL, [2, 1, 28, 28]],
    ['wasm', 'fixtures/train/lenet.yaml', [8, 1, 28, 28]],
    ['wasm', ZOO, [6, 3, 21, 18]],
    ['cpu', ZOO, [6, 3, 21, 18]],
    ['wasm', 'torchvision/squeezenet1_1', [2, 3, 64, 64]],
    ['wasm', 'torchvision/resnet18', [2, 3, 64, 64]],
    ['wasm', 'torchvision/mobilenet_v2', [4, 3, 64, 64]],
    ['wasm', 'torchvision/densenet121', [4, 3, 64, 64]],
  ])('is predicted: %s, %s', async (engine, name, input) => {
    const network = await networkOf(name, input);
    const trainer = await trainerOf(engine, network);
    const predicted = trainer.predictMemory();
    const observed = await trainer.observeMemory(batchFor(input));
    trainer.dispose();
    const weights = stateBytes(analysisToCheck(network, sgd));
    expect(observed.weights).toBe(weights + predicted.kept);
    // The vectors that a batch-norm keeps for each channel are left out.
    expect(Math.abs(observed.endOfForward / (weights + predicted.endOfForward) - 1)).toBeLessThan(0.01);
    expect(Math.abs(observed.peak / (weights + predicted.peak) - 1)).toBeLessThan(0.01);
  });

  test('is observed without a trace', async () => {
    const input = [6, 3, 21, 18];
    const trainer = await trainerOf('wasm', await networkOf(ZOO, input));
    const [before, bytes] = [await trainer.state(), trainer.memory()];
    const first = await trainer.observeMemory(batchFor(input));
    expect(await trainer.observeMemory(batchFor(input))).toEqual(first);
    expect(await trainer.state()).toEqual(before);
    expect(trainer.memory()).toBe(bytes);
    trainer.dispose();
  });

  test('is known for every Keras layer that a layer of a named network becomes', () => {
    const classes = new Set<string>();
    for (const architecture of everyNetwork.map(architectureNamed)) {
      const network = resolve(buildArchitecture(architecture), [1, ...architecture.input]);
      try {
        const { topology, recordings } = kerasModel(network);
        for (const { class_name, name } of topology.config.layers) {
          classes.add(class_name);
          expect(recordings.has(name), `${architecture.name} ${name}`).toBe(class_name !== 'InputLayer');
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'not-in-keras' });
      }
    }
    // Whichever networks are asked for.
    expect([...classes]).toEqual(expect.arrayContaining(['Conv2D', 'Dense', 'Reshape']));
  });

  test('is not known for a Keras layer that states nothing', async () => {
    const [activation] = relu.keras!({ attributes: { inplace: false }, inputs: [[1]], output: [1] });
    const { tape: _tape, ...bare } = activation!;
    const network = await networkOf(SMALL, [2, 1, 28, 28]);
    const stated = vi.spyOn(relu, 'keras').mockReturnValue([bare]);
    onTestFinished(() => stated.mockRestore());
    await expect(trainerOf('cpu', network)).rejects.toThrowError(
      expect.objectContaining({ code: 'no-tape', message: expect.stringContaining('Activation') }),
    );
  });
});
