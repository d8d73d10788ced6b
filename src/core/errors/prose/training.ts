import { formatShape, type Shape } from '../../shape.ts';
import { entry, fixed } from './words.ts';

/** Engines, checkpoints and the training itself. */
export const training = {
  'several-inputs': entry((a: { names: readonly string[] }) => ({
    message: `a network with several inputs (${a.names.join(', ')}) cannot be trained here`,
    hint: 'the data sets have one image for each example; inspect, compare and fit take the network',
  })),
  'package-missing': entry((a: { what: string; packages: readonly string[]; megabytes?: number }) => ({
    message: `${a.what} needs ${a.packages.length === 1 ? 'a package' : 'packages'} that ${a.packages.length === 1 ? 'is' : 'are'} not installed`,
    hint:
      `npm install ${a.packages.join(' ')} beside vgg-inspect` +
      (a.megabytes === undefined ? '' : ` (about ${a.megabytes} MB on disk)`) +
      ', or name another folder with --engines-from',
  })),
  'package-broken': entry((a: { name: string; reason: string }) => ({
    message: `the package ${a.name} is installed but does not load: ${a.reason}`,
    hint: `npm install ${a.name} again`,
  })),
  'not-in-keras': entry((a: { kind: string; problem?: string }) => ({
    message: `TensorFlow.js cannot express ${a.kind}${a.problem === undefined ? '' : ` with ${a.problem}`}`,
    hint: 'the network can be inspected, but not trained on this engine',
  })),
  'no-tape': entry((a: { class: string }) => ({
    message: `what TensorFlow.js keeps of the Keras layer ${a.class} for its backward pass is not stated`,
    hint: 'state it beside the layer in src/layers, or train with another --engine',
  })),
  'not-in-onnx': entry((a: { kind: string; problem?: string }) => ({
    message: `${a.kind}${a.problem === undefined ? '' : ` with ${a.problem}`} cannot be written as ONNX operators`,
    hint: 'the network can be inspected, but not trained on this engine',
  })),
  'onnx-too-large': entry((a: { bytes: number }) => ({
    message: `an ONNX file holds weights of up to 2 GiB, not of ${a.bytes} bytes`,
    hint: 'thin the network with --ratio',
  })),
  'no-gradient': entry((a: { kind: string }) => ({
    message: `${a.kind} has no backward pass in ONNX`,
    hint: 'the network can be run on this engine, but not trained',
  })),
  'operator-missing': entry((a: { target: string; operator: string; type: string; node: string }) => ({
    message: `onnxruntime's ${a.target} provider has no ${a.operator} of ${a.type}, which ${a.node} needs`,
    hint: 'leave out --device to run it on the CPU',
  })),
  'engine-memory': entry((a: { reason: string }) => ({
    message: `the engine ran out of memory: ${a.reason}`,
    hint: 'set a smaller --micro-batch (the result stays the same), a smaller --resize, or thin the network with --ratio',
  })),
  'cannot-save': entry((a: { what: string; file: string; reason: string }) => ({
    message: `cannot write ${a.what} to ${a.file}: ${a.reason}`,
  })),
  'cannot-load': entry((a: { file: string; reason: string }) => ({
    message: `cannot read a network from ${a.file}: ${a.reason}`,
    hint: '--evaluate takes what --save wrote on the same engine: on onnx model.onnx, on the others a folder with model.json',
  })),
  'engine-broken': entry((a: { engine: string; reason: string }) => ({
    message: `the ${a.engine} engine cannot run: ${a.reason}`,
    hint: 'choose another with --engine; wasm runs everywhere',
  })),
  'engine-unavailable': entry((a: { reason: string }) => ({ message: a.reason })),
  'no-engine': fixed({
    message: 'no training engine is installed',
    hint: 'npm install --ignore-scripts onnxruntime-node@1.30.0 (about 290 MB on disk)',
  }),
  'tensorflow-incomplete': entry((a: { missing: 'library' | 'binding'; scriptRan: boolean }) => ({
    message: `@tensorflow/tfjs-node is installed without its ${a.missing === 'library' ? 'TensorFlow library' : 'native binding'}: its install script ${a.scriptRan ? 'did not finish' : 'did not run'}`,
    hint: a.scriptRan
      ? 'npm rebuild @tensorflow/tfjs-node where its download is in reach; docs/training.md tells how to do without'
      : 'allow its script (npm install-scripts approve @tensorflow/tfjs-node) and run npm rebuild @tensorflow/tfjs-node',
  })),
  'checkpoint-damaged': entry((a: { file: string; reason: string }) => ({
    message: `${a.file} cannot be used: ${a.reason}`,
    hint: 'start again without --resume',
  })),
  'checkpoint-differs': entry(
    (a: { file: string; name: string; saved: string | number | null; now: string | number }) => ({
      message: `${a.file} was saved with ${a.name} ${a.saved}; this run uses ${a.now}`,
      hint: 'use the same options, or start again without --resume',
    }),
  ),
  diverged: entry((a: { epoch: number; step: number; lr: number }) => ({
    message: `the loss is not a number in epoch ${a.epoch}, step ${a.step}`,
    hint: `a smaller --lr than ${a.lr} may help`,
  })),
  'no-class-scores': entry((a: { shape: Shape }) => ({
    message: `the network gives ${formatShape(a.shape)}, which are not class scores`,
    hint: 'training needs an output of one row of scores for each image: end it with flatten and linear',
  })),
};
