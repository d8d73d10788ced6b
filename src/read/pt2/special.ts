import { PyList, PySlice, PyTuple } from '../python/values/values.ts';
import type { Value } from '../python/values/object.ts';
import { numberOf } from '../torch/arguments.ts';
import { become } from '../torch/operators/arithmetic.ts';
import { getItem } from '../torch/operators/shape.ts';
import { Tensor, bool, dtypes } from '../torch/tensor.ts';
import { emit, tracing } from '../torch/trace.ts';
import { optional, weighted } from '../torch/operators/weighted.ts';

/** The arguments of a node by their names in ATen's schema; its defaults are left out. */
export type Arguments = ReadonlyMap<string, Value>;

const tensor = (args: Arguments, name: string): Tensor => {
  const value = args.get(name);
  if (!(value instanceof Tensor)) throw new TypeError(`${name} is not a tensor`);
  return value;
};
const number = (args: Arguments, name: string, fallback: number): number => {
  const value = args.get(name);
  return typeof value === 'number' ? value : fallback;
};

/** The buffers of a program by their names; found once for all of its layers. */
const named = new WeakMap<object, ReadonlyMap<string, Tensor>>();

function buffersOf(trace: NonNullable<typeof tracing.current>): ReadonlyMap<string, Tensor> {
  const known = named.get(trace);
  if (known) return known;
  const buffers = new Map([...trace.buffers].map((one) => [trace.names.get(one) ?? '', one] as const));
  named.set(trace, buffers);
  return buffers;
}

/** With its counter of batches, which the operator does not take. */
function batchNorm(args: Arguments): Value {
  const x = tensor(args, 'input');
  const [weight, bias] = [optional(args.get('weight')), optional(args.get('bias'))];
  const [running_mean, running_var] = [optional(args.get('running_mean')), optional(args.get('running_var'))];
  const trace = tracing.current;
  const owner = running_mean ? trace?.names.get(running_mean)?.replace(/running_mean$/, '') : undefined;
  const counter =
    trace && owner !== undefined ? buffersOf(trace).get(`${owner}num_batches_tracked`) : undefined;
  const eps = args.get('eps');
  const momentum = args.get('momentum');
  const value = (given: Value | undefined) => (given as { value?: number } | undefined)?.value;
  const attributes = {
    ...(value(eps) !== undefined && { eps: value(eps) }),
    ...(value(momentum) !== undefined && { momentum: value(momentum) }),
    affine: weight !== null,
    track_running_stats: running_mean !== null,
  };
  const weights = { weight, bias, running_mean, running_var, num_batches_tracked: counter ?? null };
  return weighted(`batchnorm${Math.max(1, x.shape.length - 2)}d`, attributes, x, weights, 'batch_norm');
}

/** `x[:, 2:4]` along one dimension. */
function slice(args: Arguments): Value {
  const x = tensor(args, 'self');
  const dim = number(args, 'dim', 0);
  const before = Array.from(
    { length: dim < 0 ? dim + x.shape.length : dim },
    () => new PySlice(null, null, null),
  );
  const part = new PySlice(args.get('start') ?? null, args.get('end') ?? null, args.get('step') ?? null);
  return getItem(x, new PyTuple([...before, part]));
}

/** `x[:, places]`. */
function index(args: Arguments): Value {
  const indices = args.get('indices');
  const parts = indices instanceof PyList ? indices.items : [];
  return getItem(
    tensor(args, 'self'),
    new PyTuple(parts.map((part) => part ?? new PySlice(null, null, null))),
  );
}

const upsample = (mode: string) => (args: Arguments) => {
  const items = (name: string) => {
    const value = args.get(name);
    return value instanceof PyList
      ? value.items.map((one) =>
          typeof one === 'number' ? one : (one as unknown as { value: number }).value,
        )
      : undefined;
  };
  const [size, scale] = [items('output_size'), items('scale_factors')];
  const align = args.get('align_corners');
  return emit(
    'upsample',
    {
      mode,
      ...(size ? { size } : { scale_factor: scale }),
      ...(align !== undefined && { align_corners: align === true }),
    },
    [tensor(args, 'input')],
    { name: 'interpolate' },
  );
};

