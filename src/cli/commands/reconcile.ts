import { formatNamed } from '../../report/formats/registry.ts';
import { reconcilable, reconcile as explain, type Reconcilable } from '../../analysis/reconcile/reconcile.ts';
import { VggError } from '../../core/errors/error.ts';
import { spaceOf, type Load } from '../../analysis/reconcile/variants.ts';
import { reconcileReport } from '../../report/subjects/reconcile.ts';
import { writeReport } from '../../report/write.ts';
import { loadSource, sourceOf } from '../io/load-network.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io/io.ts';
import { trainingMemoryOptions } from '../../analysis/options/memory-options.ts';
import { choice, count } from '../../core/options/values.ts';
import {
  addInputOptions,
  addLiteralOptions,
  addMemoryOptions,
  addNetworkOptions,
  addOutputOptions,
  type AnalysisOptions,
  type OutputOptions,
} from '../options/options.ts';
import { reportOptions, writeData } from '../io/output.ts';
import { refuseWithoutEffect } from '../options/effect.ts';
import { option } from '../options/option.ts';
import { addExamples, parse, parser } from '../options/parser.ts';

interface OwnOptions {
  readonly what?: Reconcilable;
  readonly batch?: readonly number[];
  readonly limit?: number;
  readonly lines?: number;
}
type Options = Omit<AnalysisOptions, 'batch'> & OutputOptions & OwnOptions;

/** `vgg-inspect reconcile <arch> <number>`: which way of counting gives this number? Exit 1 when none does. */
export async function reconcile(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('reconcile')
    .description('Which way of counting gives this number?')
    .argument('[arch]', 'a built-in name, a spec, or - for standard input')
    .argument('[number]', 'as it was printed: 111980544, 138M, 15.47G, 527.8MiB');
  command.addOption(
    option('--what <quantity>', reconcilable.join(', '), choice('--what', reconcilable), reconcilable),
  );
  addLiteralOptions(command);
  addNetworkOptions(command);
  addInputOptions(command, {
    batch: { value: '<n>', about: 'batch sizes to try, such as 1,32,128', read: () => batches },
  });
  addMemoryOptions(command);
  command.option('--limit <n>', 'list n explanations; the simplest ones when left out', count('--limit'));
  command.option(
    '--lines <n>',
    'write out the sum of the n-th explanation, layer by layer',
    count('--lines'),
  );
  addOutputOptions(command);
  addExamples(command, [
    'vgg-inspect reconcile vgg11 111980544',
    'vgg-inspect reconcile torchvision/vgg16 15.61G --what macs',
    'vgg-inspect reconcile torchvision/vgg16 527.8MiB --what memory',
  ]);
  if (!(await parse(command, argv, io))) return exitCodes.fine;

  const options = command.opts<Options>();
  const literal = options.convArch !== undefined || options.cfg !== undefined;
  const [arch, number] = literal && command.args.length === 1 ? [undefined, command.args[0]] : command.args;
  if (number === undefined) {
    const what = arch === undefined ? 'the architecture and a number' : `a number of ${arch}`;
    throw new VggError('missing-argument', { what, example: 'vgg-inspect reconcile vgg11 111980544' });
  }
  const how = reportOptions(options, io);
  const { what = 'params', limit, lines } = options;
  refuseWithoutEffect(command, [
    { options: ['batch'], when: what === 'params', on: '--what params', readers: 'macs, flops and memory' },
    {
      options: ['dtype', ...Object.keys(trainingMemoryOptions)],
      when: what !== 'memory',
      on: `--what ${what}`,
      readers: '--what memory',
    },
    {
      options: ['limit', 'lines'],
      when: formatNamed(how.format).reads === 'data',
      on: `--format ${how.format}`,
      readers: 'tables',
    },
  ]);
  const source = await sourceOf(arch, options, io);
  const load: Load = (chosen) => loadSource(source, { ...options, ...chosen });
  const result = explain(load({}).name, number, spaceOf(what, load, options));
  const report = reconcileReport(result, { limit, lines });
  await writeData(await writeReport(report, how.format, how), options, io);
  return result.explanations.length > 0 ? exitCodes.fine : exitCodes.assertionFailed;
}

/** `1,32,128` */
function batches(text: string): number[] {
  const one = count('--batch', 'batch sizes separated by commas, each ');
  return text.split(',').map((part) => one(part.trim()));
}
