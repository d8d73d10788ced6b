import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VggError } from '../../src/core/errors/error.ts';
import type { LayerKind } from '../../src/layers/layer.ts';
import { layerKind } from '../../src/layers/registry.ts';
import { apply, type Outcome } from './apply.ts';
import { adaptiveReach, positions, scattered } from './brute-force.ts';

/** The spatial axes of a kind, how large they are drawn, and how often. */
const RANKS = [
  { rank: 1, most: 30, numRuns: 700 },
  { rank: 2, most: 14, numRuns: 1500 },
  { rank: 3, most: 7, numRuns: 700 },
] as const;

const upTo = (max: number, min = 1) => fc.integer({ min, max });
const product = (sides: readonly number[]) => sides.reduce((a, b) => a * b, 1);

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

describe.each(RANKS)('in $rank dimensions', ({ rank, most, numRuns }) => {
  const AXES = Array.from({ length: rank }, (_, axis) => axis);
  const each = <T>(arbitrary: fc.Arbitrary<T>) => fc.tuple(...AXES.map(() => arbitrary));
  const kind = (name: string) => layerKind(`${name}${rank}d`);

  describe('a pool has the output that placing its windows gives', () => {
    const pool = each(upTo(5)).chain((kernel_size) =>
      fc.record({
        kernel_size: fc.constant(kernel_size),
        stride: each(upTo(5)),
        padding: fc.tuple(...kernel_size.map((kernel) => upTo(Math.floor(kernel / 2), 0))),
        ceil_mode: fc.boolean(),
      }),
    );
    const dilated = fc
      .tuple(pool, each(upTo(3)))
      .map(([a, dilation]) => ({ ...a, dilation: dilation as readonly number[] | undefined }));

    test.each([
      ['maxpool', dilated],
      ['avgpool', pool.map((a) => ({ ...a, dilation: undefined }))],
    ] as const)('%s', (name, attributes) => {
      fc.assert(
        fc.property(
          attributes,
          fc.tuple(upTo(3), upTo(3)),
          each(upTo(most)),
          ({ dilation, ...a }, [n, c], size) => {
            const counts = AXES.map(
              (axis) =>
                positions(
                  {
                    size: size[axis]!,
                    kernel: a.kernel_size[axis]!,
                    stride: a.stride[axis]!,
                    dilation: dilation?.[axis] ?? 1,
                    before: a.padding[axis]!,
                    after: a.padding[axis]!,
                  },
                  a.ceil_mode ? 'ceil' : 'floor',
                ).length,
            );
            const found = applied(kind(name), { ...a, ...(dilation && { dilation }) }, [n, c, ...size]);
            // PyTorch wants a volume to be as large as the window of a mean, padding or not.
            const strict = name === 'avgpool' && rank === 3;
            const small = strict && a.kernel_size.some((kernel, axis) => kernel > size[axis]!);
            if (counts.includes(0) || small) {
              expect(found).toBeUndefined();
              return;
            }
            expect(found?.output).toEqual([n, c, ...counts]);
            let comparisons = 0;
            for (let window = 0; window < n * c * product(counts); window++) {
              comparisons += product(a.kernel_size);
            }
            expect(found?.elementwise).toBe(comparisons);
          },
        ),
        { numRuns },
      );
    });
  });

  test('a convolution has the output, the products and the weights that placing its windows gives', () => {
    const convolution = fc.record({
      channels: fc.tuple(upTo(3), upTo(3), upTo(3)),
      kernel_size: each(upTo(5)),
      stride: each(upTo(4)),
      padding: each(upTo(4, 0)),
      dilation: each(upTo(3)),
      bias: fc.boolean(),
    });
    fc.assert(
      fc.property(convolution, upTo(3), each(upTo(most)), (a, n, size) => {
        const { channels, kernel_size, stride, padding, dilation, bias } = a;
        const [groups, inGroup, outGroup] = channels;
        const out_channels = groups * outGroup;
        const counts = AXES.map(
          (axis) =>
            positions(
              {
                size: size[axis]!,
                kernel: kernel_size[axis]!,
                stride: stride[axis]!,
                dilation: dilation[axis]!,
                before: padding[axis]!,
                after: padding[axis]!,
              },
              'floor',
            ).length,
        );
        const found = applied(
          kind('conv'),
          { out_channels, kernel_size, stride, padding, dilation, groups, bias },
          [n, groups * inGroup, ...size],
        );
        if (counts.includes(0)) {
          expect(found).toBeUndefined();
          return;
        }
        expect(found?.output).toEqual([n, out_channels, ...counts]);
        let products = 0;
        for (let output = 0; output < n * out_channels * product(counts); output++) {
          for (let channel = 0; channel < inGroup; channel++) products += product(kernel_size);
        }
        expect(found?.macs).toBe(products);
        const perOutput = inGroup * product(kernel_size) + (bias ? 1 : 0);
        expect(found?.params).toBe(out_channels * perOutput);
      }),
      { numRuns },
    );
  });

  test("keeps the size with 'same', the odd pixel of padding last", () => {
    fc.assert(
      fc.property(each(upTo(6)), each(upTo(3)), each(upTo(9)), (kernel, dilation, size) => {
        const conv = kind('conv');
        const a = { out_channels: 1, kernel_size: kernel, dilation, padding: 'same' };
        const { attributes, output } = apply(conv, a, [[1, 1, ...size]]);
        expect(output).toEqual([1, 1, ...size]);
        const window = conv.window!({ attributes, inputs: [[1, 1, ...size]] });
        for (const axis of AXES) {
          const { before, after } = { before: window.before[axis]!, after: window.after[axis]! };
          expect(after - before).toBe((dilation[axis]! * (kernel[axis]! - 1)) % 2);
          const side = { size: size[axis]!, kernel: kernel[axis]!, stride: 1, dilation: dilation[axis]! };
          expect(positions({ ...side, before, after }, 'floor')).toHaveLength(size[axis]!);
        }
      }),
    );
  });

  test('a transposed convolution has the output and the products that scattering its input gives', () => {
    const transposed = fc.record({
      channels: fc.tuple(upTo(3), upTo(3), upTo(3)),
      kernel_size: each(upTo(5)),
      stride: each(upTo(4)),
      padding: each(upTo(3, 0)),
      output_padding: each(upTo(3, 0)),
      dilation: each(upTo(3)),
      bias: fc.boolean(),
    });
    fc.assert(
      fc.property(transposed, upTo(2), each(upTo(9)), (a, n, size) => {
        const { kernel_size, stride, padding, output_padding, dilation, bias } = a;
        fc.pre(AXES.every((axis) => output_padding[axis]! < Math.max(stride[axis]!, dilation[axis]!)));
        const [groups, inGroup, outGroup] = a.channels;
        const sides = AXES.map((axis) =>
          scattered({
            size: size[axis]!,
            kernel: kernel_size[axis]!,
            stride: stride[axis]!,
            dilation: dilation[axis]!,
            before: padding[axis]!,
            outputPadding: output_padding[axis]!,
          }),
        );
        const out_channels = groups * outGroup;
        const found = applied(
          kind('convtranspose'),
          { out_channels, kernel_size, stride, padding, output_padding, dilation, groups, bias },
          [n, groups * inGroup, ...size],
        );
        const lengths = sides.map(({ length }) => length);
        if (Math.min(...lengths) < 1) {
          expect(found).toBeUndefined();
          return;
        }
        expect(found?.output).toEqual([n, out_channels, ...lengths]);
        const products = product(sides.map((side) => side.products));
        expect(found?.macs).toBe(n * groups * inGroup * outGroup * products);
        const weight = groups * inGroup * outGroup * product(kernel_size);
        expect(found?.params).toBe(weight + (bias ? out_channels : 0));
      }),
      { numRuns },
    );
  });

  test.each(['adaptive_avgpool', 'adaptive_maxpool'])(
    '%s reads the elements that lie under its windows',
    (name) => {
      const side = rank === 1 ? upTo(12) : fc.oneof(upTo(12), fc.constant(null));
      fc.assert(
        fc.property(each(side), fc.tuple(upTo(3), upTo(3)), each(upTo(most)), (output_size, [n, c], size) => {
          const wanted = AXES.map((axis) => output_size[axis] ?? size[axis]!);
          const { output, elementwise } = apply(kind(name), { output_size }, [[n, c, ...size]]);
          expect(output).toEqual([n, c, ...wanted]);
          const reach = AXES.map((axis) => adaptiveReach(size[axis]!, wanted[axis]!));
          expect(elementwise).toBe(n * c * product(reach));
          if (AXES.every((axis) => size[axis]! % wanted[axis]! === 0)) {
            expect(elementwise).toBe(n * c * product(size));
          }
        }),
      );
    },
  );
});

