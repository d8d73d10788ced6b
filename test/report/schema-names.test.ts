import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memoryOptimizerNames, optimizerNames } from '../../src/optimizers/registry.ts';
import { engineNames } from '../../src/train/engines/registry.ts';

/** A list of names as it stands in a schema, with those that are gone taken out and new ones at its end. */
function upToDate(list: string, names: readonly string[]): string {
  const known = JSON.parse(list) as string[];
  const all = [
    ...known.filter((name) => names.includes(name)),
    ...names.filter((name) => !known.includes(name)),
  ];
  return `[${all.map((name) => JSON.stringify(name)).join(', ')}]`;
}

/** A training runs fewer than the memory of is known. */
const optimizersOf: Readonly<Record<string, readonly string[]>> = {
  analysis: memoryOptimizerNames,
  fit: memoryOptimizerNames,
  training: optimizerNames,
};

test.each(['analysis', 'fit', 'training'])(
  'the schema of %s lists the optimizers and engines that there are (vitest -u writes it)',
  async (name) => {
    const file = `../../schema/${name}.schema.json`;
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    let lists = 0;
    const written = text.replace(/(?<="enum": )\[[^\]]*\]/g, (list) => {
      const names = [optimizersOf[name]!, engineNames].find((all: readonly string[]) =>
        (JSON.parse(list) as string[]).some((each) => all.includes(each)),
      );
      if (names) lists++;
      return names ? upToDate(list, names) : list;
    });
    expect(lists).toBeGreaterThan(0);
    await expect(written).toMatchFileSnapshot(file);
  },
);
