import { VggError } from '../core/errors/error.ts';
import type { Graph } from '../graph/graph.ts';
import { freeze, keepNormsInEval } from '../graph/freeze.ts';
import { thin } from '../graph/thin.ts';
import { choiceNames, readsOption } from './architecture.ts';
import { architectures } from './catalog.ts';
import type { Choice, Choices, Source } from './source.ts';

export interface LoadOptions extends Choices {
  /** Divides the channels of every convolution; the structure stays. 1 when left out. */
  readonly ratio?: number;
  /** Paths and patterns of layers that are not learned. */
  readonly freeze?: readonly string[];
  /** Normalizations stay in `eval()` while the network trains. */
  readonly evalNorm?: boolean;
  /** Replaces the network's own. */
  readonly name?: string;
}

/** How a choice is spelled where the person made it: `pointwiseFrom`, `--pointwise-from`. */
export type Spelling = (choice: Choice, value: Choices[Choice]) => string;

/**
 * The graph of a source as the options want it. The one way from what a person gives to a Graph.
 * Throws `option-not-read` for a choice that means nothing to the source, `ratio-does-not-divide`, `nothing-to-freeze`,
 * and the errors of the source's form.
 */
export function load(
  source: Source,
  options: LoadOptions = {},
  spelling: Spelling = (choice) => choice,
): Graph {
  const choices = chosen(options);
  checkRead(source, choices, spelling);
  const { ratio = 1, name, freeze: patterns = [], evalNorm = false } = options;
  const built = source.build(choices);
  const frozen = freeze(name === undefined ? built : { ...built, name }, patterns);
  const graph = thin(evalNorm ? keepNormsInEval(frozen) : frozen, ratio);
  if (ratio === 1 || !source.weightLayersDividedFirst) return graph;
  return { ...graph, dividedFirst: { ratio, weightLayers: source.weightLayersDividedFirst(choices, ratio) } };
}

const chosen = (options: LoadOptions): Choices =>
  Object.fromEntries(
    choiceNames.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );

function checkRead({ reads, about }: Source, choices: Choices, spelling: Spelling): void {
  const unread = choiceNames.find((name) => choices[name] !== undefined && !reads.includes(name));
  if (unread === undefined) return;
  const option = spelling(unread, choices[unread]);
  throw new VggError('option-not-read', { option, by: about, readers: readersOf(unread) });
}

/** The architectures that a choice is for, in words. */
export function readersOf(choice: Choice): string {
  const names = architectures.filter((other) => readsOption(other, choice)).map(({ name }) => name);
  return names.length > 7
    ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} others`
    : names.join(', ');
}
