import { ownKernel, replaceKernel, type Tfjs } from './heap.ts';

/**
 * Sums over all axes but the last, as the gradient of a bias takes them: the backend transposes first, this adds row
 * by row, in double precision.
 */
export function replaceSum(tf: Tfjs): void {
  const own = ownKernel(tf, 'Sum');
  replaceKernel(tf, 'Sum', (call) => {
    const x = call.inputs['x']!;
    const { axis, keepDims } = call.attrs as never as { axis: number | number[]; keepDims: boolean };
    const rank = x.shape.length;
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const leading = rank > 1 && axes.length === rank - 1 && !axes.includes(rank - 1);
    if (!leading || x.dtype !== 'float32') return own(call);
    const width = x.shape[rank - 1]!;
    const shape = keepDims ? [...x.shape.slice(0, -1).map(() => 1), width] : [width];
    const result = call.backend.makeOutput(shape, 'float32');
    const values = call.backend.typedArrayFromHeap(x);
    const sums = new Float64Array(width);
    for (let at = 0; at < values.length; at += width) {
      for (let c = 0; c < width; c++) sums[c]! += values[at + c]!;
    }
    call.backend.typedArrayFromHeap(result).set(sums);
    return result;
  });
}
