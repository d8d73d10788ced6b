import { VggError } from '../../../core/errors/error.ts';
import { resolve } from '../../../graph/resolve.ts';
import { encodeModel } from '../../../onnx/encode.ts';
import { writeInitialState } from '../../../train/onnx/initial-state.ts';
import type { OnnxModel } from '../../../onnx/model.ts';
import { writeStep } from '../../../train/onnx/step.ts';
import { targetOf } from '../../../train/onnx/targets/registry.ts';
import { initialWeights } from '../../../train/weights.ts';
import { inputShape } from '../../../analysis/options/input-options.ts';
import { loadNetwork } from '../../io/load-network.ts';
import type { Io } from '../../io/io.ts';
import { printable } from '../../io/printable.ts';
import { recipeOf } from '../train/recipe.ts';
import { writeFile } from '../../io/write-file.ts';
import type { ExportOptions } from './options.ts';

/** One training step as a graph for any onnxruntime; docs/onnx-training.md describes what it takes and gives. */
export async function writeOnnxTraining(
  arch: string | undefined,
  options: ExportOptions,
  io: Io,
): Promise<void> {
  const { batch, optimizer, seed } = recipeOf(options);
  const graph = await loadNetwork(arch, options, io);
  const { input } = options;
  const network = resolve(
    graph,
    inputShape(graph, { batch, ...(input && { input: { ...input, batch: undefined } }) }),
  );
  const target = targetOf(options.device);
  const { model } = writeStep(network, { optimizer, target, fixedRate: options.lr !== undefined });
  const file = options.output ?? `${graph.name.split('/').at(-1)}-training.onnx`;
  if (options.init !== undefined && options.init === file) {
    throw new VggError('options-contradict', { first: `--init ${file}`, second: `-o ${file}` });
  }
  await writeFile(file, encodeModel(model), io.cwd, { orDevice: true });
  await tell(file, model, io);
  if (options.init === undefined) return;
  const initial = writeInitialState(network, optimizer, initialWeights(network, seed));
  await writeFile(options.init, encodeModel(initial), io.cwd, { orDevice: true });
  await tell(options.init, initial, io);
}

function tell(file: string, { about, inputs, outputs }: OnnxModel, io: Io): Promise<void> {
  const counts = `${inputs.length} inputs, ${outputs.length} outputs`;
  return io.stderr.write(`${printable(`wrote ${file}: ${about}; ${counts}`)}\n`);
}
