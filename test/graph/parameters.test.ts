import { expect, test } from 'vitest';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { architecture } from '../../src/arch/catalog.ts';
import { countScalars, ownTensors } from '../../src/graph/parameters.ts';
import { resolve } from '../../src/graph/resolve.ts';

test('learned and kept scalars are counted apart, a scalar as one', () => {
  const tensors = [{ shape: [2, 3] }, { shape: [4], buffer: true }, { shape: [], buffer: true }];
  expect(countScalars(tensors)).toEqual({ params: 6, buffers: 5 });
  expect(countScalars([])).toEqual({ params: 0, buffers: 0 });
});

test("torchvision's published figure comes of the tensors of all nodes", () => {
  const { nodes } = resolve(buildArchitecture(architecture('torchvision/resnet18')), [1, 3, 224, 224]);
  expect(countScalars(nodes.flatMap(ownTensors)).params).toBe(11_689_512);
});

test('a node that uses the weights of another brings none', () => {
  const { nodes } = resolve(buildArchitecture(architecture('lenet')), [1, 1, 28, 28]);
  expect(ownTensors({ ...nodes[0]!, ownsWeights: false })).toEqual([]);
});

test('more than 2^53 scalars are an error', () => {
  expect(() => countScalars([{ shape: [2 ** 52] }, { shape: [2 ** 52 + 1] }])).toThrow();
});
