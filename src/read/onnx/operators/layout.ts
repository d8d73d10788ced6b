import { elements } from '../../../core/arithmetic.ts';
import type { Shape } from '../../../core/shape.ts';
import type { TensorType } from '../../../core/tensor-type.ts';
import { commonShape } from '../arrays.ts';
import type { Call, Operator } from '../call.ts';
import type { Results } from '../host.ts';
import { shapeOf } from '../fold.ts';
import { reshapedTo, sliced, splitSizes, squeezed, unsqueezed } from '../shapes.ts';
import { integers, type Computed } from '../value.ts';

/** Our reshape: the first axis stays the batch wherever it keeps its size. */
function reshapedAs(call: Call, x: Computed, shape: Shape, wanted: readonly number[]): Results {
  if (shape.length === 0) return call.add('squeeze', {}, [x]);
  if (shape.includes(0)) return call.fail('gives an empty tensor');
  const [batch] = x.shape;
  if (x.shape.length > 1 && shape.length > 1 && batch === shape[0]) {
    if (shape.length === 2 && x.shape.length > 2) return call.add('flatten', {}, [x]);
    return call.add('reshape', { shape: shape.slice(1), start_dim: 1 }, [x]);
  }
  return call.add(
    'reshape',
    { shape: wanted.map((size, axis) => (size === -1 ? -1 : shape[axis]!)), start_dim: 0 },
    [x],
  );
}

export const reshape: Operator = (call) => {
  const x = call.computed(0);
  const shape = reshapedTo(call, x.shape);
  return shape && reshapedAs(call, x, shape, call.intsOrInput('shape', 1) ?? shape);
};

export const flatten: Operator = (call) => {
  const x = call.computed(0);
  const axis = call.int('axis', 1);
  const cut = axis < 0 ? axis + x.shape.length : axis;
  if (cut < 0 || cut > x.shape.length)
    call.fail(`has axis ${axis}, and ${x.shape.length} dimensions come in`);
  const shape = [elements(x.shape.slice(0, cut)), elements(x.shape.slice(cut))];
  if (cut === 1 && x.shape.length > 1) return call.add('flatten', {}, [x]);
  return reshapedAs(call, x, shape, cut > 1 ? [-1, shape[1]!] : shape);
};

export const transpose: Operator = (call) => {
  const x = call.computed(0);
  const dims = call.ints('perm') ?? x.shape.map((_, axis) => axis).toReversed();
  return dims.length === 0 ? [x] : call.add('permute', { dims }, [x]);
};

export const squeeze: Operator = (call) => {
  const x = call.computed(0);
  const { axes } = squeezed(call, x.shape);
  return axes.length === 0 ? [x] : call.add('squeeze', { dim: axes }, [x]);
};

export const unsqueeze: Operator = (call) => {
  const x = call.computed(0);
  let results: readonly Computed[] = [x];
  for (const dim of unsqueezed(call, x.shape).axes) results = call.add('unsqueeze', { dim }, results);
  return results;
};

export const concat: Operator = (call) => {
  const parts = call.inputs.map((_, place) => call.computed(place));
  const dim = call.axis(call.int('axis', 1), parts[0]?.shape.length ?? 0);
  return call.add('concat', { dim }, parts);
};

export const split: Operator = (call) => {
  const x = call.computed(0);
  const dim = call.axis(call.int('axis', 0), x.shape.length);
  const sizes = splitSizes(call, x.shape[dim]!);
  return sizes && call.add('split', { split_size_or_sections: sizes, dim }, [x]);
};

export const slice: Operator = (call) => {
  const x = call.computed(0);
  const cuts = sliced(call, x.shape);
  if (!cuts) return undefined;
  const shape = cuts.reduce((whole: Shape, { axis, count }) => whole.with(axis, count), x.shape);
  if (shape.includes(0)) return call.fail(`keeps nothing of ${x.shape.join('×')}`);
  if (cuts.some(({ step }) => step < 0)) return call.moved(shape);
  let result = x;
  for (const { axis, start, step, count } of cuts) {
    const size = result.shape[axis]!;
    if (count === size && step === 1) continue;
    const end = Math.min(start + count * step, size);
    // An end that is the input's own is left open.
    result = call.add('slice', { dim: axis, start, end: end === size ? null : end, step }, [result])[0]!;
  }
  return [result];
};

