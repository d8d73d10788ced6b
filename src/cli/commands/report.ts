import type { Analysis } from '../../analysis/analysis.ts';
import { analyze } from '../../analysis/analyze.ts';
import type { Device } from '../../analysis/devices/device.ts';
import { fit as fitNetwork, type Fit } from '../../analysis/fit/fit.ts';
import { refusalOf, type MemoryOptions } from '../../analysis/memory/analyze-memory.ts';
import { analyzeOptions } from '../../analysis/options/analyze-options.ts';
import { VggError } from '../../core/errors/error.ts';

import { count, words } from '../../core/options/values.ts';
import type { Graph } from '../../graph/graph.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io/io.ts';
import { loadNetwork } from '../io/load-network.ts';
import { writeData } from '../io/output.ts';
import { writeWarnings } from '../io/warnings.ts';
import { devicesNamed } from '../options/device.ts';
import { option } from '../options/option.ts';
import {
  addInputOptions,
  addMemoryOptions,
  addNetworkOptions,
  type AnalysisOptions,
} from '../options/options.ts';
import { addExamples, parse, parser } from '../options/parser.ts';

type Options = AnalysisOptions & {
  readonly device?: readonly string[];
  readonly depth?: number;
  readonly output?: string;
};

const DEFAULT_DEVICES = ['rtx4060', 'rtx4090', 'a100-80', 'h100'];

/** Batch sizes against which memory and time are drawn. */
const BATCHES = [1, 1024] as const;

/** Of the book's training: Fashion-MNIST once. */
const EXAMPLES = 60_000;

/** `vgg-inspect report <arch...> -o report.html`: a page with pictures that needs nothing else. */
export async function report(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('report')
    .description(
      'A page of its own: networks drawn, layers as bars, memory over a step and against the batch.',
    )
    .argument('[arch...]', 'built-in names, specs, or - for standard input')
    .addOption(
      option('--device <names>', 'devices by name, file or amount, such as rtx4090,12GiB', words('--device')),
    )
    .addOption(option('--depth <n>', 'fold blocks below this level in pictures', count('--depth')));
  addNetworkOptions(command);
  addInputOptions(command);
  addMemoryOptions(command);
  command.addOption(option('-o, --output <file>', 'write to a file, such as report.html'));
  addExamples(command, [
    'vgg-inspect report vgg11 -o report.html',
    'vgg-inspect report vgg11 torchvision/resnet50 --optimizer adam -o report.html',
    'vgg-inspect report model.onnx --device rtx4090,16GiB -o report.html',
  ]);
  if (!(await parse(command, argv, io))) return exitCodes.fine;
  const names = command.args;
  if (names.length === 0) {
    const example = 'vgg-inspect report vgg11 -o report.html';
    throw new VggError('missing-argument', { what: 'the network to report on', example });
  }
  if (names.filter((name) => name === '-').length > 1) throw new VggError('stdin-twice', {});
  const options = command.opts<Options>();
  const devices = await devicesNamed(options.device ?? DEFAULT_DEVICES, io);
  const entries: { analysis: Analysis; fit: Fit | undefined }[] = [];
  for (const name of names) {
    const graph = await loadNetwork(name, options, io);
    entries.push(entryOf(graph, options, devices));
  }
  const { reportPage } = await import('../../report/page/page.ts');
  await writeData(await reportPage(entries, { depth: options.depth }), options, io);
  await writeWarnings(
    entries.map(({ analysis }) => analysis),
    io,
  );
  return exitCodes.fine;
}

function entryOf(graph: Graph, options: Options, devices: readonly Device[]) {
  const wanted = analyzeOptions(graph, options);
  const analysis = analyze(graph, { ...wanted, memory: { ...wanted.memory, timeline: 'byCategory' } });
  return { analysis, fit: fitOf(graph, analysis, wanted.memory ?? {}, devices) };
}

/** Undefined where PyTorch refuses to train the network, or where a batch cannot be chosen. */
function fitOf(
  graph: Graph,
  { input, inputs }: Analysis,
  memory: MemoryOptions,
  devices: readonly Device[],
): Fit | undefined {
  if (memory.parallel) return undefined;
  const [image, ...others] = inputs.map(({ shape }) => shape.slice(1));
  try {
    return fitNetwork(graph, {
      devices,
      image: image!,
      others,
      batch: BATCHES,
      dtype: input.dtype,
      memory,
      examples: EXAMPLES,
    });
  } catch (error) {
    if (refusalOf(error)) return undefined;
    throw error;
  }
}
