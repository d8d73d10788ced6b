import { expect, test } from 'vitest';
import { node, summary } from './model.ts';

const inputs = { x: ['N', 3, 8, 8] };
const quantized = { w: [4, 3, 3, 3], v: [4, 5], z: [] };
const weights = { s: [] };
const PARAMS = 4 * 27 + 20;
const MACS = 4 * 36 * 27 + 20;

test('weights that are quantized alone count as those that they stand for', () => {
  const { params, macs, warnings, graph } = summary({
    inputs,
    quantized,
    weights,
    nodes: [
      node('DequantizeLinear w,s,z > wide'),
      node('Conv x,wide > c'),
      node('GlobalAveragePool c > p'),
      node('Flatten p > f'),
      node('DequantizeLinear v,s,z > table'),
      node('MatMul f,table > y'),
    ],
  });
  expect({ params, macs, warnings }).toEqual({ params: PARAMS, macs: MACS, warnings: [] });
  expect(graph.stored).toEqual({ int8: PARAMS });
});

test('so do those of operators of integers', () => {
  const { params, macs, warnings, outputs } = summary({
    inputs,
    quantized: { ...quantized, b: [4] },
    weights,
    nodes: [
      node('QuantizeLinear x,s,z > q'),
      node('QLinearConv q,s,z,w,s,z,s,z,b > c'),
      node('QLinearGlobalAveragePool c,s,z,s,z > p', {}, { domain: 'com.microsoft' }),
      node('Flatten p > f'),
      node('QLinearMatMul f,s,z,v,s,z,s,z > m'),
      node('DequantizeLinear m,s,z > y'),
    ],
  });
  expect({ params, macs, warnings, outputs }).toEqual({
    params: PARAMS + 4,
    macs: MACS,
    warnings: [],
    outputs: [[1, 5]],
  });
});

test('and where the scale is found as the network runs', () => {
  const { params, macs, outputs } = summary({
    inputs,
    quantized,
    weights,
    nodes: [
      node('DynamicQuantizeLinear x > q,scale,zero'),
      node('ConvInteger q,w,zero,z > i'),
      node('Cast i > c', { to: 1 }),
      node('Mul scale,s > factor'),
      node('Mul c,factor > h'),
      node('GlobalAveragePool h > p'),
      node('Flatten p > f'),
      node('DynamicQuantizeLinear f > g,scale2,zero2'),
      node('MatMulInteger g,v,zero2,z > y'),
    ],
  });
  expect({ params, macs, outputs }).toEqual({ params: PARAMS, macs: MACS, outputs: [[1, 5]] });
});

test('parts of a quantized network are joined', () => {
  const { kinds, outputs } = summary({
    inputs,
    quantized,
    weights,
    nodes: [
      node('QuantizeLinear x,s,z > q'),
      node('QLinearConcat s,z,q,s,z,q,s,z > y', { axis: 1 }, { domain: 'com.microsoft' }),
    ],
  });
  expect({ kinds, outputs }).toEqual({ kinds: ['arithmetic', 'concat'], outputs: [[1, 6, 8, 8]] });
});
