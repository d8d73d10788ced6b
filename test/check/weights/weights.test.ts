import { describe, expect, test } from 'vitest';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { match } from '../../../src/check/weights/match.ts';
import { search } from '../../../src/check/weights/search.ts';
import { stateDict } from '../../../src/check/weights/state-dict.ts';
import { summarize } from '../../../src/check/weights/summary.ts';
import type { StoredTensor } from '../../../src/core/stored-tensor.ts';

const stored = (name: string, shape: readonly number[], rest: Partial<StoredTensor> = {}): StoredTensor => ({
  name,
  shape,
  dtype: 'float32',
  bytes: 4 * shape.reduce((product, size) => product * size, 1),
  ...rest,
});
const expectedOf = (name: string, options = {}) => stateDict(buildArchitecture(architecture(name), options));
const filed = (name: string, options = {}) =>
  expectedOf(name, options).map((tensor) => stored(tensor.name, tensor.shape));
const resnet = expectedOf('torchvision/resnet18');
const compare = (tensors: readonly StoredTensor[]) => match(tensors, 'resnet18', resnet);

describe('against a network', () => {
  const whole = filed('torchvision/resnet18');

  test('all of it', () => {
    expect(compare(whole)).toMatchObject({ fits: true, matched: 122, expected: 122, missing: [] });
  });

  test('without the counters of batches that early files lack', () => {
    const early = whole.filter(({ name }) => !name.endsWith('num_batches_tracked'));
    expect(compare(early)).toMatchObject({ fits: true, matched: 102, expected: 102 });
  });

  test('behind a prefix', () => {
    const parallel = whole.map((tensor) => ({ ...tensor, name: `module.${tensor.name}` }));
    expect(compare(parallel)).toMatchObject({ fits: true, prefix: 'module.' });
  });

  test('a tied tensor has two names', () => {
    expect(compare([...whole, stored('head.weight', [1000, 512], { sameAs: 'fc.weight' })])).toMatchObject({
      fits: true,
    });
  });

  test('one renamed, one transposed, one missing, one too many', () => {
    const changed = whole
      .filter(({ name }) => name !== 'bn1.bias')
      .map((tensor) => {
        if (tensor.name === 'conv1.weight') return { ...tensor, name: 'stem.weight' };
        return tensor.name === 'fc.weight' ? { ...tensor, shape: [512, 1000] } : tensor;
      });
    const result = compare([...changed, stored('extra', [7])]);
    expect(result.fits).toBe(false);
    expect(result.missing.map(({ name }) => name)).toEqual(['conv1.weight', 'bn1.bias']);
    expect(result.unexpected.map(({ name }) => name)).toEqual(['stem.weight', 'extra']);
    expect(result.renamed).toEqual([{ stored: 'stem.weight', expected: 'conv1.weight' }]);
    expect(result.reshaped).toEqual([
      { name: 'fc.weight', stored: [512, 1000], expected: [1000, 512], transposed: true },
    ]);
  });

  test('what only has other classes is not called transposed', () => {
    const { reshaped } = compare(filed('torchvision/resnet18', { classes: 10 }));
    expect(reshaped.map(({ name, transposed }) => [name, transposed])).toEqual([
      ['fc.weight', false],
      ['fc.bias', false],
    ]);
  });
});

describe('among the named networks', () => {
  test.each([
    ['torchvision/vgg11_bn', {}],
    ['torchvision/googlenet', { auxLogits: true }],
    ['torchvision/mobilenet_v2', { classes: 10 }],
  ])('%s %o', (name, options) => {
    expect(search(filed(name, options))).toEqual([
      expect.objectContaining({
        architecture: name,
        options,
        match: expect.objectContaining({ fits: true }),
      }),
    ]);
  });

  test('the nearest where none fits, and none where nothing is near', () => {
    const without = filed('torchvision/vgg16').slice(0, -1);
    expect(search(without)).toMatchObject([{ architecture: 'torchvision/vgg16', match: { fits: false } }]);
    expect(search([stored('a', [3])])).toEqual([]);
    expect(search([])).toEqual([]);
  });
});

test('sums: each tensor once, buffers by name, by type, or as the network has them', () => {
  const tensors = [
    stored('bn.weight', [4]),
    stored('bn.running_mean', [4]),
    stored('index', [9], { dtype: 'int64', bytes: 72 }),
    stored('tied', [4], { sameAs: 'bn.weight' }),
  ];
  const { totals } = summarize('x.pth', { format: 'PyTorch', tensors }, []);
  expect(totals).toEqual({
    tensors: 3,
    params: 4,
    buffers: 13,
    bytes: 104,
    bytesByDtype: { float32: 32, int64: 72 },
  });
  const swin = filed('torchvision/swin_v2_t');
  const found = summarize('x.pth', { format: 'PyTorch', tensors: swin }, search(swin));
  expect(found.totals).toMatchObject({ params: 28_351_570, buffers: 54_552 });
});