test('a pool drops a last window that would start in the padding on the right', () => {
  const maxpool2d = layerKind('maxpool2d');
  // Windows start at −1 and 3; a third, at 7, would begin behind the padding.
  const a = { kernel_size: 2, stride: 4, padding: 1, ceil_mode: true };
  expect(apply(maxpool2d, a, [[1, 1, 5, 5]]).output).toEqual([1, 1, 2, 2]);
  expect(apply(maxpool2d, { ...a, ceil_mode: false }, [[1, 1, 5, 5]]).output).toEqual([1, 1, 2, 2]);
  expect(apply(maxpool2d, { ...a, stride: 3 }, [[1, 1, 5, 5]]).output).toEqual([1, 1, 2, 2]);
  expect(apply(maxpool2d, { ...a, stride: 3 }, [[1, 1, 6, 6]]).output).toEqual([1, 1, 3, 3]);
});

test("a convolution leaves the image bare with 'valid'", () => {
  const conv2d = layerKind('conv2d');
  const a = { out_channels: 1, kernel_size: [3, 4], stride: [2, 1] };
  const valid = apply(conv2d, { ...a, padding: 'valid' }, [[1, 1, 9, 8]]);
  expect(valid.output).toEqual(apply(conv2d, { ...a, padding: 0 }, [[1, 1, 9, 8]]).output);
  expect(valid.output).toEqual([1, 1, 4, 5]);
});

