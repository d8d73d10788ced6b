import { buildOptions, readsOption, type Architecture, type BuildOptions } from '../arch/architecture.ts';
import { architectures } from '../arch/catalog.ts';
import { VggError } from '../core/errors/error.ts';
import type { NetworkOptions } from './options/options.ts';
import type { Network } from './source.ts';

/** How the choices of an architecture are spelt on the command line. */
const flags: readonly (readonly [keyof BuildOptions & keyof NetworkOptions, string])[] = [
  ['head', '--head'],
  ['pointwiseFrom', '--pointwise-from'],
  ['auxLogits', '--aux-logits'],
];

/** A built-in network. Throws `option-not-read` for an option that means nothing to it. */
export function named(architecture: Architecture, options: NetworkOptions): Network {
  checkRead((option) => readsOption(architecture, option), architecture.name, options);
  const built = buildOptions(architecture, chosen(options));
  return {
    graph: architecture.build(built),
    weightLayersDividedFirst:
      architecture.weightLayersDividedFirst &&
      ((ratio) => architecture.weightLayersDividedFirst!(built, ratio)),
  };
}

/** Throws `option-not-read` for the first option given that is not read; `by` names what does not read it. */
export function checkRead(
  reads: (option: keyof BuildOptions) => boolean,
  by: string,
  options: NetworkOptions,
): void {
  for (const [name, flag] of flags) {
    if (options[name] === undefined || reads(name)) continue;
    const option = options[name] === false ? flag.replace('--', '--no-') : flag;
    throw new VggError('option-not-read', { option, by, readers: readersOf(name) });
  }
}

/** The architectures that an option is for, in words. */
export function readersOf(option: keyof BuildOptions): string {
  const names = architectures.filter((other) => readsOption(other, option)).map(({ name }) => name);
  return names.length > 7
    ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} others`
    : names.join(', ');
}

/** The options that were given, by the names that architectures know. */
export function chosen({ classes, head, pointwiseFrom, auxLogits }: NetworkOptions): Partial<BuildOptions> {
  return {
    ...(classes !== undefined && { classes }),
    ...(head !== undefined && { head }),
    ...(pointwiseFrom !== undefined && { pointwiseFrom }),
    ...(auxLogits !== undefined && { auxLogits }),
  };
}
