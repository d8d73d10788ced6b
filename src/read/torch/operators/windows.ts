import { truth } from '../../python/operate/protocols.ts';
import type { Value } from '../../python/values/object.ts';
import { intOf, intsOf, isSequence, numberOf, tensorOf } from '../arguments.ts';
import { Tensor } from '../tensor.ts';
import { emit, unknown } from '../trace.ts';
import { operation, type Operation } from './define.ts';
import { given, optional, weighted } from './weighted.ts';

const ranks = [1, 2, 3];

const convolution = (rank: number): Operation =>
  operation(
    `conv${rank}d`,
    ['functional', 'torch'],
    'input weight bias? stride? padding? dilation? groups?',
    (input, filters, bias, stride, padding, dilation, groups) => {
      const weight = tensorOf(filters);
      const count = groups === undefined ? 1 : intOf(groups);
      const attributes = {
        ...given([
          ['stride', stride],
          ['padding', padding],
          ['dilation', dilation],
        ]),
        in_channels: weight.shape[1]! * count,
        out_channels: weight.shape[0],
        kernel_size: weight.shape.slice(2),
        groups: count,
        bias: optional(bias) !== null,
      };
      return weighted(
        `conv${rank}d`,
        attributes,
        tensorOf(input),
        { weight, bias: optional(bias) },
        `conv${rank}d`,
      );
    },
  );

const pools = (rank: number): readonly Operation[] => [
  operation(
    `max_pool${rank}d`,
    ['functional', 'torch'],
    'input kernel_size stride? padding? dilation? ceil_mode?',
    (input, kernel, stride, padding, dilation, ceil) =>
      emit(
        `maxpool${rank}d`,
        given([
          ['kernel_size', kernel],
          ['stride', emptied(stride)],
          ['padding', padding],
          ['dilation', dilation],
          ['ceil_mode', ceil],
        ]),
        [tensorOf(input)],
        { name: `max_pool${rank}d` },
      ),
  ),
  operation(
    `avg_pool${rank}d`,
    ['functional', 'torch'],
    'input kernel_size stride? padding? ceil_mode? count_include_pad? divisor_override?',
    (input, kernel, stride, padding, ceil, include, divisor) =>
      emit(
        `avgpool${rank}d`,
        given([
          ['kernel_size', kernel],
          ['stride', emptied(stride)],
          ['padding', padding],
          ['ceil_mode', ceil],
          ['count_include_pad', include],
          ['divisor_override', divisor],
        ]),
        [tensorOf(input)],
        { name: `avg_pool${rank}d` },
      ),
  ),
  ...(['avg', 'max'] as const).map((what) =>
    operation(`adaptive_${what}_pool${rank}d`, ['functional', 'torch'], 'input output_size', (input, size) =>
      emit(`adaptive_${what}pool${rank}d`, given([['output_size', size]]), [tensorOf(input)], {
        name: `adaptive_${what}_pool${rank}d`,
      }),
    ),
  ),
];
/** `stride=[]` is the kernel's size. */
const emptied = (stride: Value | undefined): Value =>
  stride === undefined || (isSequence(stride) && stride.items.length === 0) ? null : stride;

function interpolate(
  input: Value,
  size: Value | undefined,
  scale: Value | undefined,
  mode: Value | undefined,
  align: Value | undefined,
  recompute?: Value,
  antialias?: Value,
): Tensor {
  if ([recompute, antialias].some((one) => one !== undefined && truth(one)))
    throw unknown('torch.nn.functional.interpolate with recompute_scale_factor or antialias');
  return emit(
    'upsample',
    given([
      ['size', size],
      ['scale_factor', scale],
      ['mode', mode],
      ['align_corners', align],
    ]),
    [tensorOf(input)],
    { name: 'interpolate' },
  );
}

const PADS: ReadonlyMap<string, string> = new Map([
  ['reflect', 'reflectionpad'],
  ['replicate', 'replicationpad'],
  ['circular', 'circularpad'],
]);

function pad(input: Value, sizes: Value, mode: Value | undefined, value: Value | undefined): Tensor {
  const x = tensorOf(input);
  const amounts = intsOf(sizes);
  if (amounts.every((one) => one === 0)) return x;
  const kind = typeof mode === 'string' ? PADS.get(mode) : undefined;
  if (kind) return emit(`${kind}${amounts.length / 2}d`, { padding: amounts }, [x], { name: 'pad' });
  if (mode !== undefined && mode !== 'constant') throw unknown(`torch.nn.functional.pad in this mode`);
  return emit(
    'pad',
    { pad: amounts, ...(value !== undefined && value !== null && { value: numberOf(value) }) },
    [x],
    { name: 'pad' },
  );
}

export const windowOperations: readonly Operation[] = [
  ...ranks.flatMap((rank) => [convolution(rank), ...pools(rank)]),
  operation(
    'interpolate',
    ['functional'],
    'input size? scale_factor? mode? align_corners? recompute_scale_factor? antialias?',
    interpolate,
  ),
  operation('upsample', ['functional'], 'input size? scale_factor? mode? align_corners?', interpolate),
  operation('pad', ['functional'], 'input pad mode? value?', pad),
  operation(
    'unfold',
    ['functional'],
    'input kernel_size dilation? padding? stride?',
    (input, kernel, dilation, padding, stride) =>
      emit(
        'unfold',
        given([
          ['kernel_size', kernel],
          ['dilation', dilation],
          ['padding', padding],
          ['stride', stride],
        ]),
        [tensorOf(input)],
        { name: 'unfold' },
      ),
  ),
  operation(
    'fold',
    ['functional'],
    'input output_size kernel_size dilation? padding? stride?',
    (input, size, kernel, dilation, padding, stride) =>
      emit(
        'fold',
        given([
          ['output_size', size],
          ['kernel_size', kernel],
          ['dilation', dilation],
          ['padding', padding],
          ['stride', stride],
        ]),
        [tensorOf(input)],
        { name: 'fold' },
      ),
  ),
  operation(
    'grid_sample',
    ['functional'],
    'input grid mode? padding_mode? align_corners?',
    (input, grid, mode, padding, align) =>
      emit(
        'grid_sample',
        given([
          ['mode', mode],
          ['padding_mode', padding],
          ['align_corners', align],
        ]),
        [tensorOf(input), tensorOf(grid)],
        { name: 'grid_sample' },
      ),
  ),
];
