import { VggError } from '../../core/errors/error.ts';
import type { Analysis } from '../../analysis/analysis.ts';
import { reportCompare } from '../../report/index.ts';
import { formatNamed } from '../../report/formats/registry.ts';
import { analyze } from '../../analysis/analyze.ts';
import { analyzeOptions, type ConventionOptions } from '../../analysis/options/analyze-options.ts';
import { loadNetwork } from '../io/load-network.ts';
import { checkAssertions, parseAssertions } from '../options/assertions.ts';
import { devicesNamed } from '../options/device.ts';
import type { Io } from '../io/io.ts';
import { choice, words } from '../../core/options/values.ts';
import type { ComparisonOptions } from '../../report/subjects/compare.ts';
import { columnNames } from '../../report/subjects/compare/choose.ts';
import { unitNames } from '../../report/subjects/compare/units.ts';
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
import { refuseWithoutEffect } from '../options/effect.ts';
import { option } from '../options/option.ts';
import { addExamples, parse, parser } from '../options/parser.ts';
import { writeWarnings } from '../io/warnings.ts';

type Options = AnalysisOptions &
  RowOptions &
  OutputOptions &
  AssertOptions &
  ConventionOptions &
  Pick<ComparisonOptions, 'rows' | 'columns' | 'units'> &
  DeviceOptions;

const ROWS = ['quantities', 'networks'] as const;

/** `vgg-inspect compare <a> <b> [...]`: networks side by side. The options hold for each of them. */
export async function compare(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('compare')
    .description('Networks side by side, with ratios against the first.')
    .argument('[arch...]', 'two or more built-in names, specs, or - for standard input');
  addNetworkOptions(command);
  addInputOptions(command);
  addMemoryOptions(command);
  addRowOptions(command);
  command
    .addOption(
      option('--rows <what>', 'quantities, or networks: one line for each', choice('--rows', ROWS), ROWS),
    )
    .addOption(option('--columns <names>', columnNames.join(', '), words('--columns'), columnNames))
    .addOption(
      option('--units <names>', `units of the numbers: ${unitNames.join(', ')}`, unitsNamed, unitNames),
    );
  addDeviceOptions(command, 'also compare the time on these devices; or all');
  addConventionOption(command);
  addAssertOption(command);
  addOutputOptions(command);
  addExamples(command, [
    'vgg-inspect compare alexnet vgg11',
    'vgg-inspect compare --rows networks --units M,MiB resnet50 vgg16 mobilenet_v2',
    'vgg-inspect compare alexnet vgg11 --batch 128 --device rtx4060,rtx4090',
  ]);
  if (!(await parse(command, argv, io))) return 0;

  const names = command.args;
  if (names.length < 2) {
    throw new VggError('compare-needs-two', { given: names });
  }
  if (names.filter((name) => name === '-').length > 1) throw new VggError('stdin-twice', {});
  const options = command.opts<Options>();
  const assertions = parseAssertions(options);
  const { convention } = options;
  const counted =
    convention === undefined
      ? undefined
      : (await import('../../analysis/conventions/counting-by.ts')).countingBy(convention);
  const { only, depth, rows, columns, units } = options;
  const output = reportOptions(options, io);
  const asData = formatNamed(output.format).reads === 'data';
  refuseWithoutEffect(command, [
    {
      options: ['only'],
      when: convention === 'all' || (convention === undefined && !asData),
      on: 'the comparison',
      readers: '--convention NAME and JSON',
    },
    {
      options: ['depth'],
      when: convention === undefined || convention === 'all' || asData,
      on: 'the comparison',
      readers: '--convention NAME',
    },
    {
      options: ['rows', 'columns', 'units', 'device'],
      when: convention !== undefined,
      on: `--convention ${convention}`,
      readers: 'comparisons without it',
    },
    {
      options: ['rows', 'columns', 'units'],
      when: asData,
      on: `--format ${output.format}`,
      readers: 'tables',
    },
  ]);
  const how = { ...output, only, depth, rows, columns, units };
  const analyses: Analysis[] = [];
  const devices = await devicesNamed(options.device ?? [], io);
  for (const name of names) {
    const graph = await loadNetwork(name, options, io);
    const analysis = analyze(graph, {
      ...analyzeOptions(graph, options),
      ...(devices.length > 0 && { devices }),
      ...(options.layout && { layout: options.layout }),
    });
    analyses.push(counted ? counted(analysis) : analysis);
  }
  const verdict = checkAssertions(assertions, analyses);
  await writeData(await reportCompare(analyses, how), options, io);
  await writeWarnings(analyses, io);
  return verdict.report(io);
}

/** `M,MiB`. */
function unitsNamed(text: string, before: unknown): string[] {
  const one = choice('--units', unitNames);
  return words('--units')(text, before).map((unit) => one(unit));
}