/** Rows of a table by integers are an embedding; of a tensor, places along an axis. */
export const gather: Operator = (call) => {
  const [x, indices] = [call.input(0), call.input(1)];
  const axis = call.axis(call.int('axis', 0), x.shape.length);
  if (x.constant && !indices.constant && x.shape.length === 2 && axis === 0 && x.holds === 'float') {
    const [num_embeddings, embedding_dim] = x.shape;
    return call.add('embedding', { num_embeddings, embedding_dim }, [indices], { weight: x });
  }
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  const places = indices.constant ? indices.values : undefined;
  const read = call.computed(0);
  const size = x.shape[axis]!;
  const from = (place: number) => (place < 0 ? place + size : place);
  if (places?.length === 1 && indices.shape.length === 0) {
    return call.add('select', { dim: axis, index: places[0]! }, [read]);
  }
  if (places && indices.shape.length === 1 && places.length > 0) {
    const start = from(places[0]!);
    if (places.every((place, i) => from(place) === start + i))
      return call.add('slice', { dim: axis, start, end: start + places.length }, [read]);
  }
  if (read.type !== 'float') return call.moved(shape, read.type);
  if (!indices.constant)
    return indices.type === 'int64' ? call.add('index', { dim: axis }, [read, indices]) : call.moved(shape);
  // What shape arithmetic gives may differ from batch to batch.
  if (indices.origin === 'computed' || indices.shape.includes(0)) return call.moved(shape);
  const table = { shape: indices.shape, dtype: 'int64' };
  return call.add('index', { dim: axis }, [read, ...call.add('constant', table, [])]);
};

export const expand: Operator = (call) => {
  const x = call.computed(0);
  const wanted = call.numbers(1);
  const size = wanted && commonShape([x.shape, wanted]);
  if (wanted && !size) call.fail(`cannot stretch ${x.shape.join('×')} to ${wanted.join('×')}`);
  return size && (size.length === 0 ? [x] : call.add('expand', { size }, [x]));
};

/** Known before the network runs. */
export const shape: Operator = (call) => shapeOf(call, call.input(0).shape, call.node.outputs[0] ?? '');
export const size: Operator = (call) => [
  integers([elements(call.input(0).shape)], call.node.outputs[0] ?? '', []),
];

/** Zeros or other numbers in the shape of a tensor. */
export const filledLike: Operator = (call) => {
  const wanted = call.numbers(0);
  const type: TensorType = call.attribute('value').tensor?.type.holds === 'int64' ? 'int64' : 'float';
  return wanted && call.moved(wanted, type);
};

export const identity: Operator = (call) => [call.input(0)];

/** What has the shape of its first input: some elements come from elsewhere. */
export const scatter: Operator = (call) => call.moved(call.input(0).shape);

/** Each element of the indices is one of the result. */
export const gatherElements: Operator = (call) => call.moved(call.input(1).shape);

export const gatherPlaces: Operator = (call) => {
  const [x, indices] = [call.input(0).shape, call.input(1).shape];
  const kept = call.int('batch_dims', 0);
  const depth = indices.at(-1);
  return depth === undefined ? undefined : call.moved([...indices.slice(0, -1), ...x.slice(kept + depth)]);
};

export const tile: Operator = (call) => {
  const times = call.numbers(1);
  const { shape } = call.input(0);
  if (times?.length !== shape.length) return undefined;
  const x = call.input(0);
  if (x.constant || times.some((one) => one < 1))
    return call.moved(shape.map((side, axis) => side * times[axis]!));
  return call.add('tile', { dims: times }, [x]);
};

/** Blocks of channels laid out as pixels, in PyTorch's order or in TensorFlow's. */
export const depthToSpace: Operator = (call) => {
  const x = call.computed(0);
  const [, c, height, width] = x.shape;
  const side = call.int('blocksize', 1);
  if (x.shape.length !== 4 || side < 1 || c! % side ** 2 !== 0) return undefined;
  const channels = c! / side ** 2;
  const columnsFirst = call.text('mode', 'DCR') === 'CRD';
  const apart = columnsFirst ? [channels, side, side] : [side, side, channels];
  const parts = call.add('reshape', { shape: [...apart, height, width] }, [x]);
  const moved = call.add('permute', { dims: columnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2] }, parts);
  return call.add('reshape', { shape: [channels, height! * side, width! * side] }, moved);
};

export const spaceToDepth: Operator = (call) => {
  const x = call.computed(0);
  const [, c, height, width] = x.shape;
  const side = call.int('blocksize', 1);
  if (x.shape.length !== 4 || side < 1 || height! % side !== 0 || width! % side !== 0) return undefined;
  const parts = call.add('reshape', { shape: [c, height! / side, side, width! / side, side] }, [x]);
  const moved = call.add('permute', { dims: [0, 3, 5, 1, 2, 4] }, parts);
  return call.add('reshape', { shape: [c! * side ** 2, height! / side, width! / side] }, moved);
};
