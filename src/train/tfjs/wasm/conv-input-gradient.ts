import type { TensorInfo } from '@tensorflow/tfjs-core';
import { ownKernel, view, type Kernel, type Tensor4, type Tfjs, type WasmBackend } from './heap.ts';
import { fastMatMul, transpose } from './matmul.ts';

/**
 * The gradient of a convolution's input. With stride 1: dy convolved with the filter turned by half a circle, its
 * channels swapped. With a larger stride: dy times the filter as a matrix, its columns added where they came from.
 */
export function convInputGradient(tf: Tfjs): Kernel {
  const convolve = ownKernel(tf, 'Conv2D');
  const multiply = fastMatMul(tf);
  return ({ backend, inputs, attrs }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    const { strides, pad, dimRoundingMode, inputShape } = attrs as never as {
      strides: [number, number];
      pad: 'valid' | 'same' | number;
      dimRoundingMode?: 'floor';
      inputShape: Tensor4;
    };
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      filter.shape as Tensor4,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info;
    const { top, left, bottom, right } = padInfo;
    // The turned convolution needs as much padding as the filter reaches beyond the first one's; less than none it
    // cannot have, and then the general way is taken.
    const turnedPad = [
      [0, 0],
      [filterHeight - 1 - top, filterHeight - 1 - bottom],
      [filterWidth - 1 - left, filterWidth - 1 - right],
      [0, 0],
    ];
    if (strideHeight === 1 && strideWidth === 1 && turnedPad.flat().every((n) => n >= 0)) {
      const turned = turn(backend, filter);
      const result = convolve({
        backend,
        inputs: { x: dy, filter: turned },
        attrs: { strides: [1, 1], pad: turnedPad, dataFormat: 'NHWC', dilations: [1, 1] } as never,
      });
      backend.disposeData(turned.dataId);
      return result;
    }

    const taps = filterHeight * filterWidth * inChannels;
    const result = backend.makeOutput(inputShape, 'float32');
    backend.typedArrayFromHeap(result).fill(0);
    const flipped = transpose(backend, view(filter, [taps, outChannels]));
    const pixels = outHeight * outWidth;
    for (let n = 0; n < batchSize; n++) {
      const image = backend.makeOutput([pixels, outChannels], 'float32');
      const from = n * pixels * outChannels;
      backend
        .typedArrayFromHeap(image)
        .set(backend.typedArrayFromHeap(dy).subarray(from, from + pixels * outChannels));
      const columns = multiply(backend, image, flipped);
      const [values, dx] = [backend.typedArrayFromHeap(columns), backend.typedArrayFromHeap(result)];
      for (let pixel = 0, at = 0; pixel < pixels; pixel++) {
        const y = Math.floor(pixel / outWidth) * strideHeight - top;
        const x = (pixel % outWidth) * strideWidth - left;
        for (let i = 0; i < filterHeight; i++) {
          for (let j = 0; j < filterWidth; j++, at += inChannels) {
            if (y + i < 0 || y + i >= inHeight || x + j < 0 || x + j >= inWidth) continue;
            const to = ((n * inHeight + y + i) * inWidth + x + j) * inChannels;
            for (let c = 0; c < inChannels; c++) dx[to + c]! += values[at + c]!;
          }
        }
      }
      for (const { dataId } of [image, columns]) backend.disposeData(dataId);
    }
    backend.disposeData(flipped.dataId);
    return result;
  };
}

/** w[i, j, c, o] as w[−i, −j, o, c]. */
function turn(backend: WasmBackend, filter: TensorInfo): TensorInfo {
  const [height, width, inChannels, outChannels] = filter.shape as Tensor4;
  const result = backend.makeOutput([height, width, outChannels, inChannels], 'float32');
  const [from, to] = [backend.typedArrayFromHeap(filter), backend.typedArrayFromHeap(result)];
  const size = inChannels * outChannels;
  for (let tap = 0; tap < height * width; tap++) {
    const target = (height * width - 1 - tap) * size;
    for (let c = 0, at = tap * size; c < inChannels; c++) {
      for (let o = 0; o < outChannels; o++, at++) to[target + o * inChannels + c] = from[at]!;
    }
  }
  return result;
}
