import { describe, expect, test } from 'vitest';
import { parseSpec } from '../../../src/arch/spec/spec.ts';
import { analyzeSpec } from './analyze-spec.ts';

const held = (layers: string) =>
  Object.fromEntries(
    parseSpec(`input: [4, 16, 16]\nlayers:\n${layers}`, 'net.yaml').nodes.flatMap(({ path, heldUntil }) =>
      heldUntil === undefined ? [] : [[path, heldUntil]],
    ),
  );

describe('a value of a spec', () => {
  test('is overwritten where only the next layer reads it, by name or not', () => {
    expect(held('  - relu\n  - sigmoid\n  - tanh: {}\n    from: sigmoid1\n')).toEqual({});
  });

  test('is a variable until the end of the network where a later layer reads it', () => {
    expect(held('  - relu\n  - sigmoid\n  - add: {}\n    from: [sigmoid1, relu1]\n  - tanh\n')).toEqual({
      relu1: 'tanh1',
    });
  });

  test('is a variable of the block that its name is looked up in', () => {
    const inner = '[relu, sigmoid, {add: {}, from: [sigmoid1, relu1]}, tanh]';
    expect(held(`  - block: {name: b, layers: ${inner}}\n  - relu\n`)).toEqual({ 'b.relu1': 'b.tanh1' });
  });

  test("is what a block gives, where the block's name is read", () => {
    expect(
      held('  - block: {name: b, layers: [relu, sigmoid]}\n  - tanh\n  - add: {}\n    from: [tanh1, b]\n'),
    ).toEqual({ 'b.sigmoid1': 'add1' });
  });

  test('takes memory as long as it is held', () => {
    const tail =
      '  - conv2d: {out_channels: 64, kernel_size: 1}\n  - conv2d: {out_channels: 64, kernel_size: 1}\n';
    const stem =
      '  - conv2d: {out_channels: 4, kernel_size: 1}\n    name: stem\n  - conv2d: {out_channels: 4, kernel_size: 1}\n';
    const join = (from: string) => `  - add: {}\n    from: [conv1, ${from}]\n`;
    const peak = (from: string) =>
      analyzeSpec(`input: [4, 16, 16]\nlayers:\n${stem}${join(from)}${tail}`).memory.inference.peakBytes;
    // 4×16×16 floats: the stem's result is a variable where the sum reads it, and the input always was one.
    expect(peak('stem') - peak('input')).toBe(4 * 16 * 16 * 4);
  });
});
