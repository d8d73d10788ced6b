import { formatShape } from '../graph/shape.ts';
import type { ListItem } from '../report/options.ts';

/** What `list` can list, each loaded when it is wanted. */
export const lists: ReadonlyMap<string, () => Promise<readonly ListItem[]>> = new Map([
  ['architectures', listArchitectures],
]);

async function listArchitectures(): Promise<ListItem[]> {
  const { architectures } = await import('../arch/catalog.ts');
  return architectures.map(({ name, source, input, defaults, summary }) => ({
    section: 'architectures',
    name,
    summary,
    facts: { source, input: formatShape(input), classes: defaults.classes },
  }));
}
