// Compares predictions with measured memory and time, and writes docs/accuracy.md, its pictures, and
// fixtures/measured/medians.json, which a test holds. Needs dist/ (npm run build).
// Usage: node conformance/accuracy.mjs [--rows FILE]... [--networks FOLDER]

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDevice } from '../dist/analysis/devices/parse-device.js';
import { analyzeTraining } from '../dist/analysis/memory/analyze-memory.js';
import { levelsByBatch } from '../dist/analysis/memory/by-batch.js';
import { timeModel } from '../dist/analysis/time/roofline.js';
import { buildArchitecture } from '../dist/arch/architecture.js';
import { architecture } from '../dist/arch/catalog.js';
import { parseSpec } from '../dist/arch/spec/spec.js';
import { resolve, resolveBatch } from '../dist/graph/resolve.js';
import { pageOf, scatter } from './accuracy/page.mjs';
import { compareLadders, compareMemory, compareTimes } from './accuracy/predict.mjs';
import { accuracy, counted, groupBy } from './accuracy/statistics.mjs';

const own = { analyzeTraining, levelsByBatch, timeModel, parseDevice, resolve, resolveBatch };
const MEASURED = ['fixtures/measured/memory.json', 'fixtures/measured/time.json'];

const { rows: more = [], networks: folder } = parseArgs({
  options: { rows: { type: 'string', multiple: true }, networks: { type: 'string' } },
}).values;

/** The rows of files, those of a source that several have from the first. */
function readAll(files) {
  /** @type {import('./accuracy/predict.mjs').MeasuredRows & { sources: Record<string, any>, rows: any[] }} */
  const all = { sources: {}, rows: [] };
  for (const file of files) {
    const { sources, rows } = JSON.parse(readFileSync(file, 'utf8'));
    const fresh = Object.keys(sources).filter((name) => !(name in all.sources));
    for (const name of fresh) all.sources[name] = sources[name];
    all.rows.push(...rows.filter(({ s }) => fresh.includes(s)));
  }
  return all;
}

/** By the name of a row: the built-in network that is the same, or the spec of the folder. */
function graphs(specs) {
  const files = specs === undefined ? [] : readdirSync(specs);
  const known = new Map();
  const find = ({ n, network }) => {
    if (network !== undefined) return buildArchitecture(architecture(network));
    const file = files.find((one) => one.replace(/-\d+\.json$/, '') === n);
    return file && parseSpec(readFileSync(join(specs, file), 'utf8'), file);
  };
  return (row) => {
    if (!known.has(row.n)) known.set(row.n, find(row));
    return known.get(row.n);
  };
}

function compareAll(files, specs) {
  const all = readAll(files);
  const graphOf = graphs(specs);
  const timed = { sources: all.sources, rows: all.rows.filter(({ ips }) => ips !== undefined) };
  return {
    memory: compareMemory(own, all, graphOf),
    ladders: compareLadders(own, all, graphOf),
    times: compareTimes(own, timed, graphOf),
    sources: all.sources,
  };
}

const recorded = compareAll(MEASURED, undefined);
const medians = Object.fromEntries(
  [...groupBy([...recorded.memory, ...recorded.times], ({ source }) => source)].map(([source, rows]) => [
    source,
    accuracy(counted(rows), ({ likely }) => likely),
  ]),
);
const right = recorded.ladders.filter((one) => one.right).length;
const held = { ...medians, ladders: { rows: recorded.ladders.length, right } };
writeFileSync('fixtures/measured/medians.json', `${JSON.stringify(held, null, 1)}\n`);

const whole = compareAll([...MEASURED, ...more.filter((file) => existsSync(file))], folder);
const given =
  more.map((file) => ` --rows ${basename(file)}`).join('') +
  (folder ? ` --networks ${basename(folder)}` : '');
const command = `npm run build && node conformance/accuracy.mjs${given}`;
writeFileSync('docs/accuracy.md', pageOf({ ...whole, command }));
writeFileSync('docs/accuracy-memory.svg', scatter(whole.memory, { size: 2 ** 30, name: 'GiB' }, 'memory'));
writeFileSync('docs/accuracy-time.svg', scatter(whole.times, { size: 1e-3, name: 'ms' }, 'time of a step'));