/** Its order of contraction does not change what is counted. */
function einsum(args: Arguments): Value {
  const tensors = args.get('tensors');
  const equation = args.get('equation');
  const operands = (tensors instanceof PyList ? tensors.items : []).filter((one) => one instanceof Tensor);
  if (typeof equation !== 'string') throw new TypeError('equation is not text');
  return emit('einsum', { equation }, operands, { name: 'einsum' });
}

const plainNumber = (value: Value | undefined): number | undefined =>
  value === undefined || value === null ? undefined : numberOf(value);

function sizeAt(shape: readonly number[], dim: number): number {
  const size = shape.at(dim);
  if (size === undefined || dim >= shape.length) throw new RangeError(`there is no dimension ${dim}`);
  return size;
}

/** An activation that writes over its input; `attributes` by the operator's arguments. */
const inPlace = (kind: string, attributes: Readonly<Record<string, string>>) => (args: Arguments) => {
  const x = tensor(args, 'self');
  const given = Object.entries(attributes).flatMap(([argument, attribute]) => {
    const value = plainNumber(args.get(argument));
    return value === undefined ? [] : [[attribute, value] as const];
  });
  return become(x, emit(kind, { ...Object.fromEntries(given), inplace: true }, [x], { name: kind }));
};

function dropout(args: Arguments): Value {
  const x = tensor(args, 'self');
  if (args.get('train') !== true) return x;
  return become(
    x,
    emit('dropout', { p: plainNumber(args.get('p')), inplace: true }, [x], { name: 'dropout' }),
  );
}

/** One of random numbers for drop path: it has a shape and no values. */
const empty = (args: Arguments): Value => {
  const size = args.get('size');
  return new Tensor(
    (size as PyList).items.map(Number),
    args.get('self') instanceof Tensor ? { dtype: tensor(args, 'self').dtype } : {},
  );
};

/** An operator of its own: the arguments that it reads or that change nothing here, and what it becomes. */
interface Special {
  readonly takes: readonly string[];
  become(args: Arguments): Value;
}

const of = (takes: string, become: Special['become']): Special => ({ takes: takes.split(' '), become });

/** Where and how a tensor lies is the same to shapes and counts. */
const PLACED = 'dtype layout device pin_memory memory_format';

/** Operators whose arguments differ from those of torch's function, or that are none. */
export const special: ReadonlyMap<string, Special> = new Map([
  [
    'batch_norm',
    of('input weight bias running_mean running_var training momentum eps cudnn_enabled', batchNorm),
  ],
  ['slice', of('self dim start end step', slice)],
  ['index', of('self indices', index)],
  ['new_empty', of(`self size ${PLACED}`, empty)],
  ['empty', of(`size ${PLACED}`, empty)],
  ['einsum', of('equation tensors path', einsum)],
  ['sym_size', of('self dim', (args) => sizeAt(tensor(args, 'self').shape, number(args, 'dim', 0)))],
  ['dropout_', of('self p train', dropout)],
  ['hardtanh_', of('self min_val max_val', inPlace('hardtanh', { min_val: 'min_val', max_val: 'max_val' }))],
  ['leaky_relu_', of('self negative_slope', inPlace('leaky_relu', { negative_slope: 'negative_slope' }))],
  ['elu_', of('self alpha', inPlace('elu', { alpha: 'alpha' }))],
  ['upsample_nearest2d', of('input output_size scale_factors', upsample('nearest'))],
  ['upsample_bilinear2d', of('input output_size align_corners scale_factors', upsample('bilinear'))],
  ['upsample_nearest1d', of('input output_size scale_factors', upsample('nearest'))],
  ['upsample_linear1d', of('input output_size align_corners scale_factors', upsample('linear'))],
]);

/** By their numbers in PyTorch's schema of exported programs. */
export const types: ReadonlyMap<number, typeof bool> = new Map([
  ...['uint8', 'int8', 'int16', 'int32', 'int64', 'float16', 'float32', 'float64'].map(
    (name, place) => [place + 1, dtypes.get(name)!] as const,
  ),
  [13, dtypes.get('bfloat16')!] as const,
]);