describe('what people brought', () => {
  test('a strided convolution over two channels of sound', () => {
    const a = { out_channels: 16, kernel_size: 8, stride: 4, padding: 2 };
    const { output, params, macs } = apply(layerKind('conv1d'), a, [[1, 2, 44100]]);
    expect({ output, params, macs }).toEqual({ output: [1, 16, 11025], params: 272, macs: 2_822_400 });
  });

  test('padding_mode written out', () => {
    const a = { out_channels: 1, kernel_size: 3, padding: [0, 1], padding_mode: 'zeros' };
    const { output, params } = apply(layerKind('conv2d'), a, [[1, 6, 20, 10]]);
    expect({ output, params }).toEqual({ output: [1, 1, 18, 10], params: 55 });
  });

  test("TensorFlow's 'same' with a stride, by the border that the error offers", () => {
    const input = [1, 3, 160, 160];
    const a = { out_channels: 32, kernel_size: 3, stride: 2 };
    let offered: unknown;
    try {
      apply(layerKind('conv2d'), { ...a, padding: 'same' }, [input]);
    } catch (error) {
      offered = (error as VggError).args;
    }
    expect(offered).toMatchObject({ padding: [0, 1, 0, 1] });
    const padded = apply(layerKind('zeropad2d'), { padding: [0, 1, 0, 1] }, [input]);
    expect(apply(layerKind('conv2d'), a, [padded.output]).output).toEqual([1, 32, 80, 80]);
  });

  test('an instance norm with scale and shift', () => {
    const { params, buffers } = apply(layerKind('instancenorm2d'), { affine: true }, [[1, 64, 256, 256]]);
    expect({ params, buffers }).toEqual({ params: 128, buffers: 0 });
  });
});
