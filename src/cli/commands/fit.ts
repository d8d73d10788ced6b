import { formatNamed } from '../../report/formats/registry.ts';
import { fit as fitNetwork } from '../../analysis/fit/fit.ts';
import { inputShapes, type InputOptions } from '../../analysis/options/input-options.ts';
import type { Shape } from '../../core/shape.ts';
import type { Graph } from '../../graph/graph.ts';
import { VggError } from '../../core/errors/error.ts';
import { reportFit } from '../../report/index.ts';
import { loadNetwork } from '../io/load-network.ts';
import { devicesNamed } from '../options/device.ts';
import type { Io } from '../io/io.ts';
import { memoryOptions } from '../../analysis/options/memory-options.ts';
import {
  addDeviceOptions,
  addInputOptions,
  addLiteralOptions,
  addMemoryOptions,
  addNetworkOptions,
  addOutputOptions,
  addPlotOption,
  type AnalysisOptions,
  type DeviceOptions,
  type OutputOptions,
  type PlotOptions,
} from '../options/options.ts';
import { batchSizes, count, type BatchSizes } from '../../core/options/values.ts';
import { plotted, reportOptions, writeData } from '../io/output.ts';
import { refuseWithoutEffect } from '../options/effect.ts';
import { addExamples, parse, parser } from '../options/parser.ts';

interface FitOptions extends DeviceOptions {
  readonly examples?: number;
  readonly epochs?: number;
}

type Options = Omit<AnalysisOptions, 'batch'> &
  OutputOptions &
  PlotOptions &
  FitOptions & { readonly batch?: BatchSizes };

const DEFAULT_SIZES: BatchSizes = { range: [1, 1024] };
/** Fashion-MNIST's. */
const EXAMPLES = 60_000;
const DEFAULT_DEVICES = ['rtx4060', 'rtx4090', 'a100-80', 'h100'];

/** `vgg-inspect fit <arch> --device rtx4060,rtx4090`: largest batches, and time and memory against batch size. */
export async function fit(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('fit')
    .description('The largest batch for each device, and what memory and time grow to with it.')
    .argument(
      '[arch]',
      'a built-in name, a spec (.yaml, .yml, .json), an .onnx file, or - for standard input',
    )
    .option('--examples <n>', 'images in an epoch (60000)', count('--examples'))
    .option('--epochs <n>', 'epochs of the training whose time is told (1)', count('--epochs'));
  addDeviceOptions(command, 'devices by name, file or memory, such as rtx4090,12GiB; or all');
  addLiteralOptions(command);
  addNetworkOptions(command);
  addInputOptions(command, {
    batch: { value: '<n>', about: 'batch sizes: 1..1024, or a list such as 8,16,32', read: () => batchSizes },
  });
  addMemoryOptions(command);
  addPlotOption(command);
  addOutputOptions(command);
  addExamples(command, [
    'vgg-inspect fit vgg11 --ratio 4 --epochs 10 --device rtx4060,rtx4090',
    'vgg-inspect fit resnet50 --device 8GiB --optimizer adam --dtype amp',
    'vgg-inspect fit resnet50 --batch 16,32,64 --device all',
  ]);
  if (!(await parse(command, argv, io))) return 0;

  const options = command.opts<Options>();
  const how = { ...reportOptions(options, io), plot: plotted(options, io) };
  const memory = memoryOptions(options);
  if (memory.parallel) {
    throw new VggError('options-contradict', { first: '--parallel', second: 'fit, which fits one device' });
  }
  const devices = await devicesNamed(options.device ?? DEFAULT_DEVICES, io);
  const { examples = EXAMPLES, epochs = 1 } = options;
  const { range, sizes } = options.batch ?? DEFAULT_SIZES;
  const timeless = { options: ['examples', 'epochs'], readers: 'the time of an epoch' };
  refuseWithoutEffect(command, [
    { ...timeless, when: formatNamed(how.format).reads === 'records', on: `--format ${how.format}` },
    { ...timeless, when: !devices.some(({ speed }) => speed), on: 'devices whose speed is not known' },
  ]);
  const graph = await loadNetwork(command.args[0], options, io);
  const result = fitNetwork(graph, {
    devices,
    ...examplesOf(graph, options.input),
    batch: range,
    ...(sizes && { sizes }),
    dtype: options.dtype ?? 'float32',
    memory,
    examples,
    epochs,
    ...(options.layout && { layout: options.layout }),
  });
  await writeData(await reportFit(result, how), options, io);
  return 0;
}

/** Throws `options-contradict` where `--input` brings a batch of its own, which `--batch` is for here. */
function examplesOf(graph: Graph, input: InputOptions['input']): { image: Shape; others: readonly Shape[] } {
  const [[batch, ...image], ...others] = inputShapes(graph, input ? { input } : {});
  if (batch !== (graph.batch ?? 1)) {
    throw new VggError('options-contradict', {
      first: `--input with a batch of ${batch}`,
      second: 'fit, which tries the batch sizes of --batch',
    });
  }
  return { image, others: others.map((shape) => shape.slice(1)) };
}
