import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { VggError } from '../../../src/core/errors/error.ts';
import { inMemory } from '../../../src/core/random-access.ts';
import { readOnnx } from '../../../src/read/onnx/read.ts';
import { encode, node } from './model.ts';

/** A network with shape arithmetic, a branch, a pool, and an operator that is not known. */
const bytes = encode({
  inputs: { x: ['N', 3, 8, 8] },
  weights: {
    'conv.weight': [4, 3, 3, 3],
    'conv.bias': [4],
    scale: [4, 1, 1],
    w: [64, 5],
    s: [4],
    b: [4],
    m: [4],
    v: [4],
  },
  integers: { start: [0], end: [1], rest: [-1], zero: [0] },
  stated: { odd: ['N', 5] },
  nodes: [
    node('Conv x,conv.weight,conv.bias > c', { pads: [1, 1, 1, 1] }, { name: '/conv/Conv' }),
    node('BatchNormalization c,s,b,m,v > n', { epsilon: { float: 1e-5 } }),
    node('MaxPool n > p', { kernel_shape: [2, 2], strides: [2, 2] }),
    node('Mul p,scale > q'),
    node('Shape q > sizes'),
    node('Slice sizes,start,end > batch'),
    node('Concat batch,rest > target', { axis: 0 }),
    node('Reshape q,target > f'),
    node('Greater end,zero > yes'),
    node('If yes > g', { then_branch: { graph: { node: [node('Relu f > r')], output: [{ name: 'r' }] } } }),
    node('MatMul g,w > h'),
    node('Odd h > odd', {}, { domain: 'com.example' }),
  ],
});

const sane = (content: Uint8Array) => {
  try {
    const { layers } = analyze(readOnnx(inMemory(content), 'fuzz'));
    expect(layers.length).toBeGreaterThan(0);
  } catch (error) {
    // Anything else is a mistake of the program.
    if (!(error instanceof VggError)) throw error;
    expect(error.line).not.toMatch(/undefined|NaN|\[object/);
  }
};

const place = fc.nat(bytes.length - 1);
const changed = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(place, fc.nat(7)).map(([at, bit]) => bytes.with(at, bytes[at]! ^ (1 << bit))),
  },
  { weight: 3, arbitrary: fc.tuple(place, fc.nat(255)).map(([at, byte]) => bytes.with(at, byte)) },
  place.map((at) => bytes.slice(0, at)),
  place.map((at) =>
    Uint8Array.from([...bytes.slice(0, at), ...Array<number>(9).fill(0xff), 1, ...bytes.slice(at)]),
  ),
  fc
    .tuple(place, place, fc.nat(60))
    .map(([at, from, length]) =>
      Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(from, from + length), ...bytes.slice(at)]),
    ),
  fc
    .tuple(place, fc.nat(60))
    .map(([at, length]) => Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + length)])),
);

test('a damaged file is a network or an error', () => {
  sane(bytes);
  fc.assert(fc.property(changed, sane), { seed: 15, numRuns: 3000 });
});

const size = fc.oneof(
  fc.integer({ min: -3, max: 9 }),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 53, -(2 ** 31)),
);
const sizes = fc.array(size, { maxLength: 6 });
const operators = [
  'Conv x,w > y',
  'ConvTranspose x,w > y',
  'MaxPool x > y',
  'AveragePool x > y',
  'Gemm x,w > y',
  'MatMul x,w > y',
  'Reshape x,i > y',
  'Expand x,i > y',
  'Tile x,i > y',
  'Slice x,i,j > y',
  'Slice x,i,j,k > y',
  'Split x,i > y,z',
  'Pad x,i > y',
  'Resize x,_,_,i > y',
  'Gather x,i > y',
  'Gather w,i > v',
  'Squeeze x,i > y',
  'Unsqueeze x,i > y',
  'Transpose x > y',
  'Concat x,w > y',
  'Flatten x > y',
  'Softmax x > y',
  'ReduceMean x,i > y',
  'ConstantOfShape i > y',
  'Range i,j,k > y',
  'Add x,w > y',
  'PRelu x,w > y',
  'LayerNormalization x,w > y',
  'BatchNormalization x,w,w,w,w > y',
  'GroupNormalization x,w,w > y',
  'InstanceNormalization x,w,w > y',
  'LRN x > y',
  'DepthToSpace x > y',
  'GatherND x,i > y',
  'GRU x,w,w > y',
  'LSTM x,w,w,w > y',
  'Einsum x,w > y',
  'ConvInteger x,w > y',
  'QLinearMatMul x,i,j,w,i,j,i,j > y',
  'DynamicQuantizeLinear x > y,z,v',
  'Where i,x,w > y',
  'Clip x,i,j > y',
];
const attribute = fc.constantFrom(
  'kernel_shape',
  'strides',
  'dilations',
  'pads',
  'output_padding',
  'output_shape',
  'perm',
  'axes',
  'axis',
  'group',
  'ceil_mode',
  'count_include_pad',
  'keepdims',
  'num_groups',
  'size',
  'blocksize',
  'num_outputs',
  'transA',
  'transB',
  'auto_pad',
  'mode',
  'equation',
  'hidden_size',
);
const words = fc.constantFrom(
  'SAME_UPPER',
  'reflect',
  'linear',
  'ij,jk->ik',
  'abcd,bcde->ade',
  'a,b->',
  '->',
);
const attributes = fc.dictionary(attribute, fc.oneof(size, sizes, words), { maxKeys: 4 });

test('a node with any numbers is a layer or an error', () => {
  const given = fc.record({
    text: fc.constantFrom(...operators),
    attributes,
    x: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }),
    w: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }),
    lists: fc.tuple(sizes, sizes, sizes),
    opset: fc.constantFrom(6, 9, 11, 13, 17, 21),
  });
  fc.assert(
    fc.property(given, ({ text, attributes: numbers, x, w, lists: [i, j, k], opset }) => {
      const nodes = [node(text, numbers), node('Relu y > out')];
      sane(encode({ opset, inputs: { x }, weights: { w }, integers: { i, j, k }, nodes, outputs: ['out'] }));
    }),
    { seed: 15, numRuns: 3000 },
  );
});
