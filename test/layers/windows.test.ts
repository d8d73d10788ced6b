import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VggError } from '../../src/core/errors/error.ts';
import type { LayerKind } from '../../src/layers/layer.ts';
import { adaptive_avgpool2d } from '../../src/layers/adaptive_avgpool.ts';
import { adaptive_maxpool2d } from '../../src/layers/adaptive_maxpool.ts';
import { avgpool2d } from '../../src/layers/avgpool.ts';
import { conv2d } from '../../src/layers/conv.ts';
import { convtranspose2d } from '../../src/layers/convtranspose.ts';
import { maxpool2d } from '../../src/layers/maxpool.ts';
import { apply, type Outcome } from './apply.ts';
import { adaptiveReach, positions, scattered } from './brute-force.ts';

const AXES = [0, 1] as const;
const both = <T>(arbitrary: fc.Arbitrary<T>) => fc.tuple(arbitrary, arbitrary);
const upTo = (max: number, min = 1) => fc.integer({ min, max });
const image = fc.tuple(upTo(3), upTo(3), upTo(14), upTo(14));

/** The outcome, or undefined for the one error that a window may cause. */
function applied(layer: LayerKind, attributes: object, input: readonly number[]): Outcome | undefined {
  try {
    return apply(layer, attributes, [input]);
  } catch (error) {
    if (error instanceof VggError && /^(window-too-large|output-collapses)$/.test(error.code))
      return undefined;
    throw error;
  }
}

describe('a pool has the output that placing its windows gives', () => {
  const pool = both(upTo(5)).chain((kernel_size) =>
    fc.record({
      kernel_size: fc.constant(kernel_size),
      stride: both(upTo(5)),
      padding: fc.tuple(...kernel_size.map((kernel) => upTo(Math.floor(kernel / 2), 0))) as fc.Arbitrary<
        [number, number]
      >,
      ceil_mode: fc.boolean(),
    }),
  );
  const dilated = fc.tuple(pool, both(upTo(3))).map(([a, dilation]) => ({ ...a, dilation }));

  test.each([
    ['maxpool2d', maxpool2d, dilated],
    ['avgpool2d', avgpool2d, pool.map((a) => ({ ...a, dilation: undefined }))],
  ] as const)('%s', (_, layer, attributes) => {
    fc.assert(
      fc.property(attributes, image, ({ dilation, ...a }, input) => {
        const [n, c, ...size] = input;
        const [rows, columns] = AXES.map((axis) =>
          positions(
            {
              size: size[axis]!,
              kernel: a.kernel_size[axis],
              stride: a.stride[axis],
              dilation: dilation?.[axis] ?? 1,
              before: a.padding[axis],
              after: a.padding[axis],
            },
            a.ceil_mode ? 'ceil' : 'floor',
          ),
        );
        const found = applied(layer, { ...a, ...(dilation && { dilation }) }, input);
        if (rows!.length === 0 || columns!.length === 0) {
          expect(found).toBeUndefined();
          return;
        }
        expect(found?.output).toEqual([n, c, rows!.length, columns!.length]);
        let comparisons = 0;
        for (let window = 0; window < n * c * rows!.length * columns!.length; window++) {
          for (let row = 0; row < a.kernel_size[0]; row++) comparisons += a.kernel_size[1];
        }
        expect(found?.elementwise).toBe(comparisons);
      }),
      { numRuns: 2000 },
    );
  });

  test('drops a last window that would start in the padding on the right', () => {
    // Windows start at −1 and 3; a third, at 7, would begin behind the padding.
    const a = { kernel_size: 2, stride: 4, padding: 1, ceil_mode: true };
    expect(apply(maxpool2d, a, [[1, 1, 5, 5]]).output).toEqual([1, 1, 2, 2]);
    expect(apply(maxpool2d, { ...a, ceil_mode: false }, [[1, 1, 5, 5]]).output).toEqual([1, 1, 2, 2]);
    expect(apply(maxpool2d, { ...a, stride: 3 }, [[1, 1, 5, 5]]).output).toEqual([1, 1, 2, 2]);
    expect(apply(maxpool2d, { ...a, stride: 3 }, [[1, 1, 6, 6]]).output).toEqual([1, 1, 3, 3]);
  });
});

