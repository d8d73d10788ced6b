import { expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import { architecture } from '../../src/arch/catalog.ts';
import { cfgSource, convArchSource } from '../../src/arch/literal/source.ts';
import { load } from '../../src/arch/load.ts';
import { namedSource } from '../../src/arch/named.ts';
import { readerOfContent, readerOfName } from '../../src/arch/readers.ts';
import { specSource } from '../../src/arch/spec/source.ts';
import { refusal } from './refusal.ts';

const named = (name: string) => namedSource(architecture(name));
const SPEC = 'input: [1, 8, 8]\nlayers: [flatten, {linear: {out_features: 10}}]\n';

test('a ratio thins, a name replaces the network’s own', () => {
  const graph = load(named('vgg11'), { ratio: 4, name: 'thin' });
  expect(graph.name).toBe('thin');
  expect(graph.nodes[0]!.attributes).toMatchObject({ out_channels: 16 });
});

test('the depth of what dividing first would give rides on a thinned graph alone', () => {
  expect(load(named('vgg16-1x1')).dividedFirst).toBeUndefined();
  expect(load(named('vgg16-1x1'), { ratio: 4 }).dividedFirst).toEqual({ ratio: 4, weightLayers: 13 });
  expect(load(named('resnet18'), { ratio: 4 }).dividedFirst).toBeUndefined();
  const tuple = convArchSource('((1,64),(1,128))', 'vgg16-1x1');
  expect(load(tuple, { ratio: 2, pointwiseFrom: 128 }).dividedFirst).toEqual({ ratio: 2, weightLayers: 5 });
});

test('the analysis warns of it only where the depths differ', () => {
  const codes = (name: string) => analyze(load(named(name), { ratio: 4 })).warnings.map(({ code }) => code);
  expect(codes('vgg16-1x1')).toContain('ratio-keeps-structure');
  expect(codes('vgg16')).not.toContain('ratio-keeps-structure');
});

test.each([
  [named('torchvision/vgg11'), 'torchvision/vgg11'],
  [cfgSource('64,M', undefined), '--cfg'],
  [specSource(SPEC, 'net.yaml'), 'the spec net.yaml'],
  [specSource(SPEC, '<stdin>'), 'a spec'],
])('a choice that means nothing to the source is refused: %o', (source, by) => {
  const { code, args } = refusal(() => load(source, { head: 'fixed' }));
  expect({ code, args }).toMatchObject({ code: 'option-not-read', args: { option: 'head', by } });
});

test('a choice is spelled as the person made it', () => {
  const spelling = (choice: string, value: unknown) => `${choice}=${String(value)}`;
  const { message } = refusal(() => load(named('vgg11'), { auxLogits: false }, spelling));
  expect(message).toBe('auxLogits=false has no effect on vgg11');
});

test('a reader is told by the ending of a name, whatever its case, or by the content', () => {
  expect(readerOfName('net.YAML')).toBe(readerOfName('net.json'));
  expect(readerOfName('net')).toBeUndefined();
  expect(readerOfContent(new TextEncoder().encode(SPEC))).toBe(readerOfName('net.yml'));
});
