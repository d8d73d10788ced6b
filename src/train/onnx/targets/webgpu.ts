import {
  add,
  elementwise,
  matmul,
  scale,
  subtract,
  sum,
  transpose,
} from '../../../layers/shared/onnx/arithmetic.ts';
import type { Tensor } from '../../../onnx/graph.ts';
import type { Substitute } from '../../../onnx/dialect.ts';
import type { Target } from './target.ts';

/** The GPU through Vulkan, Metal or Direct3D 12. What it lacks was found with onnxruntime-node 1.30. */
export const webgpu: Target<'webgpu'> = {
  name: 'webgpu',
  gpu: 'the GPU that WebGPU offers',
  // In the other layout a convolution of 6 channels to 16 gives wrong values.
  options: { preferredLayout: 'NCHW' },
  // A GPU must run all of a graph: what it left to the CPU would cross over and back.
  session: { disable_cpu_ep_fallback: '1' },
  hidesBatch: false,
  budget: Infinity,
  // Each run would carry what it reads to the GPU and back.
  blocks: false,
  wide: false,
  substitutes: {
    'com.microsoft.FusedMatMul': (g, [a, b], _, { transA, transB, alpha }) => {
      const factor = typeof alpha === 'object' && 'float' in alpha ? alpha.float : 1;
      const side = (x: Tensor, turned: unknown) => (turned === 1 ? turn(g, [x]) : x);
      return scale(g, matmul(g, side(a!, transA), side(b!, transB)), factor);
    },
    Sum: (g, [first, ...others]) => others.reduce((total, other) => add(g, total, other), first!),
    LogSoftmax: (g, [x], _, { axis }) => {
      const highest = g.run(
        'ReduceMax',
        [x, g.constant([axis as number], 'int64', [1])],
        x!.shape.with(axis as number, 1),
      );
      const below = subtract(g, x!, highest);
      return subtract(
        g,
        below,
        elementwise(g, 'Log', sum(g, elementwise(g, 'Exp', below), [axis as number])),
      );
    },
  },
};

/** The last two axes exchanged. */
const turn = (g: Parameters<Substitute>[0], [x]: readonly [Tensor]): Tensor => {
  const rank = x.shape.length;
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return transpose(g, x, [...axes.slice(0, -2), rank - 1, rank - 2]);
};
