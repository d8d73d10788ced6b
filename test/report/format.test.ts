import { expect, test } from 'vitest';
import type { ListItem } from '../../src/report/options.ts';
import { reportCompare, reportInspect, reportList } from '../../src/report/index.ts';
import { analysisOf, plain } from './analyses.ts';

// The escape character that begins every ANSI sequence.
const ESCAPE = '\u001b';

test('colors only when asked for, and they change nothing else', async () => {
  const analysis = analysisOf('torchvision/resnet18');
  const bare = await reportInspect(analysis, plain());
  const colored = await reportInspect(analysis, plain({ color: true }));
  expect(bare).not.toContain(ESCAPE);
  expect(colored).toContain(`${ESCAPE}[1mlayer1`);
  // eslint-disable-next-line no-control-regex
  expect(colored.replaceAll(/\u001b\[\d+m/g, '').replaceAll(/ +$/gm, '')).toBe(bare);
  const analyses = [analysis, analysisOf('vgg11')];
  expect(await reportCompare(analyses, plain())).not.toContain(ESCAPE);
  expect(await reportCompare(analyses, plain({ color: true }))).toContain(ESCAPE);
});

test.each(['table', 'json', 'markdown', 'csv'] as const)('%s ends with one line end', async (format) => {
  const analysis = analysisOf('vgg11');
  for (const text of [
    await reportInspect(analysis, plain({ format })),
    await reportCompare([analysis, analysis], plain({ format })),
    await reportList([{ section: 'architectures', name: 'vgg11', summary: 'a network' }], plain({ format })),
  ]) {
    expect(text).toMatch(/[^\r\n]\r?\n$/);
  }
});

test('csv quotes what RFC 4180 says, and ends its records with CRLF', async () => {
  const items: ListItem[] = [
    { section: 'devices', name: 'a,b', summary: 'says "hi"', facts: { GB: 8 } },
    { section: 'devices', name: 'c\nd', summary: 'plain' },
  ];
  expect(await reportList(items, plain({ format: 'csv' }))).toBe(
    'section,name,GB,summary\r\ndevices,"a,b",8,"says ""hi"""\r\ndevices,"c\nd",,plain\r\n',
  );
});

test('markdown escapes what would end a cell', async () => {
  const analysis = analysisOf('vgg11');
  const layers = [{ ...analysis.layers[0]!, path: 'a|b_c' }, ...analysis.layers.slice(1)];
  expect(await reportInspect({ ...analysis, layers }, plain({ format: 'markdown' }))).toContain(
    '| a\\|b\\_c ',
  );
});

test('json holds the analysis and nothing else', async () => {
  const analysis = analysisOf('torchvision/googlenet');
  const text = await reportInspect(analysis, plain({ format: 'json' }));
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(analysis)));
  expect(text).toContain('"shape": [1, 3, 224, 224]');
});

test('the headline says what was analyzed', async () => {
  const text = await reportInspect(analysisOf('vgg11', 16), plain());
  expect(text.split('\n')[0]).toBe('vgg11 · d2l · 11 weight layers · input 16×1×224×224 · float32');
});

test('weights that another layer owns are marked', async () => {
  const analysis = analysisOf('vgg11');
  const tied = analysis.layers.map((layer) =>
    layer.path === 'fc2' ? { ...layer, params: 0, sharesWeightsOf: 'fc1' } : layer,
  );
  const text = await reportInspect({ ...analysis, layers: tied }, plain());
  expect(text).toMatch(/^fc2 .* 0 tied /m);
  expect(text).toContain("uses another layer's weights");
});

test('no model is worth no ratio', async () => {
  const text = await reportCompare([analysisOf('vgg11'), analysisOf('torchvision/vgg11_bn')], plain());
  expect(text).toMatch(/buffers +0 +\S+ +–$/m);
});
