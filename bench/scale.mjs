// Time and memory against the length of a chain: ten times the layers may take at most twelve times the time, and
// 20,000 layers at most 300 MB. Each length runs in a process of its own. Usage: node bench/scale.mjs [length ...]
import { onlyInput } from '../dist/graph/graph.js';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The first argument of a process that measures one length, the second, for another. */
const MEASURE = 'measure';
const [first, second] = process.argv.slice(2);
const given = process.argv.slice(2).map(Number);
const lengths = given.length > 0 ? given : [2_000, 20_000, 80_000];
// The first round is warm-up, and shows the memory of one analysis; of the others the best counts.
const rounds = 5;

/**
 * A VGG-like chain: convolution, batch-norm, ReLU, and so on, `length` layers in all.
 * @param {number} length
 */
async function chain(length) {
  const { GraphBuilder } = await import('../dist/graph/builder.js');
  const { layerKind } = await import('../dist/layers/registry.js');
  const [conv2d, batchnorm2d, relu] = [layerKind('conv2d'), layerKind('batchnorm2d'), layerKind('relu')];
  const net = new GraphBuilder();
  for (let i = 0; i < length; i++) {
    const block = `block${Math.floor(i / 30)}`;
    if (i % 3 === 0) net.add(`${block}.conv${i}`, conv2d, { out_channels: 16, kernel_size: 3, padding: 1 });
    if (i % 3 === 1) net.add(`${block}.norm${i}`, batchnorm2d, {});
    if (i % 3 === 2) net.add(`${block}.relu${i}`, relu, { inplace: true });
  }
  return net.build({ name: 'chain', source: 'bench', inputs: onlyInput([3, 32, 32]) });
}

/** @param {number} length */
async function measure(length) {
  const { analyze } = await import('../dist/analysis/analyze.js');
  const { reportInspect } = await import('../dist/report/index.js');
  /** @type {Record<'build' | 'analyze' | 'report', number>[]} */
  const times = [];
  let resident;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const graph = await chain(length);
    const built = performance.now();
    const analysis = analyze(graph);
    const analyzed = performance.now();
    const table = await reportInspect(analysis, { format: 'table', width: 80, color: false });
    const reported = performance.now();
    if (analysis.layers.length !== length || table.length < length)
      throw new Error('not all layers are there');
    resident ??= process.resourceUsage().maxRSS / 1024;
    times.push({ build: built - start, analyze: analyzed - built, report: reported - analyzed });
  }
  const best = (/** @type {'build' | 'analyze' | 'report'} */ step) =>
    Math.min(...times.slice(1).map((time) => time[step]));
  return { build: best('build'), analyze: best('analyze'), report: best('report'), resident };
}

if (first === MEASURE) {
  console.log(JSON.stringify(await measure(Number(second))));
} else {
  /** @type {Record<string, number> | undefined} */
  let before;
  for (const length of lengths) {
    const self = fileURLToPath(import.meta.url);
    const now = JSON.parse(
      execFileSync(process.execPath, [self, MEASURE, String(length)], { encoding: 'utf8' }),
    );
    const steps = ['build', 'analyze', 'report'].map((step) => {
      const factor = before ? ` (×${(now[step] / (before[step] ?? NaN)).toFixed(1)})` : '';
      return `${step} ${now[step].toFixed(0)} ms${factor}`;
    });
    const memory = `${now.resident.toFixed(0)} MB resident`;
    console.log(`${String(length).padStart(7)} layers: ${steps.join(', ')}; ${memory}`);
    before = now;
  }
  console.log('goal: from 2,000 to 20,000 at most ×12, and at most 300 MB resident at 20,000');
}
