import { convFilterGradient } from './conv-filter-gradient.ts';
import { convInputGradient } from './conv-input-gradient.ts';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise-gradients.ts';
import { replaceKernel, type Tfjs } from './heap.ts';
import { sharingCast, sharingIdentity } from './identity.ts';
import { replaceMatMul } from './matmul.ts';
import { maxPoolGradient } from './maxpool-gradient.ts';
import { replaceSum } from './sum.ts';

const done = new WeakSet<object>();

/** Makes tfjs's wasm backend able to train: registers what it lacks or does slowly. Once for each tfjs. */
export function registerTrainingKernels(tf: Tfjs): void {
  if (done.has(tf)) return;
  done.add(tf);
  // The convolution gradients call the backend's own product, so they are made before it is replaced.
  replaceKernel(tf, 'Conv2DBackpropFilter', convFilterGradient(tf));
  replaceKernel(tf, 'Conv2DBackpropInput', convInputGradient(tf));
  replaceKernel(tf, 'MaxPoolGrad', maxPoolGradient(tf));
  replaceKernel(tf, 'DepthwiseConv2dNativeBackpropFilter', depthwiseFilterGradient(tf));
  replaceKernel(tf, 'DepthwiseConv2dNativeBackpropInput', depthwiseInputGradient(tf));
  replaceKernel(tf, 'Identity', sharingIdentity);
  replaceKernel(tf, 'Cast', sharingCast(tf));
  replaceMatMul(tf);
  replaceSum(tf);
}
