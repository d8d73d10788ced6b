import { resolve } from '../../graph/resolve.ts';
import { analyze } from '../../analysis/analyze.ts';
import type { Dtype } from '../../core/dtype.ts';
import { countLayers } from '../../analysis/counts/count-layers.ts';
import { optimizerNames } from '../../optimizers/registry.ts';
import { MANY_LAYERS } from '../../analysis/reconcile/candidate.ts';
import type { NetworkVariant } from '../../analysis/reconcile/counts.ts';
import type { MemoryVariant } from '../../analysis/reconcile/memory.ts';
import { reconcilable, reconcile as explain, type Reconcilable } from '../../analysis/reconcile/reconcile.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Shape } from '../../core/shape.ts';
import { reconcileReport } from '../../report/subjects/reconcile.ts';
import { writeReport } from '../../report/write.ts';
import { loadSource, sourceOf } from '../io/load-network.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io/io.ts';
import { inputShapes } from '../../analysis/options/input-options.ts';
import { memoryOptions, trainingMemoryOptions } from '../../analysis/options/memory-options.ts';
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
    { options: ['limit', 'lines'], when: how.format === 'json', on: '--format json', readers: 'tables' },
  ]);
  const source = await sourceOf(arch, options, io);
  const load: Load = (chosen) => loadSource(source, { ...options, ...chosen });
  const { name } = load({});
  const space =
    what === 'memory'
      ? { what, variants: memoryVariants(load, options) }
      : { what, variants: networkVariants(load, options) };
  const result = explain(name, number, space);
  const report = reconcileReport(result, { limit, lines });
  await writeData(await writeReport(report, how.format, how), options, io);
  return result.explanations.length > 0 ? exitCodes.fine : exitCodes.assertionFailed;
}

/** `1,32,128` */
function batches(text: string): number[] {
  const one = count('--batch', 'batch sizes separated by commas, each ');
  return text.split(',').map((part) => one(part.trim()));
}

/** Builds the network as often as it is wanted. */
type Load = (options: { readonly classes?: number }) => Graph;

const CHANNELS = [1, 3];
const CLASSES = [10, 100, 1000];

/** The network as given first, then with other input channels and classes, each with every batch. */
function networkVariants(load: Load, options: Options): NetworkVariant[] {
  const found: NetworkVariant[] = [];
  for (const classes of [undefined, ...CLASSES.filter((other) => other !== options.classes)]) {
    const graph = fitting(() => load(classes === undefined ? {} : { classes }), classes !== undefined);
    if (!graph) continue;
    for (const { input, deviations } of inputs(graph, options)) {
      const given = classes === undefined && deviations.length === 0;
      const layers = fitting(() => countLayers(resolve(graph, input)), !given);
      if (!layers) continue;
      const words = [...deviations, ...(classes === undefined ? [] : [`${classes} classes`])];
      found.push({ deviations: words, input, layers });
    }
  }
  return found;
}

/** Undefined where a variant that the user did not ask for does not work: a spec may say its own channels. */
function fitting<T>(make: () => T, mayFail: boolean): T | undefined {
  try {
    return make();
  } catch (error) {
    if (mayFail && error instanceof VggError) return undefined;
    throw error;
  }
}

function inputs(graph: Graph, { input, batch }: Options): { input: Shape; deviations: string[] }[] {
  const [[own, given, ...size]] = inputShapes(graph, input ? { input } : {});
  if (own !== 1 && batch !== undefined) {
    const first = `--input with a batch of ${own}`;
    throw new VggError('options-contradict', { first, second: `--batch ${batch.join(',')}` });
  }
  const sizes = batch ?? [own!];
  return [given!, ...CHANNELS.filter((channels) => channels !== given)].flatMap((channels) =>
    sizes.map((images) => ({
      input: [images, channels, ...size],
      deviations: [
        ...(sizes.length > 1 ? [`batch ${images}`] : []),
        ...(channels === given ? [] : [`${channels} input channel${channels === 1 ? '' : 's'}`]),
      ],
    })),
  );
}

const DTYPES: readonly Dtype[] = ['float32', 'amp', 'float16', 'bfloat16'];

/** Every batch with each type and optimizer, unless the user chose one or the network is too long for all. */
function memoryVariants(load: Load, options: Options): MemoryVariant[] {
  const graph = load({});
  const some = graph.nodes.length > MANY_LAYERS ? 1 : undefined;
  const dtypes = options.dtype ? [options.dtype] : DTYPES.slice(0, some);
  const optimizers = options.optimizer ? [options.optimizer] : optimizerNames.slice(0, some);
  return inputs(graph, options)
    .filter(({ deviations }) => !deviations.some((words) => words.includes('input channel')))
    .flatMap(({ input, deviations }) =>
      dtypes.flatMap((dtype) =>
        optimizers.map((optimizer) => {
          const { memory, layers } = analyze(graph, {
            input,
            dtype,
            memory: { ...memoryOptions(options), optimizer },
          });
          const words = [
            ...deviations,
            ...(dtype === dtypes[0] ? [] : [dtype]),
            ...(optimizer === optimizers[0] ? [] : [optimizer]),
          ];
          return { deviations: words, input, layers, memory };
        }),
      ),
    );
}
