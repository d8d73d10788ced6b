import {
  buildArchitecture,
  readsOption,
  type Architecture,
  type BuildOptions,
} from '../../arch/architecture.ts';
import { architectures } from '../../arch/catalog.ts';
import type { StoredTensor } from '../../core/stored-tensor.ts';
import { match, type Match } from './match.ts';
import { stateDict } from './state-dict.ts';

/** A named network, and how it has to be built for the file. */
export interface Found {
  readonly architecture: string;
  readonly options: Partial<BuildOptions>;
  readonly match: Match;
}

/** A network is named as the nearest where at least so much of the file is its own. */
const NEAR = 0.8;

/**
 * The named networks whose weights these are; where there is none, the one that is nearest. Auxiliary classifiers and
 * another number of classes are tried too.
 */
export function search(stored: readonly StoredTensor[]): Found[] {
  const fitting: Found[] = [];
  let nearest: Found | undefined;
  for (const architecture of architectures)
    for (const options of variants(architecture)) {
      const found = attempt(stored, architecture, options);
      if (found.match.fits) fitting.push(found);
      else if (closeness(found.match) > (nearest ? closeness(nearest.match) : NEAR)) nearest = found;
    }
  return fitting.length > 0 || !nearest ? fitting : [nearest];
}

const variants = (architecture: Architecture): Partial<BuildOptions>[] =>
  readsOption(architecture, 'auxLogits') ? [{ auxLogits: false }, { auxLogits: true }] : [{}];

/** Files of parameters alone lack the buffers. */
const lacking = ({ missing }: Match): number => missing.filter(({ buffer }) => !buffer).length;

const closeness = (found: Match): number =>
  found.matched / (found.matched + lacking(found) + found.unexpected.length + found.reshaped.length);

function attempt(
  stored: readonly StoredTensor[],
  architecture: Architecture,
  options: Partial<BuildOptions>,
): Found {
  const against = (chosen: Partial<BuildOptions>): Found => ({
    architecture: architecture.name,
    options: changed(architecture, chosen),
    match: match(stored, architecture.name, stateDict(buildArchitecture(architecture, chosen))),
  });
  const found = against(options);
  const { fits, unexpected, reshaped } = found.match;
  if (fits || lacking(found.match) > 0 || unexpected.length > 0 || reshaped.length === 0) return found;
  // Nothing but shapes differ: those of the last layer where the file has other classes.
  const classes = reshaped.at(-1)!.stored[0];
  if (classes === undefined || classes < 1 || !readsOption(architecture, 'classes')) return found;
  const again = against({ ...options, classes });
  return closeness(again.match) > closeness(found.match) ? again : found;
}

/** What is not as the network has it without options. */
const changed = ({ defaults }: Architecture, options: Partial<BuildOptions>): Partial<BuildOptions> =>
  Object.fromEntries(
    Object.entries(options).filter(([name, value]) => value !== defaults[name as keyof BuildOptions]),
  );
