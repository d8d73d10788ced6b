import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel, Tensor4, Tfjs } from './heap.ts';

/**
 * Each output's gradient goes to the first largest value of its window, as in PyTorch, so that ties pass it on once.
 * The backend's own kernel searches the windows once for each input instead.
 */
export function maxPoolGradient(tf: Tfjs): Kernel {
  return ({ backend, inputs, attrs }) => {
    const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
    const { filterSize, strides, pad, dimRoundingMode } = attrs as never as {
      filterSize: [number, number];
      strides: [number, number];
      pad: 'valid' | 'same' | number;
      dimRoundingMode?: 'floor';
    };
    const info = tf.backend_util.computePool2DInfo(
      input.shape as Tensor4,
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth, padInfo } = info;
    const result = backend.makeOutput(input.shape, 'float32');
    const dx = backend.typedArrayFromHeap(result).fill(0);
    const [x, gradient] = [backend.typedArrayFromHeap(input), backend.typedArrayFromHeap(dy)];
    for (let n = 0, out = 0; n < batchSize; n++) {
      for (let oy = 0; oy < outHeight; oy++) {
        const top = oy * info.strideHeight - padInfo.top;
        const [y0, y1] = [Math.max(0, top), Math.min(inHeight, top + info.filterHeight)];
        for (let ox = 0; ox < outWidth; ox++) {
          const left = ox * info.strideWidth - padInfo.left;
          const [x0, x1] = [Math.max(0, left), Math.min(inWidth, left + info.filterWidth)];
          for (let c = 0; c < channels; c++, out++) {
            let best = ((n * inHeight + y0) * inWidth + x0) * channels + c;
            let largest = x[best]!;
            for (let y = y0; y < y1; y++) {
              let at = ((n * inHeight + y) * inWidth + x0) * channels + c;
              for (let column = x0; column < x1; column++, at += channels) {
                if (x[at]! > largest) {
                  largest = x[at]!;
                  best = at;
                }
              }
            }
            dx[best]! += gradient[out]!;
          }
        }
      }
    }
    return result;
  };
}
