import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Kernel, type Tensor4, type Tfjs, type WasmBackend } from './heap.ts';
import { fastMatMul } from './matmul.ts';

/** Length of the inner products at which the backend's product is fastest: its packed panel stays in the cache. */
const INNER = 1536;

/**
 * dW[i, j, c, o] = Σ x[…, y·s + i − pad, x·s + j − pad, c] · dy[…, y, x, o] as products of a matrix whose rows are the
 * shifted images, one row for each (i, j, c), with dy. A batch is computed in runs of output rows.
 */
export function convFilterGradient(tf: Tfjs): Kernel {
  const multiply = fastMatMul(tf);
  return ({ backend, inputs, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const { strides, pad, dimRoundingMode, filterShape } = attrs as never as {
      strides: [number, number];
      pad: 'valid' | 'same' | number;
      dimRoundingMode?: 'floor';
      filterShape: Tensor4;
    };
    const info = tf.backend_util.computeConv2DInfo(
      x.shape as Tensor4,
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
    // With stride 1 a row of dy is widened by zeros to the padded image's width, so that each shift of the image is
    // one run of memory.
    const unit = strideHeight === 1 && strideWidth === 1;
    const paddedWidth = (outWidth - 1) * strideWidth + filterWidth;
    const paddedHeight = (outHeight - 1) * strideHeight + filterHeight;
    const pitch = paddedHeight * paddedWidth + filterWidth - 1;
    const rowLength = unit ? paddedWidth : outWidth;
    const taps = filterHeight * filterWidth * inChannels;
    const totalRows = batchSize * outHeight;
    const run = Math.min(totalRows, Math.max(1, Math.round(INNER / rowLength)));

    const result = backend.makeOutput(filterShape, 'float32');
    backend.typedArrayFromHeap(result).fill(0);
    const planes = new Float32Array(inChannels * pitch);
    let loaded = -1;
    for (let first = 0; first < totalRows; first += run) {
      const rows = Math.min(run, totalRows - first);
      const inner = rows * rowLength;
      const a = backend.makeOutput([taps, inner], 'float32');
      const b = backend.makeOutput([inner, outChannels], 'float32');
      const [av, bv] = [backend.typedArrayFromHeap(a), backend.typedArrayFromHeap(b)];
      const [xv, dyv] = [backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(dy)];
      for (let row = first; row < first + rows;) {
        const image = Math.floor(row / outHeight);
        const y = row % outHeight;
        const take = Math.min(outHeight - y, first + rows - row);
        const at = (row - first) * rowLength;
        if (image !== loaded) loadPlanes((loaded = image));
        for (let i = 0, m = 0; i < filterHeight; i++) {
          for (let j = 0; j < filterWidth; j++) {
            for (let c = 0; c < inChannels; c++, m++) {
              const from = c * pitch + (y * strideHeight + i) * paddedWidth + j;
              const to = m * inner + at;
              if (unit) av.set(planes.subarray(from, from + take * rowLength), to);
              else gather(planes, from, av, to, take);
            }
          }
        }
        for (let q = 0; q < take; q++) {
          const from = (row + q) * outWidth * outChannels;
          const to = (at + q * rowLength) * outChannels;
          bv.set(dyv.subarray(from, from + outWidth * outChannels), to);
          bv.fill(0, to + outWidth * outChannels, to + rowLength * outChannels);
        }
        row += take;
      }
      const part = multiply(backend, a, b);
      accumulate(backend, result, part);
      for (const { dataId } of [part, a, b]) backend.disposeData(dataId);

      /** One image as a padded plane for each channel. */
      function loadPlanes(image: number): void {
        const bottom = Math.min(inHeight, paddedHeight - padInfo.top);
        const right = Math.min(inWidth, paddedWidth - padInfo.left);
        for (let y = 0; y < bottom; y++) {
          for (let x = 0; x < right; x++) {
            const from = ((image * inHeight + y) * inWidth + x) * inChannels;
            const to = (y + padInfo.top) * paddedWidth + x + padInfo.left;
            for (let c = 0; c < inChannels; c++) planes[to + c * pitch] = xv[from + c]!;
          }
        }
      }
    }
    return result;

    /** Every strideHeight-th row, every strideWidth-th pixel of a plane. */
    function gather(plane: Float32Array, from: number, target: Float32Array, to: number, rows: number): void {
      for (let q = 0; q < rows; q++) {
        const start = from + q * strideHeight * paddedWidth;
        for (let k = 0; k < outWidth; k++) target[to + q * outWidth + k] = plane[start + k * strideWidth]!;
      }
    }
  };
}

function accumulate(backend: WasmBackend, total: TensorInfo, part: TensorInfo): void {
  const [sum, add] = [backend.typedArrayFromHeap(total), backend.typedArrayFromHeap(part)];
  for (let i = 0; i < sum.length; i++) sum[i]! += add[i]!;
}
