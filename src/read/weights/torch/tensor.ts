import type { Shape } from '../../../core/shape.ts';
import { elementBits } from '../element-types.ts';
import { Global, List, Made, Tuple, type Value } from '../pickle/values.ts';
import { damaged } from './damaged.ts';
import { bytesOf, storageOf, type Storage } from './storage.ts';

/** A tensor in a pickle: a view of a storage. */
export interface PickledTensor {
  readonly dtype: string;
  readonly shape: Shape;
  readonly bytes: number;
  /** Undefined for a tensor of the device `meta`, which has no values. */
  readonly storage: Storage | undefined;
  /** Equal for tensors with the same values in the same place. */
  readonly place: string;
}

type Rebuild = (args: readonly Value[], depth: number) => PickledTensor | undefined;

/** A parameter of a class of its own around a tensor; deeper nothing is nested. */
const DEEPEST = 4;

/** PyTorch's functions that make a tensor from what is saved of it. */
const rebuilds: ReadonlyMap<string, Rebuild> = new Map<string, Rebuild>([
  ['torch._utils._rebuild_tensor', ([storage, offset, size, stride]) => view(storage, offset, size, stride)],
  [
    'torch._utils._rebuild_tensor_v2',
    ([storage, offset, size, stride]) => view(storage, offset, size, stride),
  ],
  [
    'torch._utils._rebuild_tensor_v3',
    ([storage, offset, size, stride, , , type]) => view(storage, offset, size, stride, type),
  ],
  ['torch._utils._rebuild_parameter', ([data], depth) => tensorOf(data, depth + 1)],
  ['torch._utils._rebuild_parameter_with_state', ([data], depth) => tensorOf(data, depth + 1)],
  ['torch._utils._rebuild_meta_tensor_no_storage', ([type, size]) => withoutValues(type, size)],
  [
    'torch._tensor._rebuild_from_type_v2',
    ([by, , args], depth) =>
      by instanceof Global && args instanceof Tuple && depth < DEEPEST
        ? rebuilds.get(by.name)?.(args.items, depth + 1)
        : undefined,
  ],
]);

/** The tensor that a call makes; undefined for anything else. Throws `weights-damaged` for one that lies outside its storage. */
export const tensorOf = (value: Value | undefined, depth = 0): PickledTensor | undefined =>
  value instanceof Made && depth < DEEPEST ? rebuilds.get(value.by.name)?.(value.args, depth) : undefined;

function view(
  from: Value | undefined,
  offset: Value | undefined,
  size: Value | undefined,
  stride: Value | undefined,
  type?: Value,
): PickledTensor {
  const storage = storageOf(from);
  const [shape, strides] = [counts(size), counts(stride)];
  if (!storage || !shape || !strides || strides.length !== shape.length || !isCount(offset))
    throw damaged('a tensor is not described as PyTorch does it');
  const dtype = dtypeOf(type) ?? storage.dtype;
  if (dtype === undefined) throw damaged('a tensor has no type');
  const elements = shape.reduce((product, length) => product * length, 1);
  const last = shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, offset);
  // A storage without a type has its length in bytes.
  const room = storage.dtype === undefined ? storage.length / bytesOf(dtype, 1) : storage.length;
  if (elements > 0 && last >= room) throw damaged('a tensor is larger than its storage');
  const place = [storage.key, offset, shape.join('x'), strides.join('x'), dtype].join(' ');
  return { dtype, shape, bytes: bytesOf(dtype, elements), storage, place };
}

/** A tensor of the device `meta`. */
function withoutValues(type: Value | undefined, size: Value | undefined): PickledTensor {
  const [dtype, shape] = [dtypeOf(type), counts(size)];
  if (dtype === undefined || !shape) throw damaged('a tensor is not described as PyTorch does it');
  const elements = shape.reduce((product, length) => product * length, 1);
  return { dtype, shape, bytes: bytesOf(dtype, elements), storage: undefined, place: '' };
}

/** `torch.float32` */
function dtypeOf(value: Value | undefined): string | undefined {
  if (!(value instanceof Global)) return undefined;
  const name = value.name.replace(/^torch\./, '');
  return elementBits.has(name) ? name : undefined;
}

const isCount = (value: Value | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** Sizes; a `torch.Size` is called with them. */
function counts(value: Value | undefined): number[] | undefined {
  const list = value instanceof Made && value.by.name === 'torch.Size' ? value.args[0] : value;
  if (!(list instanceof Tuple) && !(list instanceof List)) return undefined;
  const sizes: number[] = [];
  for (const size of list.items) if (isCount(size)) sizes.push(size);
  return sizes.length === list.items.length ? sizes : undefined;
}
