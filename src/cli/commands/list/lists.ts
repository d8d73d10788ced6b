import { formatShape } from '../../../core/shape.ts';
import type { ListItem } from '../../../report/options.ts';

/** What `list` can list, each loaded when it is wanted. */
export const lists: ReadonlyMap<string, () => Promise<readonly ListItem[]>> = new Map([
  ['architectures', listArchitectures],
  ['devices', listDevices],
  ['layers', listLayers],
  ['conventions', listConventions],
  ['published', listPublished],
  ['data', listData],
]);

/** Too long to be beside the others: listed only when it is named. */
export const longLists: ReadonlySet<string> = new Set(['published']);

async function listArchitectures(): Promise<ListItem[]> {
  const { architectures } = await import('../../../arch/catalog.ts');
  return architectures.map(({ name, source, input, defaults, summary }) => ({
    section: 'architectures',
    name,
    summary,
    facts: { source, input: formatShape(input), classes: defaults.classes },
    // Most names begin with their source.
    spare: ['source', 'classes'],
  }));
}

async function listDevices(): Promise<ListItem[]> {
  const { devices } = await import('../../../analysis/devices/catalog.ts');
  const { readable } = await import('../../../core/bytes.ts');
  return devices.map(({ name, memoryBytes, l2Bytes, speed, source }) => ({
    section: 'devices',
    name,
    summary: '',
    facts: {
      source,
      memory: memoryBytes === null ? 'unified' : readable(memoryBytes),
      'fp32 TFLOPS': speed?.tflops.float32,
      tf32: speed?.tflops.tf32,
      fp16: speed?.tflops.float16,
      'GB/s': speed?.bandwidth,
      'L2 MiB': l2Bytes === undefined ? undefined : l2Bytes / 2 ** 20,
    },
    above: ['source'],
    data: { memoryBytes, ...speed, l2Bytes },
  }));
}

async function listData(): Promise<ListItem[]> {
  const { dataSets } = await import('../../../train/data/sets.ts');
  return dataSets.map(({ name, summary, train, test }) => ({
    section: 'data sets',
    name,
    summary,
    facts: { image: '1×28×28', train, test },
  }));
}

async function listLayers(): Promise<ListItem[]> {
  const { layerKinds } = await import('../../../layers/registry.ts');
  const { attributeNames } = await import('../../../layers/shared/attributes.ts');
  const { macros } = await import('../../../arch/spec/macros/registry.ts');
  const item = (name: string, family: string, names: readonly string[]): ListItem => ({
    section: 'layers',
    name,
    summary: names.join(', '),
    facts: { family },
  });
  return [
    ...[...layerKinds.values()].map((kind) => item(kind.kind, kind.family, attributeNames(kind))),
    ...[...macros.values()].map((macro) => item(macro.name, 'macro', macro.arguments)),
  ];
}

async function listConventions(): Promise<ListItem[]> {
  const { conventions } = await import('../../../analysis/conventions/registry.ts');
  const { quantities } = await import('../../../analysis/conventions/counting.ts');
  return conventions.map((convention) => ({
    section: 'conventions',
    name: convention.name,
    summary: convention.source,
    facts: { counts: quantities.filter((quantity) => convention[quantity]).join(', ') },
  }));
}

async function listPublished(): Promise<ListItem[]> {
  const { publishedFigures } = await import('./published.ts');
  return (await publishedFigures()).map((row) => {
    const { network, input, convention, calls, deviations = [], rounding, why, source, url } = row;
    const how = [
      calls ?? convention,
      ...(input === undefined ? [] : [`at ${input.replaceAll('x', '×')}`]),
      ...deviations,
      ...(rounding ? [rounding] : []),
    ].join(', ');
    return {
      section: 'published',
      name: network,
      summary: why === undefined ? how : `not hit by ${how}: ${why}`,
      facts: { figure: row.printed ?? row.figure, of: row.what, source, url },
      above: ['source', 'url'],
    };
  });
}
