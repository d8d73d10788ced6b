import { VggError } from '../../core/errors/error.ts';
import { reportInspect } from '../../report/index.ts';
import { formatNamed } from '../../report/formats/registry.ts';
import { analyze } from '../../analysis/analyze.ts';
import { analyzeOptions, type ConventionOptions } from '../../analysis/options/analyze-options.ts';
import { weightReader } from '../../arch/weights.ts';
import { loadNetwork } from '../io/load-network.ts';
import { checkAssertions, parseAssertions } from '../options/assertions.ts';
import type { Commands } from './registry.ts';
import type { Io } from '../io/io.ts';
import {
  addAssertOption,
  addConventionOption,
  addDeviceOptions,
  addInputOptions,
  addLiteralOptions,
  addMemoryOptions,
  addNetworkOptions,
  addOutputOptions,
  addPlotOption,
  addRowOptions,
  type AnalysisOptions,
  type AssertOptions,
  type DeviceOptions,
  type OutputOptions,
  type PlotOptions,
  type RowOptions,
} from '../options/options.ts';
import { devicesNamed } from '../options/device.ts';
import { plotted, reportOptions, writeData } from '../io/output.ts';
import { refuseWithoutEffect } from '../options/effect.ts';
import { addExamples, parse, parser } from '../options/parser.ts';
import { writeWarnings } from '../io/warnings.ts';

type Options = AnalysisOptions &
  RowOptions &
  OutputOptions &
  AssertOptions &
  ConventionOptions &
  DeviceOptions &
  PlotOptions & { readonly memory?: true; readonly match?: string };

/** `vgg-inspect <arch>`: one network, layer by layer. */
export async function inspect(argv: readonly string[], io: Io, commands: Commands): Promise<number> {
  const command = parser('[inspect]')
    .description('What a convolutional network is before you run it.')
    .argument(
      '[arch]',
      'a built-in name, a spec (.yaml, .yml, .json), PyTorch source (.py), an .onnx file, weights (.safetensors, .pth), or - for standard input',
    );
  addLiteralOptions(command);
  addNetworkOptions(command);
  addInputOptions(command);
  addMemoryOptions(command);
  addDeviceOptions(command, 'devices whose time is told, such as rtx4090,t4');
  addRowOptions(command);
  command.option('--memory', 'memory in detail: the peak, what makes it up, what each layer keeps');
  addPlotOption(command);
  command.option(
    '--match <arch>',
    'compare a file of weights (.safetensors, .pth) with a network, name by name',
  );
  addConventionOption(command);
  addAssertOption(command);
  addOutputOptions(command);
  // For the help alone: with it the command is another one.
  command.option('--train', 'train the network; vgg-inspect train --help has the options');
  addExamples(command, [
    'vgg-inspect vgg11 --input 1x1x224x224',
    'vgg-inspect resnet50 --batch 32 --optimizer adam --memory',
    'vgg-inspect "model.py:Net(num_classes=10)" --input 224',
  ]);
  command.addHelpText('after', () => otherCommands(commands));
  if (!(await parse(command, argv, io, commands.keys()))) return 0;

  const [arch] = command.args;
  const weights = arch === undefined ? undefined : weightReader(arch);
  if (weights) return (await import('./inspect/weights.ts')).inspectWeights(arch!, weights, command, io);
  const options = command.opts<Options>();
  if (options.match !== undefined)
    throw new VggError('option-not-read', {
      option: '--match',
      by: arch ?? 'a network',
      readers: 'files of weights (.safetensors, .pth)',
    });
  const assertions = parseAssertions(options);
  const { only, depth, convention, memory = false } = options;
  const plot = plotted(options, io);
  if (memory && convention !== undefined)
    throw new VggError('options-contradict', { first: '--memory', second: '--convention' });
  const output = reportOptions(options, io);
  const shown = `--format ${output.format}`;
  const { reads, medium } = formatNamed(output.format);
  const tables = 'the table and JSON';
  refuseWithoutEffect(command, [
    { options: ['memory'], when: reads !== 'data' && medium !== 'terminal', on: shown, readers: tables },
    {
      options: ['only', 'depth'],
      when: convention === 'all' && reads !== 'data',
      on: '--convention all',
      readers: 'lists of layers',
    },
  ]);
  const counted =
    convention === undefined
      ? undefined
      : (await import('../../analysis/conventions/counting-by.ts')).countingBy(convention);
  const how = { ...output, only, depth, memory, plot };
  const graph = await loadNetwork(arch, options, io);
  const wanted = analyzeOptions(graph, options);
  const devices = options.device && (await devicesNamed(options.device, io));
  const network = analyze(graph, {
    ...wanted,
    memory: { ...wanted.memory, timeline: memory || plot },
    ...(devices && { devices }),
    ...(options.layout && { layout: options.layout }),
  });
  const analysis = counted ? counted(network) : network;
  const verdict = checkAssertions(assertions, [analysis]);
  await writeData(await reportInspect(analysis, how), options, io);
  await writeWarnings([analysis], io);
  return verdict.report(io);
}

function otherCommands(commands: Commands): string {
  const lines = [...commands].map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`);
  return `\nCommands:\n${lines.join('\n')}\n\nvgg-inspect <command> --help tells more.`;
}
