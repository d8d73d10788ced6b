import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import {
  buildArchitecture,
  buildOptions,
  readsOption,
  type Architecture,
  type BuildOptions,
} from '../../src/arch/architecture.ts';
import { architecture, architectures } from '../../src/arch/catalog.ts';
import { VggError } from '../../src/core/errors/error.ts';
import { formatShape } from '../../src/core/shape.ts';
import { refusal } from './refusal.ts';

const choices: readonly (keyof BuildOptions)[] = ['head', 'pointwiseFrom', 'auxLogits'];
const every = architectures.map((a) => [a.name, a] as const);

describe('the catalog', () => {
  test('has every name once', () => {
    expect(new Set(architectures.map(({ name }) => name)).size).toBe(architectures.length);
  });

  test('finds what it lists', () => {
    for (const a of architectures) expect(architecture(a.name)).toBe(a);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'torchvision/'])(
    'does not know %j',
    (name) => expect(refusal(() => architecture(name)).code).toBe('unknown-architecture'),
  );

  test.each([
    ['vgg12', 'vgg11'],
    ['resnet50', 'torchvision/resnet50'],
    ['VGG-16', 'vgg16'],
    ['torchvision/resnet_18', 'torchvision/resnet18'],
    ['googelnet', 'googlenet'],
  ])('offers for %s among others %s', (typed, meant) => {
    const { args } = refusal(() => architecture(typed)) as VggError<'unknown-architecture'>;
    expect(args.nearest).toContain(meant);
  });
});

describe.each(every)('%s', (_, a) => {
  const graph = buildArchitecture(a);
  const analysis = analyze(graph);

  test('is called as in the catalog, and made for the size it says', () => {
    expect(analysis.model).toMatchObject({ name: a.name, source: a.source });
    expect(analysis.input.shape).toEqual([1, ...a.input]);
    expect(analysis.warnings).toEqual([]);
  });

  test('adds up', () => {
    for (const column of ['params', 'buffers', 'macs', 'flops', 'backwardMacs'] as const) {
      const total = analysis.layers.reduce((sum, layer) => sum + layer[column], 0);
      expect(analysis.totals[column]).toBe(total);
    }
  });

  test('gives as many scores as there are classes, and only there knows of classes', () => {
    const seven = buildArchitecture(a, { classes: 7, auxLogits: true });
    const { layers } = analyze(seven);
    const shapes = new Map(layers.map(({ path, outputShape }) => [path, outputShape]));
    const pixels = a.name.match(/fcn|deeplab|lraspp/) ? a.input.slice(1) : [];
    for (const path of seven.outputs) expect(shapes.get(path)).toEqual([1, 7, ...pixels]);
    for (const { path, outputShape } of layers) {
      const marked = seven.nodes.find((node) => node.path === path)!.givesClasses;
      if (marked) expect(outputShape[1]).toBe(7);
    }
    expect(seven.nodes.some(({ givesClasses }) => givesClasses)).toBe(true);
  });

  test('takes other channels and batches', () => {
    const { layers, totals } = analyze(graph, { input: [3, 5, ...a.input.slice(1)] });
    expect(layers[0]!.inputShapes[0]![1]).toBe(5);
    // What is computed once for all images does not grow.
    const before = new Map(analysis.layers.map(({ path, macs }) => [path, macs]));
    const shared = layers.filter(({ path, macs }) => macs === before.get(path));
    const fixed = shared.reduce((total, { macs }) => total + macs, 0);
    expect(totals.macs - fixed).toBeGreaterThan(3 * (analysis.totals.macs - fixed));
  });

  test('leaves no layer unread', () => {
    const read = new Set(graph.nodes.flatMap(({ inputs }) => inputs));
    const ends = graph.nodes.map(({ path }) => path).filter((path) => !read.has(path));
    expect(ends.toSorted()).toEqual([...graph.outputs].toSorted());
  });

  test('has its line in the documentation, with its numbers', () => {
    expect(documented(a)).toBe(
      [
        `\`${a.name}\``,
        formatShape(a.input),
        String(analysis.model.weightLayers),
        analysis.totals.params.toLocaleString('en'),
        analysis.totals.macs.toLocaleString('en'),
        choices
          .filter((choice) => readsOption(a, choice))
          .map((choice) => flags[choice])
          .join(', '),
      ].join(' | '),
    );
  });
});

const flags: Readonly<Record<string, string>> = {
  head: '`--head`',
  pointwiseFrom: '`--pointwise-from`',
  auxLogits: '`--aux-logits`',
};
const docs = readFileSync(new URL('../../docs/architectures.md', import.meta.url), 'utf8').split('\n');

/** The line of the table, without what it says in words. */
function documented({ name }: Architecture): string {
  const lines = docs.filter((line) => line.startsWith(`| \`${name}\` |`));
  expect(lines).toHaveLength(1);
  const cells = lines[0]!.split('|').map((cell) => cell.trim());
  const [, first, , ...rest] = cells.slice(0, -1);
  return [first, ...rest].join(' | ');
}

describe('what the user chooses', () => {
  test('goes before what the architecture chooses', () => {
    const vgg = architecture('vgg16-1x1');
    expect(buildOptions(vgg)).toEqual({ classes: 10, head: 'follow', pointwiseFrom: 256, auxLogits: false });
    expect(buildOptions(vgg, { pointwiseFrom: 512, classes: 3 })).toMatchObject({
      pointwiseFrom: 512,
      classes: 3,
    });
    expect(analyze(buildArchitecture(vgg, { pointwiseFrom: 512 })).model.weightLayers).toBe(15);
  });

  test('is read by those that it is for', () => {
    const readers = (choice: keyof BuildOptions) =>
      architectures.filter((a) => readsOption(a, choice)).map(({ name }) => name);
    expect(readers('auxLogits')).toEqual([
      'torchvision/googlenet',
      'torchvision/inception_v3',
      'torchvision/fcn_resnet50',
      'torchvision/fcn_resnet101',
      'torchvision/deeplabv3_mobilenet_v3_large',
      'torchvision/deeplabv3_resnet50',
      'torchvision/deeplabv3_resnet101',
    ]);
    expect(readers('pointwiseFrom')).toEqual(['vgg11', 'vgg13', 'vgg16', 'vgg19', 'vgg16-1x1']);
    expect(readers('classes')).toHaveLength(architectures.length);
  });

  test('the fixed head fits the size that it was made for', () => {
    for (const a of architectures.filter((other) => readsOption(other, 'head'))) {
      const fixed = buildArchitecture(a, { head: 'fixed' });
      const follow = buildArchitecture(a, { head: 'follow' });
      expect(analyze(fixed).totals).toEqual(analyze(follow).totals);
      const [c, h, w] = a.input;
      const larger = [1, c, 2 * h, 2 * w];
      expect(() => analyze(follow, { input: larger })).not.toThrow();
      expect(refusal(() => analyze(fixed, { input: larger })).code).toBe('features-mismatch');
    }
  });

  test('the fixed head says what comes in instead', () => {
    const fixed = buildArchitecture(architecture('vgg11'), { head: 'fixed' });
    const { line } = refusal(() => analyze(fixed, { input: [1, 1, 96, 96] }));
    expect(line).toContain(
      'block fc1 expects 25088 input features, the layers before it give 4608 (512×3×3 from a 96×96 input)',
    );
  });
});
