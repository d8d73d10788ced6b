import { VggError } from '../../core/errors/error.ts';
import type { Analysis } from '../../analysis/analysis.ts';
import { reportCompare } from '../../report/index.ts';
import { analyze } from '../../analysis/analyze.ts';
import { analyzeOptions, type ConventionOptions } from '../../analysis/options/analyze-options.ts';
import { loadNetwork } from '../io/load-network.ts';
import { checkAssertions, parseAssertions } from '../options/assertions.ts';
import { devicesNamed } from '../options/device.ts';
import type { Io } from '../io/io.ts';
import {
  addAssertOption,
  addConventionOption,
  addDeviceOptions,
  addInputOptions,
  addMemoryOptions,
  addNetworkOptions,
  addOutputOptions,
  addRowOptions,
  type AnalysisOptions,
  type AssertOptions,
  type DeviceOptions,
  type OutputOptions,
  type RowOptions,
} from '../options/options.ts';
import { reportOptions, writeData } from '../io/output.ts';
import { parse, parser } from '../options/parser.ts';
import { writeWarnings } from '../io/warnings.ts';

/** One that many have, where none is named. */
const DEFAULT_DEVICES = ['rtx4090'];

type Options = AnalysisOptions &
  RowOptions &
  OutputOptions &
  AssertOptions &
  ConventionOptions &
  DeviceOptions;

/** `vgg-inspect compare <a> <b> [...]`: networks side by side. The options hold for each of them. */
export async function compare(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('compare')
    .description('Networks side by side, with ratios against the first.')
    .argument('[arch...]', 'two or more built-in names, specs, or - for standard input');
  addNetworkOptions(command);
  addInputOptions(command);
  addMemoryOptions(command);
  addRowOptions(command);
  addDeviceOptions(command, 'devices whose time is compared');
  addConventionOption(command);
  addAssertOption(command);
  addOutputOptions(command);
  if (!(await parse(command, argv, io))) return 0;

  const names = command.args;
  if (names.length < 2) {
    const what = names.length === 0 ? 'the networks to compare' : `something to compare ${names[0]} with`;
    throw new VggError('missing-argument', { what, example: 'vgg-inspect compare alexnet vgg11' });
  }
  if (names.filter((name) => name === '-').length > 1) throw new VggError('stdin-twice', {});
  const options = command.opts<Options>();
  const assertions = parseAssertions(options);
  const { convention } = options;
  const counted =
    convention === undefined
      ? undefined
      : (await import('../../analysis/conventions/counting-by.ts')).countingBy(convention);
  const how = { ...reportOptions(options, io), only: options.only, depth: options.depth };
  const analyses: Analysis[] = [];
  const devices = await devicesNamed(options.device ?? DEFAULT_DEVICES, io);
  for (const name of names) {
    const graph = await loadNetwork(name, options, io);
    const analysis = analyze(graph, {
      ...analyzeOptions(graph, options),
      devices,
      ...(options.layout && { layout: options.layout }),
    });
    analyses.push(counted ? counted(analysis) : analysis);
  }
  const verdict = checkAssertions(assertions, analyses);
  await writeData(await reportCompare(analyses, how), options, io);
  await writeWarnings(analyses, io);
  return verdict.report(io);
}
