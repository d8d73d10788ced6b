import { resolve } from '../../graph/resolve.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Dtype } from '../../core/dtype.ts';
import type { Shape } from '../../core/shape.ts';
import type { Graph } from '../../graph/graph.ts';
import { optimizerNames } from '../../optimizers/registry.ts';
import { analyze } from '../analyze.ts';
import { countLayers } from '../counts/count-layers.ts';
import { inputShapes, type InputOptions } from '../options/input-options.ts';
import { memoryOptions, type TrainingMemoryOptions } from '../options/memory-options.ts';
import { MANY_LAYERS } from './candidate.ts';
import type { NetworkVariant } from './counts.ts';
import type { MemoryVariant } from './memory.ts';
import type { Reconcilable, Space } from './reconcile.ts';

/** What the person said of the network; what is left out is searched. */
export interface VariantOptions extends Pick<InputOptions, 'input' | 'dtype'>, TrainingMemoryOptions {
  readonly classes?: number;
  /** Batch sizes to try. */
  readonly batch?: readonly number[];
}

/** The networks that are searched for a number of this kind. Throws `options-contradict` and the network's own errors. */
export const spaceOf = (what: Reconcilable, load: Load, options: VariantOptions): Space =>
  what === 'memory'
    ? { what, variants: memoryVariants(load, options) }
    : { what, variants: networkVariants(load, options) };

/** Builds the network as often as it is wanted. */
export type Load = (options: { readonly classes?: number }) => Graph;

const CHANNELS = [1, 3];
const CLASSES = [10, 100, 1000];

/** The network as given first, then with other input channels and classes, each with every batch. */
function networkVariants(load: Load, options: VariantOptions): NetworkVariant[] {
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

function inputs(graph: Graph, { input, batch }: VariantOptions): { input: Shape; deviations: string[] }[] {
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
function memoryVariants(load: Load, options: VariantOptions): MemoryVariant[] {
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
