import * as z from 'zod/mini';
import { flag, offset } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { poolingAttributes, poolingOperations, poolingShape, poolingWindow } from './shared/pooling.ts';
import {
  averagePooling,
  kerasPool,
  noPadding,
  notInKeras,
  onlyImages,
  paddingFor,
  zeroPadding,
} from './shared/keras.ts';
import { averagePool } from './shared/onnx/pooling.ts';
import type { Shape } from '../core/shape.ts';
import { VggError } from '../core/errors/error.ts';
import { once } from '../core/once.ts';
import { spatial } from './shared/spatial.ts';
import { asImages } from './shared/view.ts';
import type { Rank } from './shared/window.ts';

const common = (rank: Rank) => ({ ...poolingAttributes(rank), count_include_pad: flag(true) });
const withDivisor = (rank: Rank) =>
  z.strictObject({
    ...common(rank),
    divisor_override: z.nullish(offset.check(z.refine((divisor) => divisor !== 0, 'must not be 0'))),
  });
type Attributes = z.output<ReturnType<typeof withDivisor>>;
type AttributesInput = z.input<ReturnType<typeof withDivisor>>;

/** PyTorch's pool of sequences has no `divisor_override`. */
const attributesOf = (rank: Rank): z.ZodMiniType<Attributes, AttributesInput> =>
  rank === 1 ? z.strictObject(common(rank)) : withDivisor(rank);

/** Mean under a sliding window. Source: torch.nn.AvgPool1d, AvgPool2d, AvgPool3d. */
function avgpool(rank: Rank) {
  const kind = `avgpool${rank}d`;
  const attributes = once(() => attributesOf(rank));
  return defineLayer({
    kind,
    family: 'pool',
    stem: 'pool',
    get attributes() {
      return attributes();
    },
    shape({ attributes: a, inputs }) {
      const [, , size] = spatial(inputs[0], kind, rank);
      // PyTorch looks at volumes without their padding. Source: pool3d_shape_check, aten/src/ATen/native/Pool.h.
      if (rank === 3 && a.kernel_size.some((side, axis) => side > size[axis]!)) {
        throw new VggError('window-too-large', { size, padded: size, reach: a.kernel_size });
      }
      return poolingShape(kind, rank, a, inputs[0]);
    },
    elementwise: ({ attributes, output }) => poolingOperations(attributes, output),
    window: ({ attributes }) => poolingWindow(attributes),
    keras({ attributes: a, inputs, output }) {
      onlyImages(kind, rank);
      const w = poolingWindow(a);
      const padding = paddingFor(w, inputs[0], output);
      if (a.divisor_override) notInKeras(kind, 'divisor_override');
      if (padding.some(([, after], axis) => after > a.padding[axis]!)) {
        notInKeras(kind, 'ceil_mode where a window reaches beyond the padding');
      }
      if (!a.count_include_pad && !noPadding(padding)) notInKeras(kind, 'count_include_pad=False');
      return kerasPool(averagePooling, w.kernel, w.stride, zeroPadding(padding));
    },
    onnx: (g, { attributes: a, inputs: [x], output }) =>
      averagePool(g, x, poolingWindow(a), output, divisors(a, x.shape, output)),
    execute(operators, { inputs: [x], output }) {
      const pool = (from: typeof x, to: Shape) =>
        operators.run({ inputs: [from], output: to, saves: [from] });
      return rank === 1 ? asImages(operators, x, output, pool) : pool(x, output);
    },
  });
}

export const avgpool1d = avgpool(1);
export const avgpool2d = avgpool(2);
export const avgpool3d = avgpool(3);

/**
 * What the sum under each window is divided by, row by row: the elements of the window that lie in the padded image,
 * or in the image itself. Source: aten/src/ATen/native/cpu/AvgPoolKernel.cpp.
 */
function divisors(a: Attributes, input: Shape, output: Shape): number[] {
  const { kernel, stride, before } = poolingWindow(a);
  const along = (count: number, axis: number) =>
    Array.from({ length: count }, (_, i) => {
      const size = input[axis + 2]!;
      const start = i * stride[axis]! - before[axis]!;
      const end = Math.min(start + kernel[axis]!, size + before[axis]!);
      return a.count_include_pad ? end - start : Math.min(end, size) - Math.max(start, 0);
    });
  const covered = output
    .slice(2)
    .map(along)
    .reduce((products, lengths) => products.flatMap((area) => lengths.map((length) => area * length)), [1]);
  return covered.map((area) => a.divisor_override ?? area);
}