describe('a convolution', () => {
  const convolution = fc.record({
    channels: fc.tuple(upTo(3), upTo(3), upTo(3)),
    kernel_size: both(upTo(5)),
    stride: both(upTo(4)),
    padding: both(upTo(4, 0)),
    dilation: both(upTo(3)),
    bias: fc.boolean(),
  });

  test('has the output, the products and the weights that placing its windows gives', () => {
    fc.assert(
      fc.property(convolution, fc.tuple(upTo(3), upTo(14), upTo(14)), (a, [n, ...size]) => {
        const { channels, kernel_size, stride, padding, dilation, bias } = a;
        const [groups, inGroup, outGroup] = channels;
        const out_channels = groups * outGroup;
        const [rows, columns] = AXES.map((axis) =>
          positions(
            {
              size: size[axis]!,
              kernel: kernel_size[axis],
              stride: stride[axis],
              dilation: dilation[axis],
              before: padding[axis],
              after: padding[axis],
            },
            'floor',
          ),
        );
        const found = applied(
          conv2d,
          { out_channels, kernel_size, stride, padding, dilation, groups, bias },
          [n, groups * inGroup, ...size],
        );
        if (rows!.length === 0 || columns!.length === 0) {
          expect(found).toBeUndefined();
          return;
        }
        expect(found?.output).toEqual([n, out_channels, rows!.length, columns!.length]);
        let products = 0;
        for (let output = 0; output < n * out_channels * rows!.length * columns!.length; output++) {
          for (let channel = 0; channel < inGroup; channel++) products += kernel_size[0] * kernel_size[1];
        }
        expect(found?.macs).toBe(products);
        const perOutput = inGroup * kernel_size[0] * kernel_size[1] + (bias ? 1 : 0);
        expect(found?.params).toBe(out_channels * perOutput);
      }),
      { numRuns: 2000 },
    );
  });

  test("keeps the size with 'same', the odd pixel of padding below and right", () => {
    fc.assert(
      fc.property(both(upTo(6)), both(upTo(3)), fc.tuple(upTo(9), upTo(9)), (kernel, dilation, size) => {
        const a = { out_channels: 1, kernel_size: kernel, dilation, padding: 'same' };
        const { attributes, output } = apply(conv2d, a, [[1, 1, ...size]]);
        expect(output).toEqual([1, 1, ...size]);
        const window = conv2d.window!({ attributes: attributes as never, inputs: [[1, 1, ...size]] });
        for (const axis of AXES) {
          const { before, after } = { before: window.before[axis]!, after: window.after[axis]! };
          expect(after - before).toBe((dilation[axis] * (kernel[axis] - 1)) % 2);
          const side = { size: size[axis], kernel: kernel[axis], stride: 1, dilation: dilation[axis] };
          expect(positions({ ...side, before, after }, 'floor')).toHaveLength(size[axis]);
        }
      }),
    );
  });

  test("leaves the image bare with 'valid'", () => {
    const a = { out_channels: 1, kernel_size: [3, 4], stride: [2, 1] };
    const valid = apply(conv2d, { ...a, padding: 'valid' }, [[1, 1, 9, 8]]);
    expect(valid.output).toEqual(apply(conv2d, { ...a, padding: 0 }, [[1, 1, 9, 8]]).output);
    expect(valid.output).toEqual([1, 1, 4, 5]);
  });
});

test('a transposed convolution has the output and the products that scattering its input gives', () => {
  const transposed = fc.record({
    channels: fc.tuple(upTo(3), upTo(3), upTo(3)),
    kernel_size: both(upTo(5)),
    stride: both(upTo(4)),
    padding: both(upTo(3, 0)),
    output_padding: both(upTo(3, 0)),
    dilation: both(upTo(3)),
    bias: fc.boolean(),
  });
  fc.assert(
    fc.property(transposed, fc.tuple(upTo(2), upTo(9), upTo(9)), (a, [n, ...size]) => {
      const { kernel_size, stride, padding, output_padding, dilation, bias } = a;
      fc.pre(AXES.every((axis) => output_padding[axis] < Math.max(stride[axis], dilation[axis])));
      const [groups, inGroup, outGroup] = a.channels;
      const [rows, columns] = AXES.map((axis) =>
        scattered({
          size: size[axis]!,
          kernel: kernel_size[axis],
          stride: stride[axis],
          dilation: dilation[axis],
          before: padding[axis],
          outputPadding: output_padding[axis],
        }),
      );
      const out_channels = groups * outGroup;
      const found = applied(
        convtranspose2d,
        { out_channels, kernel_size, stride, padding, output_padding, dilation, groups, bias },
        [n, groups * inGroup, ...size],
      );
      if (rows!.length < 1 || columns!.length < 1) {
        expect(found).toBeUndefined();
        return;
      }
      expect(found?.output).toEqual([n, out_channels, rows!.length, columns!.length]);
      expect(found?.macs).toBe(n * groups * inGroup * outGroup * rows!.products * columns!.products);
      const weight = groups * inGroup * outGroup * kernel_size[0] * kernel_size[1];
      expect(found?.params).toBe(weight + (bias ? out_channels : 0));
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['adaptive_avgpool2d', adaptive_avgpool2d],
  ['adaptive_maxpool2d', adaptive_maxpool2d],
] as const)('%s reads the elements that lie under its windows', (_, layer) => {
  const side = fc.oneof(upTo(12), fc.constant(null));
  fc.assert(
    fc.property(both(side), image, (output_size, input) => {
      const [n, c, h, w] = input;
      const [rows, columns] = [output_size[0] ?? h, output_size[1] ?? w];
      const { output, elementwise } = apply(layer, { output_size }, [input]);
      expect(output).toEqual([n, c, rows, columns]);
      expect(elementwise).toBe(n * c * adaptiveReach(h, rows) * adaptiveReach(w, columns));
      if (h % rows === 0 && w % columns === 0) expect(elementwise).toBe(n * c * h * w);
    }),
  );
});
