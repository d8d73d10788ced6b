import { imagesShape } from '../analysis/options/input-options.ts';
import type { OptionsFor } from '../core/options/option.ts';
import {
  batchOfImages,
  choice,
  count,
  decimal,
  inputSize,
  share,
  text,
  whole,
  type InputSize,
} from '../core/options/values.ts';
import { resolve } from '../graph/resolve.ts';
import { encodeModel } from '../onnx/encode.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { optimizerNames } from '../optimizers/registry.ts';
import { writeInitialState } from '../train/onnx/initial-state.ts';
import { writeStep } from '../train/onnx/step.ts';
import { targetNames, targetOf, type TargetName } from '../train/onnx/targets/registry.ts';
import { optimizerSettings, type OptimizerOptions } from '../train/optimizer-settings.ts';
import { bookRecipe } from '../train/recipe.ts';
import { initialWeights } from '../train/weights.ts';
import type { ExportedFile, ExportFormat } from './format.ts';

interface Options extends OptimizerOptions {
  readonly input?: InputSize;
  readonly batch?: number;
  readonly device?: TargetName;
  readonly init?: string;
  readonly seed?: number;
}

const options: OptionsFor<Options> = {
  input: { value: '<size>', about: 'NxCxHxW, or CxHxW', read: () => inputSize },
  batch: { value: '<n>', about: 'examples for each step (128)', read: count },
  optimizer: {
    value: '<name>',
    about: optimizerNames.join(', '),
    read: (option) => choice(option, optimizerNames),
  },
  lr: { value: '<x>', about: 'fixes the learning rate; otherwise an input', read: decimal },
  momentum: { value: '<x>', about: 'SGD with momentum', read: share },
  weightDecay: { value: '<x>', about: 'weight decay of the optimizer', read: decimal },
  device: {
    value: '<name>',
    about: `what is to run it: ${targetNames.join(', ')}`,
    read: (option) => choice(option, targetNames),
  },
  init: { value: '<file>', about: 'write a graph there that gives the initial state', read: text },
  seed: { value: '<n>', about: 'decides the initial weights (0)', read: whole },
};

/** One training step as a graph for any onnxruntime; docs/onnx-training.md describes what it takes and gives. */
export const onnxTraining: ExportFormat<Options> = {
  name: 'onnx-training',
  options,
  write(
    graph,
    { input, batch = (input && batchOfImages(input)) ?? bookRecipe.batch, device, init, seed, ...given },
  ) {
    const optimizer = optimizerSettings(given);
    const network = resolve(graph, imagesShape(graph, batch, input));
    const { model } = writeStep(network, {
      optimizer,
      target: targetOf(device),
      fixedRate: given.lr !== undefined,
    });
    const step = fileOf(`${graph.name.split('/').at(-1)}-training.onnx`, model);
    if (init === undefined) return [step];
    const weights = initialWeights(network, seed ?? bookRecipe.seed);
    return [step, { ...fileOf(init, writeInitialState(network, optimizer, weights)), option: '--init' }];
  },
};

function fileOf(name: string, model: OnnxModel): ExportedFile {
  const { about, inputs, outputs } = model;
  const counts = `${inputs.length} inputs, ${outputs.length} outputs`;
  return { name, bytes: encodeModel(model), about: `${about}; ${counts}` };
}
