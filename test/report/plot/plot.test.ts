import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { devices } from '../../../src/analysis/devices/catalog.ts';
import { fit } from '../../../src/analysis/fit/fit.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { bar, columns } from '../../../src/report/subjects/plot/bar.ts';
import { batchBars } from '../../../src/report/subjects/plot/batches.ts';
import { layerBars } from '../../../src/report/subjects/plot/layers.ts';
import { stepChart } from '../../../src/report/subjects/plot/step.ts';
import { runFake } from '../../cli/fake-io.ts';

const graphOf = (name: string) => buildArchitecture(architecture(name));
const analysisOf = (name: string) => analyze(graphOf(name), { memory: { timeline: true } });
const texts = (drawing: { draw(width: number): readonly { text: string }[] }, width: number) =>
  drawing.draw(width).map(({ text }) => text);

test('bars and columns are exact to an eighth', () => {
  expect([bar(8, 8, 4), bar(1, 2, 4), bar(1, 32, 4), bar(1, 1000, 4), bar(0, 8, 4), bar(0, 0, 4)]).toEqual([
    '████',
    '██',
    '▏',
    '▏',
    '',
    '',
  ]);
  expect(columns([0, 4, 8, 16], 16, 2)).toEqual(['   █', ' ▄██']);
  expect(columns([0], 0, 1)).toEqual([' ']);
});

describe('layers of LeNet', () => {
  const lines = texts(layerBars(analysisOf('lenet'), {}), 80);
  const line = (path: string) => lines.find((text) => text.startsWith(`${path} `))!;

  test('have a bar for each number that is not 0', () => {
    expect(lines[0]).toMatch(/^ +parameters +MACs +kept for backward$/);
    expect(lines[1]).toMatch(/^longest bar +48,120 +240,000 +\d/);
    const full = bar(1, 1, Math.floor((80 - 'longest bar'.length) / 3) - 2);
    expect(line('conv2')).toContain(full);
    expect(lines.some((text) => text.startsWith('flatten'))).toBe(false);
  });

  test.each([20, 40, 80, 200])('fit %d columns', (width) => {
    const all = [...texts(layerBars(analysisOf('lenet'), {}), width)];
    expect(Math.max(...all.map(({ length }) => length))).toBeLessThanOrEqual(width);
  });

  test('are folded with --depth', () => {
    const folded = texts(layerBars(analysisOf('torchvision/resnet18'), { depth: 1 }), 80);
    expect(folded.filter((text) => text.startsWith('layer')).map((text) => text.split(' ')[0])).toEqual([
      'layer1',
      'layer2',
      'layer3',
      'layer4',
    ]);
  });
});

test('a step is drawn up to its peak, with its phases', () => {
  const { training } = analysisOf('vgg11').memory;
  const lines = texts(stepChart(training!), 80);
  expect(lines.slice(0, 2)).toEqual([
    'live tensors over a training step',
    '1.00 GiB at the peak, in backward of block3.relu2',
  ]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines[2]).toMatch(/^1\.00 GiB │ +▆/);
  expect(lines.at(-1)).toMatch(/^ +forward +backward +optimizer$/);
  expect(texts(stepChart({ ...training!, timeline: [] }), 80)).toEqual([]);
});

test('memory by batch has a line a size, and the limits at one place in each', () => {
  const graph = graphOf('lenet');
  const cards = devices.filter(({ name }) => name === 'rtx4060');
  const fitted = fit(graph, {
    devices: cards,
    image: graph.inputs[0].shape,
    batch: [1, 8],
    dtype: 'float32',
    memory: {},
    examples: 1,
  });
  const lines = texts(batchBars(fitted), 80);
  const rows = lines.slice(1, 5);
  expect(rows.map((text) => text.split(' ')[0])).toEqual(['1', '2', '4', '8']);
  expect(new Set(rows.map((text) => text.indexOf('│'))).size).toBe(1);
  expect(lines[5]).toMatch(/^ +└ rtx4060 7\.75 GiB$/);
  expect(lines[5]!.indexOf('└')).toBe(rows[0]!.indexOf('│'));
  expect(texts(batchBars(fitted), 20)).toEqual([]);
});

describe('--plot', () => {
  test.each(['lenet', 'fit lenet'])('%s: draws in a terminal and nowhere else', async (line) => {
    const words = line.split(' ');
    const [plain, terminal] = [{}, { isTTY: true, columns: 80 }];
    const [without, off] = [await runFake(words, plain), await runFake([...words, '--plot'], plain)];
    expect(off).toEqual(without);
    const shown = await runFake([...words, '--plot', '--no-color'], terminal);
    expect(shown.stdout).toMatch(/[█░]/);
    expect((await runFake([...words, '--no-color'], terminal)).stdout).not.toMatch(/[█░]/);
    const json = await runFake([...words, '--json', '--plot'], terminal);
    expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1 });
  });
});
