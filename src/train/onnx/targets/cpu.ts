import { whole } from '../../../onnx/dialect.ts';
import type { Target } from './target.ts';

/**
 * Native code on all cores. onnxruntime takes up to twice the memory of the tensors that live at once: it grows by
 * doubling and leaves gaps. Large batches are therefore computed in parts, which cost little time.
 */
export const cpu: Target<'cpu'> = {
  name: 'cpu',
  options: {},
  givesBack: { memory: { enable_memory_arena_shrinkage: 'cpu:0' } },
  hidesBatch: true,
  budget: 512 * 2 ** 20,
  blocks: true,
  ...whole,
};
