import type { Warning } from '../core/warning.ts';
import { buildOptions, readsOption, type BuildOptions } from '../arch/architecture.ts';
import { architecture, architectures } from '../arch/catalog.ts';
import { dividedFirstWarning } from '../arch/divided-first.ts';
import { parseSpec } from '../arch/spec/spec.ts';
import { VggError } from '../core/errors/error.ts';
import type { Graph } from '../graph/graph.ts';
import { thin } from '../graph/thin.ts';
import type { InspectOptions } from './options.ts';

/** What a spec given as text is called in errors. */
const SPEC = '<spec>';

const buildOptionNames = ['classes', 'head', 'pointwiseFrom', 'auxLogits'] as const;

export interface Network {
  readonly graph: Graph;
  readonly warning?: Warning | undefined;
}

/** The graph of a name, a spec's text or a graph, as the options want it. */
export function networkOf(network: string | Graph, options: InspectOptions): Network {
  const { ratio = 1, classes } = options;
  if (typeof network !== 'string') {
    checkRead([], 'a graph', options);
    return { graph: thin(network, ratio) };
  }
  if (/[\n{]/.test(network)) {
    checkRead(['classes'], 'a spec', options);
    return { graph: thin(parseSpec(network, SPEC, { classes }), ratio) };
  }
  const found = architecture(network);
  checkRead(
    buildOptionNames.filter((name) => readsOption(found, name)),
    found.name,
    options,
  );
  const built = buildOptions(found, given(options));
  return {
    graph: thin(found.build(built), ratio),
    warning: dividedFirstWarning((by) => found.weightLayersDividedFirst?.(built, by) ?? 0, ratio),
  };
}

/** Throws `option-not-read` for the first option given that means nothing here. */
function checkRead(read: readonly (keyof BuildOptions)[], by: string, options: InspectOptions): void {
  for (const option of buildOptionNames) {
    if (options[option] === undefined || read.includes(option)) continue;
    const readers = architectures.filter((other) => readsOption(other, option)).map(({ name }) => name);
    throw new VggError('option-not-read', { option, by, readers: readers.join(', ') });
  }
}

const given = (options: InspectOptions): Partial<BuildOptions> =>
  Object.fromEntries(
    buildOptionNames.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
