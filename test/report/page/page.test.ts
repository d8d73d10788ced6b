import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { fit } from '../../../src/analysis/fit/fit.ts';
import { devices } from '../../../src/analysis/devices/catalog.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { bytesFromZero, logScale, roundBytes } from '../../../src/report/page/charts/scale.ts';
import { markup, raw } from '../../../src/report/page/html.ts';
import { reportPage, type PageEntry } from '../../../src/report/page/page.ts';

function entryOf(name: string): PageEntry {
  const graph = buildArchitecture(architecture(name));
  const analysis = analyze(graph, { memory: { timeline: 'byCategory' } });
  const cards = devices.filter(({ name: card }) => ['rtx4060', 'h100'].includes(card));
  const image = graph.inputs[0].shape;
  const options = { devices: cards, image, batch: [1, 64] as const, dtype: 'float32' as const };
  return { analysis, fit: fit(graph, { ...options, memory: {}, examples: 60_000 }) };
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const unescaped = (text: string) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name]!);

const lenet = entryOf('lenet');
const page = await reportPage([lenet]);

test('numbers are those of the analysis', () => {
  const rows = [...page.matchAll(/<tr tabindex="[^]*?<\/tr>/g)].map(([row]) =>
    [...row.matchAll(/data-value="([^"]*)"/g)].map(([, value]) => value),
  );
  expect(rows).toEqual(
    lenet.analysis.layers.map(({ path, kind, outputShape, params, macs, savedBytes }, i) =>
      [i, path, kind, outputShape.reduce((a, b) => a * b, 1), params, macs, savedBytes].map(String),
    ),
  );
  expect(page).toContain('<dd>\n61,706<small>'.replace('\n', ''));
});

test('the chart of a step has every moment, and its categories add up', () => {
  const [, text] = /data-moments="([^"]*)"/.exec(page)!;
  const { moments } = JSON.parse(unescaped(text!)) as { moments: [string, number, ...number[]][] };
  const { timeline } = lenet.analysis.memory.training!;
  expect(moments.map(([where, bytes]) => [where, bytes])).toEqual(
    timeline!.map(({ phase, path, bytes }) => [`${phase}, ${path}`, bytes]),
  );
  for (const [, bytes, ...parts] of moments) expect(parts.reduce((a, b) => a + b, 0)).toBe(bytes);
});

test('the policy lets in the style and the script that are there, and nothing else', () => {
  const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(page)!;
  const hash = (tag: string) => {
    const [, text] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(page)!;
    return `'sha256-${createHash('sha256').update(text!).digest('base64')}'`;
  };
  expect(unescaped(policy!)).toBe(
    `default-src 'none'; style-src ${hash('style')}; script-src ${hash('script')}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
  expect(page).not.toMatch(/\sstyle="|\son\w+="/);
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|\bsrc=/);
});

test('the same networks give the same bytes', async () => {
  expect(await reportPage([entryOf('lenet')])).toBe(page);
});

test('several networks stand side by side, with ids of their own', async () => {
  const both = await reportPage([lenet, entryOf('nin')]);
  const ids = [...both.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id!);
  expect(new Set(ids).size).toBe(ids.length);
  const links = [...both.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
  expect(links).toEqual(['compared', 'net1', 'net2']);
  expect(ids).toEqual(expect.arrayContaining(links));
});

test('names from a file stay text', async () => {
  const name = '"><img src=x onerror=alert(1)></script>\'&';
  const [first, ...others] = lenet.analysis.layers;
  const analysis = {
    ...lenet.analysis,
    model: { ...lenet.analysis.model, name },
    layers: [{ ...first!, path: name }, ...others],
    warnings: [{ code: 'x', message: name }] as never,
  };
  const hostile = await reportPage([{ ...lenet, analysis }, lenet]);
  expect(hostile).not.toContain('<img');
  expect([...hostile.matchAll(/<\/script>/g)]).toHaveLength(1);
  expect(hostile).toContain(
    'data-value="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;&#39;&amp;"',
  );
});

test('markup escapes what is no markup', () => {
  const list = ['<a>', 'b'].map((text) => markup`<li>${text}</li>`);
  expect(
    markup`<ul title="${'"&\''}">
    ${list}${3}${raw('<br>')}</ul>`.html,
  ).toBe('<ul title="&quot;&amp;&#39;">\n<li>&lt;a&gt;</li><li>b</li>3<br></ul>');
});

describe('axes', () => {
  test.each([
    [1_073_377_792, ['0', '256 MiB', '512 MiB', '768 MiB', '1 GiB']],
    [6_155_692_544, ['0', '2 GiB', '4 GiB', '6 GiB']],
    [3, ['0', '1 B', '2 B', '3 B']],
    [0, ['0', '1 B']],
  ])('of bytes up to %d', (most, texts) => {
    const { top, ticks } = bytesFromZero(most);
    expect(ticks.map(({ text }) => text)).toEqual(texts);
    expect(top).toBeGreaterThanOrEqual(most);
  });

  test('by powers', () => {
    const { at, ticks } = logScale([1, 3, 1000], 2, String);
    expect(ticks.map(({ text }) => text)).toEqual(['1', '4', '16', '64', '256', '1024']);
    expect([at(1), at(32), at(1024)]).toEqual([0, 0.5, 1]);
    expect(logScale([8], 2, String).ticks.map(({ text }) => text)).toEqual(['8', '16']);
  });

  test('in round bytes', () => {
    expect([1536 * 2 ** 20, 10 * 2 ** 30, 200, 100 * 2 ** 10].map(roundBytes)).toEqual([
      '1.5 GiB',
      '10 GiB',
      '200 B',
      '100 KiB',
    ]);
  });
});
