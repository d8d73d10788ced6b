import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import type { MemoryOptions } from '../../../src/analysis/memory/analyze-memory.ts';
import { parseSpec } from '../../../src/arch/spec/spec.ts';

const analysisOf = (layers: string, memory: MemoryOptions = {}) =>
  analyze(parseSpec(`input: [3, 64, 64]\nlayers:\n${layers}`, 'net.yaml'), { memory });

const STEM = '  - conv2d: {out_channels: 16, kernel_size: 3, padding: 1}\n    name: stem\n';
const HEAD = '  - conv2d: {out_channels: 10, kernel_size: 3, padding: 1}\n    name: head\n    from: stem\n';
const UNREAD = '  - conv2d: {out_channels: 8, kernel_size: 1}\n    name: unread\n';

// Figures of PyTorch 2.13 on the meta device, for the module in which the result of `unread` is dropped.
describe('a layer that nobody reads', () => {
  test('costs its forward pass and nothing after it', () => {
    const { memory, totals, warnings } = analysisOf(STEM + UNREAD + HEAD);
    expect(memory.training).toMatchObject({
      peakBytes: 1_010_688,
      firstStepPeakBytes: 1_010_688,
      endOfForwardBytes: 683_008,
    });
    expect(totals.backwardMacs).toBe(13_565_952);
    expect(warnings.map(({ message }) => message)).toEqual([
      'unread is not an output and no layer reads it: only the forward pass is counted',
    ]);
  });

  test('does not add up over the batches of one step', () => {
    const steps = [2, 8].map(
      (accumulate) => analysisOf(STEM + UNREAD + HEAD, { accumulate }).memory.training,
    );
    expect(steps[1]!.peakBytes).toBe(steps[0]!.peakBytes);
  });

  test('takes what it keeps with it when it ends a chain of its own', () => {
    const chain = `${UNREAD}  - relu: {inplace: true}\n  - batchnorm2d\n  - sigmoid\n`;
    const { memory, warnings } = analysisOf(STEM + chain + HEAD);
    const unreadWeights = 2 * 512 + 5 * 512;
    const without = analysisOf(STEM + HEAD).memory.training!.endOfForwardBytes;
    expect(memory.training!.endOfForwardBytes).toBe(without + unreadWeights);
    expect(warnings[0]!.message).toMatch(/^sigmoid1 is not an output/);
  });
});
