import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tally } from '../../../src/analysis/conventions/count.ts';
import { quantities, type QuantityName } from '../../../src/analysis/conventions/counting.ts';
import { convention, conventions } from '../../../src/analysis/conventions/registry.ts';
import { layersOf, layersOfSpec, total } from './analyses.ts';

interface Tool {
  readonly convention: string;
  readonly version: string;
  /** A documented defect: what the tool does not see of layers that are called as functions. */
  readonly functions?: { readonly missed: string; readonly defect: string; readonly link: string };
}
interface Recorded {
  readonly tools: Readonly<Record<string, Tool>>;
  readonly networks: Readonly<
    Record<
      string,
      {
        readonly input: readonly number[];
        readonly functions: readonly string[];
        readonly numbers: Readonly<Record<string, Partial<Record<QuantityName, number>>>>;
      }
    >
  >;
}

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/${name}.json`, import.meta.url), 'utf8'));
const { tools, networks } = fixture('tools') as Recorded;

/** Built-in networks, of large families a few. */
const named = fixture('tool-networks') as readonly string[];

/** Small networks of the layer kinds that no built-in network has. */
const specs = fixture('tool-specs') as Record<string, object>;
const SPEC = 'spec: ';

test('every network of the list was counted by every tool that can', () => {
  expect(Object.keys(networks)).toEqual([...named, ...Object.keys(specs).map((name) => SPEC + name)]);
  for (const [name, { numbers }] of Object.entries(networks)) {
    const without = [
      ...(name.startsWith('torchvision/') ? [] : ['thop-2019', 'thop-2020-01']),
      ...(name.startsWith(SPEC) ? ['keras'] : []),
    ];
    expect(Object.keys(numbers).sort(), name).toEqual(
      Object.keys(tools)
        .filter((tool) => !without.includes(tool))
        .sort(),
    );
  }
});

describe.each(Object.keys(networks))('%s, as the tools themselves count it', (name) => {
  const { input, functions, numbers } = networks[name]!;
  const layers = name.startsWith(SPEC)
    ? layersOfSpec(JSON.stringify(specs[name.slice(SPEC.length)]))
    : layersOf(name, input);

  test.each(Object.keys(numbers))('%s', (toolName) => {
    const tool = tools[toolName]!;
    for (const [quantity, theirs] of Object.entries(numbers[toolName]!) as [QuantityName, number][]) {
      const ours = total(layers, tool.convention, quantity);
      const unseen =
        tool.functions && quantity !== 'params'
          ? tally(layers, convention(tool.functions.missed), quantity)!.lines.filter(({ path }) =>
              functions.includes(path),
            )
          : [];
      const missed = unseen.reduce((sum, { count }) => sum + count, 0);
      expect(theirs, `${quantity}; ${tool.functions?.link ?? 'no defect is known'}`).toBe(ours! - missed);
    }
  });
});

test('a defect that excuses a difference has a link, and each tool a convention with its version', () => {
  for (const { convention: name, version, functions } of Object.values(tools)) {
    const { source } = convention(name);
    const [, release] = version.split(/[ ,]/);
    if (name !== 'ptflops-modules' && name !== 'thop-2019') expect(source).toContain(release);
    if (functions) expect(functions.link).toMatch(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/issues\/\d+$/);
  }
});

test('every convention says what it counts, and where that is written', () => {
  for (const found of conventions) {
    const measures = quantities.flatMap((quantity) => found[quantity] ?? []);
    expect(measures.length, found.name).toBeGreaterThan(0);
    for (const { calls, counts } of measures) expect(`${calls}${counts}`).not.toBe('');
    expect(found.source).not.toBe('');
  }
  const names = conventions.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
